"""What the operator hears and sees: the alarms of the contract with their runbooks, the dashboard, the budget."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import Template, fails_when, resources, the
from infra.conftest import Assemblies
from mocshelf import manifest
from mocshelf.runtime import telemetry
from mocshelf.runtime.resources import Resources
from mocshelf_infra import stages
from mocshelf_infra.constructs.watch import alarm_table as table
from mocshelf_infra.constructs.watch.alarm_table import Row
from mocshelf_infra.constructs.watch.watched import cache_nodes

ROOT = Path(__file__).resolve().parents[2]
ALARM, BUDGET = "AWS::CloudWatch::Alarm", "AWS::Budgets::Budget"
WATCHED = ("staging", "production")

# The contract's figures, apart from the table: threshold, its side, and for how many minutes.
CONTRACT = {
    table.FUNCTION_ERRORS: (5, ">", 5),
    table.SERVER_ERRORS: (5, ">", 5),
    table.THROTTLES: (10, ">", 5),
    table.API_ERRORS: (3, ">", 5),
    table.API_LATENCY: (3000, ">", 10),
    table.COLD_START: (2000, ">", 15),
    table.DATABASE_CPU: (80, ">", 10),
    table.DATABASE_MEMORY: (2**30, "<", 5),
    table.PROXY_BORROWING: (100_000, ">", 5),
    table.CACHE_EVICTIONS: (100, ">", 5),
    table.SEARCH_RED: (0, ">", 1),
    table.SEARCH_STORAGE: (25, "<", 5),
    table.DEAD_LETTERS: (0, ">", 1),
    table.QUEUE_AGE: (3600, ">", 5),
    table.OUTBOX_AGE: (300, ">", 10),
    table.SWEEP_SILENT: (1, "<", 15),
    table.SCAN_FAILURES: (3, ">", 15),
}
SIDES = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}

# A cold start as Lambda logs it, without and with SnapStart, and a warm call.
COLD = {"type": "platform.report", "record": {"metrics": {"durationMs": 41.2, "initDurationMs": 312.5}}}
RESTORED = {"type": "platform.report", "record": {"metrics": {"durationMs": 41.2, "restoreDurationMs": 401.7}}}
WARM = {"type": "platform.report", "record": {"metrics": {"durationMs": 3.1}}}

Alarms = dict[str, Any]
Templates = Callable[[str], Template]


@pytest.fixture
def template(assembly: Assemblies) -> Templates:
    """A stage's stacks with alarms as one template."""

    def merged(stage: str) -> Template:
        stacks = (assembly(stage).template(name) for name in ("api", "watch"))
        return {"Resources": {name: one for stack in stacks for name, one in stack["Resources"].items()}}

    return merged


def alarms(template: Template) -> Alarms:
    return {properties["AlarmName"]: properties for _, properties in resources(template, ALARM)}


def alarm(template: Template, stage: str, row: Row) -> Any:
    """Any one alarm of the row."""
    return next(found for name, found in alarms(template).items() if name.startswith(f"mocshelf-{stage}-{row.name}"))


def metrics(found: Any) -> list[Any]:
    """The metrics that an alarm looks at, each with namespace, name, dimensions, statistic and period."""
    if "MetricName" in found:
        return [found]
    stats = [one["MetricStat"] for one in found["Metrics"] if "MetricStat" in one]
    return [{**one["Metric"], "Statistic": one["Stat"], "Period": one["Period"]} for one in stats]


def targets(row: Row, stage: stages.Stage) -> list[str]:
    """What there is one alarm each for; an empty name where there is only one."""
    assert stage.cache is not None
    answering = [one.name for one in manifest.FUNCTIONS if one.routes]
    queues = list(dict.fromkeys(one.queue for one in manifest.FUNCTIONS if one.queue))
    several = {
        table.FUNCTION_ERRORS.name: [one.name for one in manifest.FUNCTIONS if not one.migrating],
        table.THROTTLES.name: [one.name for one in manifest.FUNCTIONS if not one.migrating],
        table.SERVER_ERRORS.name: answering,
        table.COLD_START.name: answering,
        table.CACHE_EVICTIONS.name: list(cache_nodes(stage.cache, "")),
        table.DEAD_LETTERS.name: queues,
        table.QUEUE_AGE.name: queues,
    }
    return several.get(row.name, [""])


@pytest.mark.parametrize("stage", WATCHED)
def test_there_is_an_alarm_for_every_row_of_the_table_and_everything_of_its_kind(
    template: Templates, stage: str
) -> None:
    expected = {
        f"mocshelf-{stage}-{row.name}{'-' if of else ''}{of}"
        for row in table.ROWS
        for of in targets(row, stages.stage(stage))
    }

    def check(found: Template) -> None:
        assert set(alarms(found)) == expected

    def weaken(found: Template) -> None:
        logical_id = next(name for name, one in resources(found, ALARM) if one["AlarmName"].endswith("outbox-age"))
        del found["Resources"][logical_id]

    fails_when(check, template(stage), weaken)


