"""What each function may do: what its row says, and nothing for which the row has no word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources
from infra.conftest import Assemblies
from infra.deployed import ROWS, aliases, allowed, documents, functions, text
from mocshelf_infra.constructs.api.function import ATTACHING
from mocshelf_infra.stages import STAGES

# Of these AWS knows no resource to name: traces, network interfaces before they are made, the states of alarms.
WITHOUT_RESOURCE = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:DescribeAlarms", *ATTACHING}
OBJECTS = {"get": "s3:GetObject", "put": "s3:PutObject", "delete": "s3:DeleteObject", "list": "s3:ListBucket"}
MAY_DELETE = {"process_upload", "sweep"}
RECEIVING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
NETWORKED = [name for name, stage in STAGES.items() if stage.network]

all_stages = pytest.mark.parametrize("stage", list(STAGES))


def roles(template: Template) -> list[str]:
    return [name for name, _ in resources(template, "AWS::IAM::Role")]


def objects(template: Template, role: str) -> set[str]:
    """What a role may do with objects, in the manifest's words."""
    verbs = {action: verb for verb, action in OBJECTS.items()}
    found = set()
    for action, resource, statement in allowed(template, role):
        if action.startswith("s3:"):
            pattern = resource.partition("/")[2]
            if action == OBJECTS["list"]:
                (condition,) = statement["Condition"].values()
                pattern = condition["s3:prefix"]
            found.add(f"{verbs.get(action, action)}:{pattern}")
    return found


def add(template: Template, function: str, **statement: Any) -> None:
    """Lets a function do something more."""
    document = next(documents(template, functions(template)[function].role))
    document["Statement"].append({"Effect": "Allow", "Resource": "arn:aws:x", **statement})


