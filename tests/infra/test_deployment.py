"""How traffic moves to new code, and who hears when something is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from infra.deployed import ROWS, aliases, allowed, functions
from mocshelf_infra.stages import STAGES

MOVED = {name for name, row in ROWS.items() if row.routes or row.queue}
WITH_CANARY = [name for name, stage in STAGES.items() if stage.functions.canary]
WATCHED = [name for name, stage in STAGES.items() if stage.watch]


def groups(template: Template) -> dict[str, dict[str, Any]]:
    """The deployment group that moves each function's alias, by the function's name."""
    found = {}
    for name, alias in aliases(template).items():
        moving = template["Resources"][alias].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        if moving:
            found[name] = template["Resources"][moving["DeploymentGroupName"]["Ref"]]["Properties"]
    return found


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_codedeploy_moves_every_alias_that_somebody_calls(assembly: Assemblies, stage: str) -> None:
    canary = STAGES[stage].functions.canary
    assert canary is not None

    def check(template: Template) -> None:
        found = groups(template)
        assert found.keys() == MOVED
        for group in found.values():
            name = group["DeploymentConfigName"]
            if canary.percent == 100:
                assert name == "CodeDeployDefault.LambdaAllAtOnce"
            else:
                routing = template["Resources"][name["Ref"]]["Properties"]["TrafficRoutingConfig"]
                steps = {"CanaryInterval": canary.minutes, "CanaryPercentage": canary.percent}
                assert routing == {"Type": "TimeBasedCanary", "TimeBasedCanary": steps}

    def move_one_by_itself(template: Template) -> None:
        del template["Resources"][aliases(template)["mocs"]]["UpdatePolicy"]

    fails_when(check, assembly(stage).template("api"), move_one_by_itself)


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_a_functions_own_alarms_move_its_traffic_back(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for name, group in groups(template).items():
            alarms = {
                template["Resources"][alarm["Name"]["Ref"]]["Properties"]["AlarmName"]
                for alarm in group["AlarmConfiguration"]["Alarms"]
            }
            assert {f"mocshelf-{stage}-function-errors-{name}", f"mocshelf-{stage}-throttles-{name}"} <= alarms
            assert all(alarm.endswith(f"-{name}") for alarm in alarms)
            assert group["AlarmConfiguration"]["Enabled"] is True
            assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= set(
                group["AutoRollbackConfiguration"]["Events"]
            )

    def look_away(template: Template) -> None:
        groups(template)["uploads"]["AlarmConfiguration"]["Alarms"] = []

    fails_when(check, assembly(stage).template("api"), look_away)


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_what_moves_an_alias_does_not_wait_for_it(assembly: Assemblies, stage: str) -> None:
    """CloudFormation makes a deployment group before the alias that names it, so nothing there may name the alias."""

    def check(template: Template) -> None:
        for name, alias in aliases(template).items():
            reached, waiting = set(), {_group_of(template, alias)} - {None}
            while waiting:
                one = waiting.pop()
                reached.add(one)
                waiting |= _named(template, template["Resources"][one].get("Properties")) - reached
            assert alias not in reached, f"{name}: CloudFormation would refuse the circle"

    def go_in_circles(template: Template) -> None:
        _, alarm = next(
            (i, p) for i, p in resources(template, "AWS::CloudWatch::Alarm") if p["AlarmName"].endswith("-mocs")
        )
        alarm["AlarmDescription"] = {"Ref": aliases(template)["mocs"]}

    fails_when(check, assembly(stage).template("api"), go_in_circles)


@pytest.mark.parametrize("stage", WITH_CANARY)
def test_codedeploy_may_move_the_aliases_of_this_stage_alone(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (role,) = {group["ServiceRoleArn"]["Fn::GetAtt"][0] for group in groups(template).values()}
        moved = set()
        for action, resource, _ in allowed(template, role):
            if action == "lambda:UpdateAlias":
                moved.add(resource.partition(":function:")[2])
            assert action.startswith("lambda:") or action == "cloudwatch:DescribeAlarms"
        names = {functions(template)[name].properties["FunctionName"] for name in MOVED}
        assert moved == names | {f"{name}:live" for name in names}

    def move_all(template: Template) -> None:
        (role,) = {group["ServiceRoleArn"]["Fn::GetAtt"][0] for group in groups(template).values()}
        statement = template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
        statement["Resource"] = "*"

    fails_when(check, assembly(stage).template("api"), move_all)


@pytest.mark.parametrize("stage", WATCHED)
def test_the_operator_hears_of_alarms_over_an_encrypted_topic(assembly: Assemblies, stage: str) -> None:
    watch = STAGES[stage].watch
    assert watch is not None

    def check(template: Template) -> None:
        ((topic, properties),) = resources(template, "AWS::SNS::Topic")
        assert "KmsMasterKeyId" in properties
        ours = the(template, "AWS::SNS::Subscription", TopicArn={"Ref": topic})
        assert (ours["Protocol"], ours["Endpoint"]) == ("email", watch.email)
        alarms = [alarm for _, alarm in resources(template, "AWS::CloudWatch::Alarm")]
        assert len(alarms) >= 2 * len(aliases(template))
        assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms)

    def send_openly(template: Template) -> None:
        del the(template, "AWS::SNS::Topic")["KmsMasterKeyId"]

    fails_when(check, assembly(stage).template("api"), send_openly)


@pytest.mark.parametrize("stage", WATCHED)
def test_only_aws_publishes_alarms_for_this_account_and_only_over_tls(assembly: Assemblies, stage: str) -> None:
    ours = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}

    def check(template: Template) -> None:
        statements = the(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
        denied = [one for one in statements if one["Effect"] == "Deny"]
        (granted,) = [one for one in statements if one["Effect"] == "Allow"]
        assert [one.get("Condition") for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
        assert granted.get("Condition") == ours
        services = granted["Principal"]["Service"]
        assert set(services) == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
        # Without the key they could not publish to an encrypted topic.
        keyed = the(template, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        assert {"Service": services} in [one["Principal"] for one in keyed if one.get("Condition") == ours]

    def trust_everybody(template: Template) -> None:
        for one in the(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]:
            one.pop("Condition", None)

    fails_when(check, assembly(stage).template("api"), trust_everybody)


@pytest.mark.parametrize("stage", [name for name in STAGES if name not in WATCHED])
def test_elsewhere_nobody_is_told(assembly: Assemblies, stage: str) -> None:
    template = assembly(stage).template("api")

    assert not list(resources(template, "AWS::SNS::Topic"))
    assert not [one for _, one in resources(template, "AWS::CloudWatch::Alarm") if one.get("AlarmActions")]


def _group_of(template: Template, alias: str) -> str | None:
    moving = template["Resources"][alias].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
    return moving["DeploymentGroupName"]["Ref"] if moving else None


def _named(template: Template, value: object) -> set[str]:
    """The resources that a value refers to."""
    written = json.dumps(value)
    return {name for name in template["Resources"] if f'{{"Ref": "{name}"}}' in written or f'["{name}", ' in written}
