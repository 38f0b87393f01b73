"""What every function of a stage is: its size, its log, its links, and what calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources
from infra.conftest import Assemblies
from infra.deployed import CALLED, ROWS, aliases, functions, text
from mocshelf import manifest
from mocshelf.runtime.resources import Resources
from mocshelf_infra.stages import LAMBDA, STAGES

ON_LAMBDA = [name for name, stage in STAGES.items() if stage.functions.target == LAMBDA]
RESERVING = [name for name, stage in STAGES.items() if stage.functions.reserved]
SNAPPING = [name for name, stage in STAGES.items() if stage.functions.snap_start]
# Of an account, for all functions together; so many must stay for those that reserve none.
CONCURRENCY, UNRESERVED = 1000, 100
SECRET_WORDS = ("password", "secretstring", "{{resolve:")

all_stages = pytest.mark.parametrize("stage", list(STAGES))


@all_stages
def test_every_function_of_the_manifest_is_as_its_row_says(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        found = functions(template)
        assert found.keys() == ROWS.keys()
        for name, one in found.items():
            properties = one.properties
            layers = 1 + one.row.imaging + one.row.migrating
            assert properties["FunctionName"] == f"mocshelf-{stage}-{name}"
            assert properties["Handler"] == f"mocshelf.functions.{name}.handler"
            assert (properties["MemorySize"], properties["Timeout"]) == (one.row.memory, one.row.timeout)
            assert len(properties["Layers"]) == layers

    def forget_a_layer(template: Template) -> None:
        functions(template)["gallery"].properties["Layers"].pop()

    fails_when(check, assembly(stage).template("api"), forget_a_layer)


@all_stages
def test_functions_run_on_the_python_and_the_processor_they_are_built_for(assembly: Assemblies, stage: str) -> None:
    processor = "arm64" if stage in ON_LAMBDA else "x86_64"

    def check(template: Template) -> None:
        for one in functions(template).values():
            assert one.properties["Runtime"] == "python3.13"
            assert one.properties["Architectures"] == [processor]
        for _, layer in resources(template, "AWS::Lambda::LayerVersion"):
            assert layer["CompatibleArchitectures"] == [processor]

    def use_another(template: Template) -> None:
        functions(template)["mocs"].properties["Architectures"] = ["other"]

    fails_when(check, assembly(stage).template("api"), use_another)


@all_stages
def test_functions_log_json_into_a_group_of_their_own_that_forgets(assembly: Assemblies, stage: str) -> None:
    days = STAGES[stage].functions.log_days

    def check(template: Template) -> None:
        groups = dict(resources(template, "AWS::Logs::LogGroup"))
        for one in functions(template).values():
            logging = one.properties["LoggingConfig"]
            group = groups[logging["LogGroup"]["Ref"]]
            assert logging["LogFormat"] == "JSON"
            assert group["LogGroupName"] == f"/aws/lambda/{one.properties['FunctionName']}"
        assert {group.get("RetentionInDays") for group in groups.values()} == {days}

    def log_text(template: Template) -> None:
        functions(template)["sweep"].properties["LoggingConfig"]["LogFormat"] = "Text"

    def keep_for_ever(template: Template) -> None:
        del next(resources(template, "AWS::Logs::LogGroup"))[1]["RetentionInDays"]

    fails_when(check, assembly(stage).template("api"), log_text)
    fails_when(check, assembly(stage).template("api"), keep_for_ever)


@all_stages
def test_functions_are_traced_where_the_stage_says_so(assembly: Assemblies, stage: str) -> None:
    wanted = {"Mode": "Active"} if STAGES[stage].functions.tracing else None

    def check(template: Template) -> None:
        for one in functions(template).values():
            assert one.properties.get("TracingConfig") == wanted

    def trace_otherwise(template: Template) -> None:
        functions(template)["parts"].properties["TracingConfig"] = {"Mode": "PassThrough"}

    fails_when(check, assembly(stage).template("api"), trace_otherwise)


@pytest.mark.parametrize("stage", SNAPPING)
def test_who_answers_people_starts_from_a_snapshot(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert ("SnapStart" in one.properties) is (one.row.routes is not None)
            # Both are refused together with snapshots.
            assert not {"EphemeralStorage", "FileSystemConfigs"} & one.properties.keys()
        for _, alias in resources(template, "AWS::Lambda::Alias"):
            assert alias["FunctionVersion"]["Fn::GetAtt"][1] == "Version"
            assert "ProvisionedConcurrencyConfig" not in alias

    def serve_the_latest(template: Template) -> None:
        next(resources(template, "AWS::Lambda::Alias"))[1]["FunctionVersion"] = {"Fn::GetAtt": ["x", "Arn"]}

    fails_when(check, assembly(stage).template("api"), serve_the_latest)


def test_what_all_stages_of_an_account_reserve_leaves_enough_for_the_others(assembly: Assemblies) -> None:
    def reserved(template: Template) -> int:
        return sum(one.properties["ReservedConcurrentExecutions"] for one in functions(template).values())

    def check(template: Template) -> None:
        others = sum(reserved(assembly(stage).template("api")) for stage in RESERVING[1:])
        assert reserved(template) + others <= CONCURRENCY - UNRESERVED

    def want_more(template: Template) -> None:
        functions(template)["mocs"].properties["ReservedConcurrentExecutions"] += 500

    fails_when(check, assembly(RESERVING[0]).template("api"), want_more)


@pytest.mark.parametrize("stage", [name for name in STAGES if name not in RESERVING])
def test_other_stages_reserve_nothing(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        for one in functions(template).values():
            assert "ReservedConcurrentExecutions" not in one.properties

    def reserve(template: Template) -> None:
        functions(template)["mocs"].properties["ReservedConcurrentExecutions"] = 1

    fails_when(check, assembly(stage).template("api"), reserve)


@all_stages
def test_the_code_can_read_every_link_that_its_row_names(assembly: Assemblies, stage: str) -> None:
    template = assembly(stage).template("api")
    optional = {name for one in functions(template).values() for name in one.row.optional if _linked(one, name)}

    def check(template: Template) -> None:
        for one in functions(template).values():
            # Whatever CloudFormation fills in is a number or stands between quotation marks.
            read = Resources({name: text(value, token="1") for name, value in one.environment.items()})
            read.require(*one.row.reach, *(name for name in one.row.optional if name in optional))

    def lose_a_link(template: Template) -> None:
        del functions(template)["sweep"].environment["MOCSHELF_PROCESSING_QUEUE"]

    assert {"index_queue"} <= optional
    check(template)
    lose_a_link(template)
    with pytest.raises(RuntimeError, match="processing_queue"):
        check(template)


@all_stages
def test_the_environment_holds_links_and_no_secret(assembly: Assemblies, stage: str) -> None:
    settings = {"PYDANTIC_DISABLE_PLUGINS", *(["SSL_CERT_FILE"] if stage in ON_LAMBDA else [])}

    def check(template: Template) -> None:
        for one in functions(template).values():
            links = {f"MOCSHELF_{name.upper()}" for name in (*one.row.reach, *one.row.optional)}
            assert one.environment.keys() - links == settings
            values = json.dumps(one.environment).lower()
            assert not [word for word in SECRET_WORDS if word in values]

    def tell_a_secret(template: Template) -> None:
        functions(template)["mocs"].environment["MOCSHELF_DATABASE"] = "{{resolve:secretsmanager:x}}"

    fails_when(check, assembly(stage).template("api"), tell_a_secret)


@all_stages
def test_queues_call_the_alias_and_hear_which_messages_failed(assembly: Assemblies, stage: str) -> None:
    fed = {row.name: row for row in ROWS.values() if row.queue}

    def check(template: Template) -> None:
        live = {logical_id: name for name, logical_id in aliases(template).items()}
        found = {
            live[_only_reference(properties["FunctionName"], live)]: properties
            for _, properties in resources(template, "AWS::Lambda::EventSourceMapping")
        }
        assert found.keys() == fed.keys()
        for name, properties in found.items():
            assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            assert properties["BatchSize"] == fed[name].batch
            assert 2 <= properties["ScalingConfig"]["MaximumConcurrency"] <= fed[name].reserved

    def forgive_a_whole_batch(template: Template) -> None:
        next(resources(template, "AWS::Lambda::EventSourceMapping"))[1]["FunctionResponseTypes"] = []

    assert {name: row.batch for name, row in fed.items()} == {"process_upload": 1, "index_search": 10}
    fails_when(check, assembly(stage).template("api"), forgive_a_whole_batch)


@all_stages
def test_clocks_call_the_alias_with_an_event_that_no_handler_takes_for_a_request(
    assembly: Assemblies, stage: str
) -> None:
    clocked = {row.name: row.schedule for row in ROWS.values() if row.schedule}

    def check(template: Template) -> None:
        live = {logical_id: name for name, logical_id in aliases(template).items()}
        found = {}
        for _, properties in resources(template, "AWS::Scheduler::Schedule"):
            target = properties["Target"]
            found[live[target["Arn"]["Ref"]]] = properties["ScheduleExpression"]
            event = json.loads(target["Input"])
            assert "id" in event
            assert "routeKey" not in event
            assert properties["FlexibleTimeWindow"] == {"Mode": "OFF"}
            assert target["RetryPolicy"]["MaximumRetryAttempts"] == 2
        assert found == {name: f"rate({minutes} minutes)" for name, minutes in clocked.items()}

    def send_a_request(template: Template) -> None:
        _, properties = next(resources(template, "AWS::Scheduler::Schedule"))
        properties["Target"]["Input"] = '{"id": "1", "routeKey": "$default"}'

    fails_when(check, assembly(stage).template("api"), send_a_request)


@all_stages
def test_no_alias_moves_before_everything_is_migrated(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        (migration,) = [name for name, one in template["Resources"].items() if one["Type"] == "Custom::Migration"]
        assert aliases(template).keys() == CALLED.keys()
        for alias in aliases(template).values():
            assert migration in template["Resources"][alias].get("DependsOn", [])

    def move_at_once(template: Template) -> None:
        del template["Resources"][aliases(template)["index_search"]]["DependsOn"]

    fails_when(check, assembly(stage).template("api"), move_at_once)


@all_stages
def test_a_migration_is_tried_once_whenever_its_code_changes_and_has_its_time(
    assembly: Assemblies, stage: str
) -> None:
    def check(template: Template) -> None:
        migrate = functions(template)["migrate"]
        (properties,) = [properties for _, properties in resources(template, "Custom::Migration")]
        # CloudFormation refuses to update a custom resource whose token changes, as a version's would.
        assert properties["ServiceToken"] == {"Fn::GetAtt": [migrate.id, "Arn"]}
        assert int(properties["ServiceTimeout"]) > migrate.row.timeout
        assert len(properties["Code"]) == 64
        (once,) = [properties for _, properties in resources(template, "AWS::Lambda::EventInvokeConfig")]
        assert once["FunctionName"] == {"Ref": migrate.id}
        assert once["MaximumRetryAttempts"] == 0

    def give_up_early(template: Template) -> None:
        next(resources(template, "Custom::Migration"))[1]["ServiceTimeout"] = "30"

    fails_when(check, assembly(stage).template("api"), give_up_early)


def test_every_row_of_the_manifest_has_something_that_calls_it() -> None:
    uncalled = [row.name for row in manifest.FUNCTIONS if not (row.routes or row.queue or row.schedule)]

    assert uncalled == [row.name for row in manifest.FUNCTIONS if row.migrating] == ["migrate"]


def test_a_changed_layer_gives_each_function_that_has_it_a_new_version(assembly: Assemblies) -> None:
    before = _versions(assembly("local").template("api"))
    after = _versions(assembly("local", changed="imaging").template("api"))

    renewed = {name for name in before if before[name] != after[name]}
    assert renewed == {name for name, row in CALLED.items() if row.imaging}


def _versions(template: Template) -> dict[str, str]:
    live = aliases(template)
    return {
        name: template["Resources"][alias]["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
        for name, alias in live.items()
    }


def _linked(one: Any, name: str) -> bool:
    return f"MOCSHELF_{name.upper()}" in one.environment


def _only_reference(value: Any, ids: dict[str, str]) -> str:
    (found,) = {name for name in ids if json.dumps({"Ref": name}) in json.dumps(value)}
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_versions_stay_for_going_back_and_those_of_a_failed_deployment_go(assembly: Assemblies, stage: str) -> None:
    def check(template: Template) -> None:
        versions = [one for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Version"]
        assert len(versions) == len(aliases(template))
        assert {one.get("DeletionPolicy") for one in versions} == {"RetainExceptOnCreate"}

    def delete_with_the_next(template: Template) -> None:
        for one in template["Resources"].values():
            if one["Type"] == "AWS::Lambda::Version":
                one["DeletionPolicy"] = "Delete"

    fails_when(check, assembly(stage).template("api"), delete_with_the_next)
