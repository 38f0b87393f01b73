"""Small stages of an account, which is the embedded AWS: written by hand, since the CDK takes long to write one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mocshelf_infra.stages import stage
from mocshelf_tools.cli import main
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.stack.stack import Stack

# Nothing of whoever runs the tests.
_NOTHING = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
# Answers CloudFormation at once, or never.
_ANSWER = """
import json, urllib.request
def handler(event, context):
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "%s", "Reason": "revision 0007 failed: column taken", "PhysicalResourceId": "m"}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), {"content-type": ""})
    request.method = "PUT"
    urllib.request.urlopen(request)
"""
_LINES = """
import json
def handler(event, context):
    print(json.dumps({"level": "error", "event": "request.crashed", "error": "KeyError", "requestId": "r1"}))
    print(json.dumps({"level": "info", "event": "request", "route": "/api/mocs"}))
    print(json.dumps({"_aws": {}, "MocsCreated": 1}))
"""


def account(stack: Stack) -> dict[str, str]:
    """What a person exports to use this account."""
    return {
        "AWS_ENDPOINT_URL": stack.endpoints.aws,
        "AWS_ENDPOINT_URL_S3": stack.endpoints.aws,
        "AWS_ACCESS_KEY_ID": stack.settings.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.settings.secret_key,
        "AWS_REGION": stack.endpoints.region,
    }


def place(stack: Stack, name: str) -> Place:
    return Place(stage(name), account(stack))


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    output: str
    errors: str


def command(environment: Mapping[str, str], *words: str, value: str = "") -> Ended:
    """A command of the CLI, run in this process, with these settings of AWS and no others."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        for name in [name for name in os.environ if name.startswith(("AWS_", "MOCSHELF_"))]:
            patch.delenv(name)
        for name, text in {**_NOTHING, **environment}.items():
            patch.setenv(name, text)
        patch.setattr("sys.stdin", io.StringIO(value))
        return Ended(main(words), output.getvalue(), errors.getvalue())


def assembly(folder: Path, name: str, **stacks: dict[str, Any]) -> Path:
    """A cloud assembly of these stacks, in this order; each is given by its resources."""
    folder.mkdir()
    artifacts = {}
    for short, resources in stacks.items():
        stack = f"Mocshelf-{name}-{short}"
        outputs = {one: {"Value": {"Ref": one}} for one in resources if one.startswith("Put")}
        outputs["Exported"] = {"Value": short, "Export": {"Name": f"{name}-{short}"}}
        (folder / f"{stack}.json").write_text(json.dumps({"Resources": resources, "Outputs": outputs}))
        artifacts[stack] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/eu-central-1",
            "properties": {"templateFile": f"{stack}.json"},
            "additionalMetadataFile": f"{stack}.metadata.json",
        }
        paths = {f"/{stack}/{one}-now/Default": [{"type": "aws:cdk:logicalId", "data": one}] for one in resources}
        (folder / f"{stack}.metadata.json").write_text(json.dumps(paths))
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    return folder


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def parameter(name: str, value: Any = "x", **rest: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value}, **rest}


def function(code: str = _LINES, **properties: Any) -> dict[str, Any]:
    fixed = {"Handler": "index.handler", "Runtime": "python3.13", "Role": "arn:aws:iam::000000000000:role/any"}
    return {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": code}, **fixed, **properties}}


def migration(answer: str | None) -> dict[str, Any]:
    """A function and what waits for its answer: SUCCESS, FAILED or none at all."""
    code = "import nothing_of_that_name" if answer is None else _ANSWER % answer
    done = {
        "Type": "Custom::Migration",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Migrate", "Arn"]}, "Code": sys.version},
    }
    return {"Migrate": function(code), "Done": done}
