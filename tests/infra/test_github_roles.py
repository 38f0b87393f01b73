"""The roles that pipelines get: whom they trust, and what they may do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode import decode

from infra.assembly import Template, fails_when
from mocshelf_tools import paths

FILE = paths.ROOT / "infra" / "github.yaml"
ISSUER = "token.actions.githubusercontent.com"


def template() -> Template:
    found, problems = decode(str(FILE))
    assert not problems
    content: Template = json.loads(json.dumps(found))
    return content


def role(content: Template, name: str) -> Any:
    return content["Resources"][name]["Properties"]


def statements(content: Template, name: str) -> list[Any]:
    return [one for policy in role(content, name)["Policies"] for one in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_cloudformation_takes_it() -> None:
    linted = subprocess.run([Path(sys.executable).parent / "cfn-lint", str(FILE)], capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout


def test_only_a_job_of_the_environment_deploys() -> None:
    def check(content: Template) -> None:
        (trust,) = role(content, "Deploy")["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert trust["Condition"] == {
            "StringEquals": {
                f"{ISSUER}:aud": "sts.amazonaws.com",
                f"{ISSUER}:sub": {"Fn::Sub": "repo:${Repository}:environment:${Stage}"},
            }
        }

    def any_branch(content: Template) -> None:
        (trust,) = role(content, "Deploy")["AssumeRolePolicyDocument"]["Statement"]
        trust["Condition"] = {"StringLike": {f"{ISSUER}:sub": {"Fn::Sub": "repo:${Repository}:*"}}}

    fails_when(check, template(), any_branch)


def test_what_runs_for_a_pull_request_reads_templates_and_nothing_else() -> None:
    def check(content: Template) -> None:
        (trust,) = role(content, "Diff")["AssumeRolePolicyDocument"]["Statement"]
        assert set(trust["Condition"]) == {"StringEquals"}
        allowed = {action for one in statements(content, "Diff") for action in listed(one["Action"])}
        assert allowed == {"cloudformation:DescribeStacks", "cloudformation:GetTemplate", "ssm:GetParameter"}
        assert all(resource != "*" for one in statements(content, "Diff") for resource in listed(one["Resource"]))

    fails_when(check, template(), lambda content: statements(content, "Diff")[0].update(Action="sts:AssumeRole"))


def test_who_deploys_may_do_nothing_to_other_stages() -> None:
    def check(content: Template) -> None:
        for one in statements(content, "Deploy"):
            assert one["Effect"] == "Allow"
            actions, resources = listed(one["Action"]), listed(one["Resource"])
            assert not any("*" in action for action in actions)
            if actions not in (["sts:AssumeRole"], ["cloudformation:DescribeStacks"]):
                assert all("${Stage}" in str(text) or "cdk-bootstrap" in str(text) for text in resources)

    def of_all_stages(content: Template) -> None:
        for one in statements(content, "Deploy"):
            if "lambda:UpdateAlias" in one["Action"]:
                one["Resource"] = "*"

    fails_when(check, template(), of_all_stages)


def test_who_deploys_deletes_versions_of_functions_and_no_function() -> None:
    def check(content: Template) -> None:
        (deleting,) = [one for one in statements(content, "Deploy") if "lambda:DeleteFunction" in one["Action"]]
        assert deleting["Action"] == "lambda:DeleteFunction"
        assert re.search(r":function:mocshelf-\$\{Stage\}-\*:\*$", deleting["Resource"]["Fn::Sub"])

    def whole_functions(content: Template) -> None:
        for one in statements(content, "Deploy"):
            if "lambda:DeleteFunction" in one["Action"]:
                one["Resource"]["Fn::Sub"] = one["Resource"]["Fn::Sub"].removesuffix(":*")

    fails_when(check, template(), whole_functions)