def test_the_contract_has_a_figure_for_every_row() -> None:
    assert set(CONTRACT) == set(table.ROWS)


@pytest.mark.parametrize("row", table.ROWS, ids=lambda row: row.name)
def test_thresholds_and_windows_are_the_contracts(template: Templates, row: Row) -> None:
    threshold, side, minutes = CONTRACT[row]

    def check(found: Template) -> None:
        one = alarm(found, "production", row)
        window = max(metric["Period"] for metric in metrics(one)) * one["EvaluationPeriods"]
        assert (one["Threshold"], SIDES[one["ComparisonOperator"]], window) == (threshold, side, minutes * 60)

    def weaken(found: Template) -> None:
        for _, properties in resources(found, ALARM):
            properties["Threshold"] += 1

    fails_when(check, template("production"), weaken)


@pytest.mark.parametrize("stage", WATCHED)
def test_every_alarm_tells_the_topic_when_it_rings_and_when_it_is_over(template: Templates, stage: str) -> None:
    topics = [name for name, _ in resources(template(stage), "AWS::SNS::Topic")]

    def check(found: Template) -> None:
        assert len(topics) == 1
        for name, one in alarms(found).items():
            for kind in ("AlarmActions", "OKActions"):
                assert [topics[0] in json.dumps(action) for action in one.get(kind, ())] == [True], (name, kind)

    fails_when(check, template(stage), lambda found: alarm(found, stage, table.THROTTLES).pop("AlarmActions"))


@pytest.mark.parametrize("stage", WATCHED)
def test_every_alarm_says_what_is_wrong_and_which_runbook_to_open(template: Templates, stage: str) -> None:
    def check(found: Template) -> None:
        for name, one in alarms(found).items():
            said = one["AlarmDescription"]
            runbook = re.search(r"Runbook: (docs/runbooks/[a-z-]+\.md)$", said)
            assert runbook is not None, name
            assert (ROOT / runbook[1]).is_file(), runbook[1]
            assert "{" not in said
            assert len(said) <= 1024

    def weaken(found: Template) -> None:
        alarm(found, stage, table.SEARCH_RED)["AlarmDescription"] = "Red. Runbook: docs/runbooks/nowhere.md"

    fails_when(check, template(stage), weaken)