@all_stages
def test_every_function_has_a_role_of_its_own_written_by_hand(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        found = [one.role for one in functions(template).values()]
        assert len(set(found)) == len(found) == len(ROWS)
        for role in roles(template):
            assert "ManagedPolicyArns" not in template["Resources"][role]["Properties"]
        for policy in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            assert all(len(one["Roles"]) == 1 for _, one in resources(template, policy))

    def share(template: Template) -> None:
        found = functions(template)
        found["mocs"].properties["Role"] = found["gallery"].properties["Role"]

    fails_when(check, assembly(stage).template("api"), share)


@all_stages
def test_nobody_may_do_everything_or_something_to_everything(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for role in roles(template):
            for action, resource, _ in allowed(template, role):
                assert "*" not in action
                if resource == "*":
                    assert action in WITHOUT_RESOURCE

    def widen_a_resource(template: Template) -> None:
        add(template, "mocs", Action="sqs:SendMessage", Resource="*")

    def widen_an_action(template: Template) -> None:
        add(template, "mocs", Action="s3:Get*")

    fails_when(check, assembly(stage).template("api"), widen_a_resource)
    fails_when(check, assembly(stage).template("api"), widen_an_action)


@all_stages
def test_a_function_does_with_objects_what_its_row_says(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert objects(template, one.role) == set(one.row.files)

    def let_uploads_write_avatars(template: Template) -> None:
        add(template, "uploads", Action="s3:PutObject", Resource="arn:aws:s3:::files/avatars/*")

    uploads = {entry for entry in ROWS["uploads"].files if entry.startswith("put:")}
    assert uploads == {"put:incoming/*", "put:mocs/*"}
    fails_when(check, assembly(stage).template("api"), let_uploads_write_avatars)


@all_stages
def test_only_processing_and_the_sweep_may_delete_objects(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        deleting = {
            name
            for name, one in functions(template).items()
            for action, _, _ in allowed(template, one.role)
            if action.startswith("s3:Delete")
        }
        assert deleting <= MAY_DELETE
        assert "sweep" in deleting

    def let_another(template: Template) -> None:
        add(template, "mocs", Action=["s3:DeleteObjectVersion"])

    fails_when(check, assembly(stage).template("api"), let_another)


@all_stages
def test_only_profiles_may_touch_users(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        touching = {
            name
            for name, one in functions(template).items()
            for action, _, _ in allowed(template, one.role)
            if action.startswith("cognito")
        }
        assert touching == {"profiles"}

    def let_another(template: Template) -> None:
        add(template, "gallery", Action="cognito-idp:AdminGetUser")

    fails_when(check, assembly(stage).template("api"), let_another)


@all_stages
def test_only_the_function_of_a_queue_receives_from_it(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            actions = {action for action, _, _ in allowed(template, one.role)}
            sends = {"processing_queue", "index_queue"} & {*one.row.reach, *one.row.optional}
            assert (actions >= RECEIVING) is (one.row.queue is not None)
            assert one.row.queue is not None or not actions & RECEIVING
            assert ("sqs:SendMessage" in actions) is bool(sends)

    def let_another(template: Template) -> None:
        add(template, "sweep", Action="sqs:ReceiveMessage")

    fails_when(check, assembly(stage).template("api"), let_another)


@all_stages
def test_a_function_writes_into_its_own_log_alone(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            own = {"Fn::GetAtt": [one.properties["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}
            written = {
                (action, resource)
                for action, resource, _ in allowed(template, one.role)
                if action.startswith("logs:")
            }
            place = f"<{json.dumps(own, sort_keys=True)}>"
            assert written == {("logs:CreateLogStream", place), ("logs:PutLogEvents", place)}

    def write_elsewhere(template: Template) -> None:
        add(template, "parts", Action="logs:PutLogEvents")

    fails_when(check, assembly(stage).template("api"), write_elsewhere)


@pytest.mark.parametrize("stage", NETWORKED)
def test_code_cannot_use_what_attaching_it_to_the_network_takes(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert one.properties["VpcConfig"]["SubnetIds"]
            denied = [
                statement
                for document in documents(template, one.role)
                for statement in document["Statement"]
                if statement["Effect"] == "Deny"
            ]
            assert [set(statement["Action"]) for statement in denied] == [set(ATTACHING)]
            own = text(denied[0]["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"])
            assert own.endswith(f":function:{one.properties['FunctionName']}")

    def allow_it(template: Template) -> None:
        for document in documents(template, functions(template)["mocs"].role):
            document["Statement"] = [one for one in document["Statement"] if one["Effect"] == "Allow"]

    fails_when(check, assembly(stage).template("api"), allow_it)


@pytest.mark.parametrize("stage", [name for name in STAGES if name not in NETWORKED])
def test_without_a_network_functions_have_no_part_in_one(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert "VpcConfig" not in one.properties
            assert not {action for action, _, _ in allowed(template, one.role)} & set(ATTACHING)

    def allow_it(template: Template) -> None:
        add(template, "mocs", Action="ec2:DescribeSubnets", Resource="*")

    fails_when(check, assembly(stage).template("api"), allow_it)


@pytest.mark.parametrize("stage", NETWORKED)
def test_only_the_migration_may_reach_the_database_itself(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        groups = {name: json.dumps(one.properties["VpcConfig"]) for name, one in functions(template).items()}
        own = groups.pop("migrate")
        assert own not in groups.values()
        assert len(set(groups.values())) == 1

    def join(template: Template) -> None:
        found = functions(template)
        found["sweep"].properties["VpcConfig"] = found["migrate"].properties["VpcConfig"]

    fails_when(check, assembly(stage).template("api"), join)


@all_stages
def test_a_clock_may_run_its_function_and_only_for_this_account(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        live = set(aliases(template).values())
        for _, properties in resources(template, "AWS::Scheduler::Schedule"):
            target = properties["Target"]
            role = target["RoleArn"]["Fn::GetAtt"][0]
            ((action, resource, _),) = allowed(template, role)
            trust = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            assert target["Arn"]["Ref"] in live
            assert action == "lambda:InvokeFunction"
            assert resource == f"<{json.dumps(target['Arn'])}>"
            assert [one["Condition"] for one in trust] == [
                {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
            ]

    def let_it_run_another(template: Template) -> None:
        _, properties = next(resources(template, "AWS::Scheduler::Schedule"))
        properties["Target"]["Arn"] = {"Ref": aliases(template)["mocs"]}

    fails_when(check, assembly(stage).template("api"), let_it_run_another)
