"""Before traffic moves to a new version of a function somebody has seen it answer."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources
from infra.conftest import Assemblies
from infra.deployed import ROWS, aliases, allowed
from mocshelf_infra.functions import try_version
from mocshelf_infra.functions.try_version import EVENT, NotReady
from mocshelf_infra.stages import STAGES

WITH_CANARY = [name for name, stage in STAGES.items() if stage.functions.canary]
MOVED = {name for name, row in ROWS.items() if row.routes or row.queue}
APP_SPEC = {
    "version": 0.0,
    "Resources": [
        {
            "mocs": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Name": "mocshelf-staging-mocs",
                    "Alias": "live",
                    "CurrentVersion": "11",
                    "TargetVersion": "12",
                },
            }
        }
    ],
    "Hooks": [{"BeforeAllowTraffic": "mocshelf-staging-try-version"}],
}
YAML = """version: 0.0
Resources:
  - mocs:
      Type: AWS::Lambda::Function
      Properties:
        Name: mocshelf-staging-mocs
        Alias: live
        CurrentVersion: '11'
        TargetVersion: '12'
"""
NOT_FOUND = {"statusCode": 404, "headers": {"X-Request-Id": "before-traffic"}, "body": "{}"}


class Service:
    """CodeDeploy and Lambda, of which each test says what they answer."""

    def __init__(self, answer: Any = None, failed: bool = False, content: str = json.dumps(APP_SPEC)) -> None:
        self.answer, self.failed, self.content = answer, failed, content
        self.called: list[Mapping[str, Any]] = []

    def get_deployment(self, **asked: str) -> Any:
        assert asked == {"deploymentId": "d-1"}
        return {"deploymentInfo": {"revision": {"revisionType": "String", "string": {"content": self.content}}}}

    def invoke(self, **asked: Any) -> Any:
        self.called.append(asked)
        answered = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return answered | ({"FunctionError": "Unhandled"} if self.failed else {})


@pytest.mark.parametrize("answer", [NOT_FOUND, {**NOT_FOUND, "statusCode": 403}, {"batchItemFailures": []}])
def test_the_version_that_is_to_come_is_called_and_may_come_when_it_answers(answer: object) -> None:
    service = Service(answer)

    assert try_version.judge(service, service, "d-1") == "Succeeded"
    (called,) = service.called
    assert (called["FunctionName"], called["Qualifier"]) == ("mocshelf-staging-mocs", "12")
    assert json.loads(called["Payload"]) == EVENT


@pytest.mark.parametrize(
    "answer",
    [
        {**NOT_FOUND, "statusCode": 500},
        {**NOT_FOUND, "statusCode": 200},
        {"statusCode": 404, "headers": {}},
        {"batchItemFailures": [{"itemIdentifier": "1"}]},
        {},
        None,
        "hello",
    ],
)
def test_a_version_that_answers_otherwise_gets_no_traffic(answer: object, caplog: pytest.LogCaptureFixture) -> None:
    service = Service(answer)

    assert try_version.judge(service, service, "d-1") == "Failed"
    assert "It answered" in caplog.text


def test_a_version_that_does_not_start_gets_no_traffic(caplog: pytest.LogCaptureFixture) -> None:
    service = Service({"errorMessage": "No module named 'mocshelf'"}, failed=True)

    assert try_version.judge(service, service, "d-1") == "Failed"
    assert "No module named 'mocshelf'" in caplog.text


def test_a_deployment_that_cannot_be_understood_moves_nothing() -> None:
    service = Service(NOT_FOUND, content="{}")

    assert try_version.judge(service, service, "d-1") == "Failed"
    assert not service.called


@pytest.mark.parametrize("content", [json.dumps(APP_SPEC), json.dumps(APP_SPEC, indent=2), YAML])
@pytest.mark.parametrize("kind", ["appSpecContent", "string"])
def test_a_deployment_is_read_in_every_form_that_codedeploy_has(kind: str, content: str) -> None:
    assert try_version.target({kind: {"content": content}}) == ("mocshelf-staging-mocs", "12")
    with pytest.raises(NotReady):
        try_version.target({"s3Location": {"bucket": "x"}})


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_every_deployment_of_a_stage_begins_with_the_try(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        hook = _hook(template)
        moved = {
            name
            for name, alias in aliases(template).items()
            if template["Resources"][alias]
            .get("UpdatePolicy", {})
            .get("CodeDeployLambdaAliasUpdate", {})
            .get("BeforeAllowTrafficHook")
            == {"Ref": hook}
        }
        assert moved == MOVED

    def leave_one_out(template: Template) -> None:
        alias = template["Resources"][aliases(template)["mocs"]]
        del alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["BeforeAllowTrafficHook"]

    fails_when(check, assembly(stage).template("api"), leave_one_out)


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_the_try_may_call_the_versions_and_tell_codedeploy_and_nothing_else(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        role = template["Resources"][_hook(template)]["Properties"]["Role"]["Fn::GetAtt"][0]
        may: dict[str, set[str]] = {}
        for action, resource, _ in allowed(template, role):
            may.setdefault(action, set()).add(resource.rpartition(":function:")[2].rpartition(":deployment")[2])
        assert may["lambda:InvokeFunction"] == {f"mocshelf-{stage}-{name}:*" for name in MOVED}
        assert may["codedeploy:GetDeployment"] == {f"group:mocshelf-{stage}/*"}
        assert may.keys() == {
            "lambda:InvokeFunction",
            "codedeploy:GetDeployment",
            "codedeploy:PutLifecycleEventHookExecutionStatus",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        }

    def widen(template: Template) -> None:
        role = template["Resources"][_hook(template)]["Properties"]["Role"]["Fn::GetAtt"][0]
        (statement,) = [
            one
            for policy in template["Resources"][role]["Properties"]["Policies"]
            for one in policy["PolicyDocument"]["Statement"]
            if one["Action"] == "lambda:InvokeFunction"
        ]
        statement["Action"] = ["lambda:InvokeFunction", "lambda:UpdateAlias"]

    fails_when(check, assembly(stage).template("api"), widen)


def _hook(template: Template) -> str:
    (found,) = [
        name
        for name, function in resources(template, "AWS::Lambda::Function")
        if function.get("FunctionName", "").endswith("-try-version")
    ]
    return found