def test_every_runbook_is_some_alarms_or_named_by_another_page() -> None:
    runbooks = {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    sources = [*(ROOT / "tools" / "src").rglob("*.py"), *(ROOT / "infra" / "src").rglob("*.py")]
    named = "\n".join(path.read_text(encoding="utf-8") for path in pages + sources)

    unused = [
        name
        for name in runbooks - {row.runbook for row in table.ROWS}
        if f"runbooks/{name}.md" not in named and f"({name}.md)" not in named
    ]

    assert unused == []


@pytest.mark.parametrize("row", [row for row in table.ROWS if row.least], ids=lambda row: row.name)
def test_a_single_bad_call_at_night_wakes_nobody(template: Templates, row: Row) -> None:
    """A share or a percentile counts only where there are enough events to speak of one."""

    def check(found: Template) -> None:
        expression = next(
            one["Expression"] for one in alarm(found, "production", row)["Metrics"] if "Expression" in one
        )
        least = re.match(r"IF\((part|events) >= (\d+), ", expression)
        assert least is not None
        assert int(least[2]) >= 3

    def weaken(found: Template) -> None:
        for one in alarm(found, "production", row)["Metrics"]:
            if "Expression" in one:
                one["Expression"] = "100 * part / whole"

    fails_when(check, template("production"), weaken)


def test_no_data_is_good_news_of_everything_but_the_sweep_and_dead_letters(template: Templates) -> None:
    def check(found: Template) -> None:
        said = {name: one["TreatMissingData"] for name, one in alarms(found).items()}
        assert said.pop("mocshelf-production-sweep-silent") == "breaching"
        for queue in ("processing_queue", "index_queue"):
            assert said.pop(f"mocshelf-production-dead-letters-{queue}") == "ignore"
        assert set(said.values()) == {"notBreaching"}

    def weaken(found: Template) -> None:
        alarm(found, "production", table.SWEEP_SILENT)["TreatMissingData"] = "notBreaching"

    fails_when(check, template("production"), weaken)


@pytest.mark.parametrize(
    "row", [row for row in table.ROWS if row.namespace == telemetry.NAMESPACE], ids=lambda row: row.name
)
def test_alarms_on_our_own_metrics_ask_for_the_dimensions_that_the_functions_send(
    template: Templates, row: Row, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = {"MOCSHELF_STAGE": '{"name": "production", "region": "eu-central-1"}'}
    monkeypatch.setattr(telemetry, "resources", Resources(link))
    telemetry.metric(row.metric)
    sent = json.loads(capsys.readouterr().out)

    def check(found: Template) -> None:
        ours = next(one for one in metrics(alarm(found, "production", row)) if one["Namespace"] == row.namespace)
        asked = {one["Name"]: one["Value"] for one in ours["Dimensions"]}
        assert [sorted(asked)] == [sorted(group) for group in sent["_aws"]["CloudWatchMetrics"][0]["Dimensions"]]
        assert asked["Stage"] == sent["Stage"]
        assert ours["MetricName"] in sent

    def weaken(found: Template) -> None:
        for one in metrics(alarm(found, "production", row)):
            one["Dimensions"].pop()

    fails_when(check, template("production"), weaken)


def test_metrics_are_not_lost_to_a_log_level(template: Templates) -> None:
    """Lambda takes a line without a level for INFO; its own reports, where cold starts are read, are that too."""

    def check(found: Template) -> None:
        for name, one in resources(found, "AWS::Lambda::Function"):
            if not str(one.get("FunctionName", "")).startswith("mocshelf-"):
                continue
            logging = one["LoggingConfig"]
            assert logging["LogFormat"] == "JSON", name
            assert logging.get("ApplicationLogLevel", "INFO") in ("TRACE", "DEBUG", "INFO"), name
            assert logging.get("SystemLogLevel", "INFO") in ("DEBUG", "INFO"), name

    def weaken(found: Template) -> None:
        for _, one in resources(found, "AWS::Lambda::Function"):
            one.get("LoggingConfig", {})["ApplicationLogLevel"] = "WARN"

    fails_when(check, template("production"), weaken)


def test_cold_starts_are_read_from_what_lambda_reports_of_them_and_of_nothing_else(template: Templates) -> None:
    def check(found: Template) -> None:
        filters = [one for _, one in resources(found, "AWS::Logs::MetricFilter")]
        assert len(filters) == 2 * len(manifest.FUNCTIONS)
        for one in filters:
            wanted = re.fullmatch(r'\{ \$\.type = "(.+)" && \$\.(\S+) > 0 \}', one["FilterPattern"])
            assert wanted is not None
            assert wanted[1] == "platform.report"
            assert one["MetricTransformations"][0]["MetricValue"] == f"$.{wanted[2]}"
            matched = [sample for sample in (COLD, RESTORED, WARM) if _value(sample, wanted[2]) is not None]
            assert matched in ([COLD], [RESTORED])
        given = {(one["MetricNamespace"], one["MetricName"]) for f in filters for one in f["MetricTransformations"]}
        watching = alarm(found, "production", table.COLD_START)
        assert {(one["Namespace"], one["MetricName"]) for one in metrics(watching)} <= given

    def weaken(found: Template) -> None:
        for _, one in resources(found, "AWS::Logs::MetricFilter"):
            one["MetricTransformations"][0]["MetricNamespace"] = "Elsewhere"

    fails_when(check, template("production"), weaken)


def _value(line: Any, path: str) -> Any:
    for part in path.split("."):
        line = line.get(part) if isinstance(line, dict) else None
    return line


@pytest.mark.parametrize("name", ["dev", "dev-ada", *WATCHED])
def test_the_budget_is_the_stages_and_warns_before_and_when_it_is_spent(assembly: Assemblies, name: str) -> None:
    settings = stages.stage(name).budget
    assert settings is not None

    def check(found: Template) -> None:
        made = the(found, BUDGET)
        budget = made["Budget"]
        assert budget["BudgetLimit"] == {"Amount": settings.dollars, "Unit": "USD"}
        assert (budget["BudgetType"], budget["TimeUnit"]) == ("COST", "MONTHLY")
        # The tag that the app puts on everything, as AWS Budgets writes a tag of the user's.
        assert budget["CostFilters"] == {"TagKeyValue": [f"user:mocshelf:stage${name}"]}
        alerts = set()
        for one in made["NotificationsWithSubscribers"]:
            said = one["Notification"]
            assert (said["ComparisonOperator"], said["ThresholdType"]) == ("GREATER_THAN", "PERCENTAGE")
            assert one["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": settings.email}]
            alerts.add((said["NotificationType"], said["Threshold"]))
        assert alerts == {("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}

    def weaken(found: Template) -> None:
        the(found, BUDGET)["NotificationsWithSubscribers"].pop(0)

    fails_when(check, assembly(name).template("watch"), weaken)


def test_a_stage_for_trying_things_out_has_a_budget_and_nothing_that_rings(assembly: Assemblies) -> None:
    def check(found: Template) -> None:
        assert [one["Type"] for one in found["Resources"].values()] == [BUDGET]

    def weaken(found: Template) -> None:
        found["Resources"]["Alarm"] = {"Type": ALARM}

    fails_when(check, assembly("dev").template("watch"), weaken)
    assert all("AlarmActions" not in one for _, one in resources(assembly("dev").template("api"), ALARM))


def test_the_local_stage_has_neither(assembly: Assemblies) -> None:
    assert "watch" not in assembly("local").stacks()
