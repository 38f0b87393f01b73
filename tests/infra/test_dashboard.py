"""The dashboard: what the contract asks for, in the places where it can be seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.assembly import Template, fails_when, the
from infra.conftest import Assemblies
from mocshelf import manifest
from mocshelf.runtime import telemetry
from mocshelf.runtime.resources import Resources
from mocshelf_infra import stages

DASHBOARD = "AWS::CloudWatch::Dashboard"
STAGES = ("staging", "production")

# The contract's list, by the names that AWS has for it.
OF_FUNCTIONS = {
    ("AWS/Lambda", "Invocations"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Throttles"),
    ("AWS/Lambda", "Duration"),
    ("AWS/Lambda", "ConcurrentExecutions"),
}
OF_THE_STAGE = {
    *(("AWS/ApiGateway", name) for name in ("Count", "4xx", "5xx", "Latency")),
    *(("AWS/RDS", name) for name in ("ServerlessDatabaseCapacity", "DatabaseConnections")),
    ("AWS/RDS", "DatabaseConnectionsBorrowLatency"),
    *(("AWS/ElastiCache", name) for name in ("CacheHitRate", "DatabaseMemoryUsagePercentage", "Evictions")),
    *(("AWS/ES", f"ClusterStatus.{colour}") for colour in ("green", "yellow", "red")),
    *(("AWS/ES", name) for name in ("SearchLatency", "IndexingLatency")),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/Billing", "EstimatedCharges"),
}


def body(template: Template) -> dict[str, Any]:
    """The dashboard's JSON; what is known at deployment only stands there as `?`."""
    text = the(template, DASHBOARD)["DashboardBody"]
    if isinstance(text, dict):
        text = "".join(part if isinstance(part, str) else "?" for part in text["Fn::Join"][1])
    found: dict[str, Any] = json.loads(text)
    return found


def drop(template: Template, text: str) -> None:
    """Weakens the dashboard: whatever says `text` says something else."""
    made = the(template, DASHBOARD)
    made["DashboardBody"] = json.loads(json.dumps(made["DashboardBody"]).replace(text, "Nothing"))


def drawn(page: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Namespace, name and statistic of every metric of AWS's own; CloudWatch's `...` is what stood before."""
    for widget in page["widgets"]:
        for metric in widget["properties"].get("metrics", ()):
            if isinstance(metric[0], str):
                options = metric[-1] if isinstance(metric[-1], dict) else {}
                yield metric[0], metric[1], options.get("stat", "Average")


def expressions(page: dict[str, Any]) -> str:
    return "\n".join(
        metric[0]["expression"]
        for widget in page["widgets"]
        for metric in widget["properties"].get("metrics", ())
        if isinstance(metric[0], dict)
    )


@pytest.mark.parametrize("stage", STAGES)
def test_everything_that_the_contract_lists_is_drawn(assembly: Assemblies, stage: str) -> None:
    def check(found: Template) -> None:
        page = body(found)
        names = {(namespace, name) for namespace, name, _ in drawn(page)}
        assert names >= OF_FUNCTIONS | OF_THE_STAGE
        for percentile in ("p50", "p95", "p99"):
            assert ("AWS/Lambda", "Duration", percentile) in set(drawn(page))
        for row in manifest.FUNCTIONS:
            assert (f"Mocshelf/{stage}/ColdStarts", row.name, "p99") in set(drawn(page))

    fails_when(check, assembly(stage).template("watch"), lambda found: drop(found, "ConcurrentExecutions"))


@pytest.mark.parametrize("stage", STAGES)
def test_what_users_did_and_the_outbox_are_looked_for_as_the_functions_send_them(
    assembly: Assemblies, stage: str
) -> None:
    def check(found: Template) -> None:
        asked = expressions(body(found))
        for name in (*telemetry.BUSINESS, telemetry.OUTBOX_AGE, telemetry.SERVER_ERRORS):
            wanted = f'SEARCH(\'{{Mocshelf,Stage,Function}} Stage="{stage}" MetricName="{name}"'
            assert wanted in asked, name

    fails_when(check, assembly(stage).template("watch"), lambda found: drop(found, telemetry.SEARCHES_RUN))


def test_a_search_asks_for_the_dimensions_of_a_line(
    assembly: Assemblies, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        telemetry, "resources", Resources({"MOCSHELF_STAGE": '{"name": "production", "region": "x"}'})
    )
    telemetry.metric(telemetry.MOCS_CREATED)
    group = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"][0]

    def check(found: Template) -> None:
        schemas = set(re.findall(r"SEARCH\('\{([^}]+)\}", expressions(body(found))))
        assert schemas == {",".join([group["Namespace"], *group["Dimensions"][0]])}

    fails_when(check, assembly("production").template("watch"), lambda found: drop(found, "Stage,Function"))


@pytest.mark.parametrize("stage", STAGES)
def test_the_first_thing_on_the_page_says_where_to_look(assembly: Assemblies, stage: str) -> None:
    def check(found: Template) -> None:
        first, state = body(found)["widgets"][:2]
        assert (first["type"], first["x"], first["y"]) == ("text", 0, 0)
        assert f"./mocshelf logs --stage {stage}" in first["properties"]["markdown"]
        assert state["type"] == "alarm"

    fails_when(check, assembly(stage).template("watch"), lambda found: drop(found, "./mocshelf logs"))


@pytest.mark.parametrize("stage", STAGES)
def test_every_alarm_of_the_stage_has_its_light(assembly: Assemblies, stage: str) -> None:
    names = {
        one["Properties"]["AlarmName"]
        for stack in ("api", "watch")
        for one in assembly(stage).template(stack)["Resources"].values()
        if one["Type"] == "AWS::CloudWatch::Alarm"
    }

    def check(found: Template) -> None:
        lights = body(found)["widgets"][1]["properties"]["alarms"]
        assert {arn.rpartition(":")[2] for arn in lights} == names
        # CloudWatch shows no more in one widget.
        assert len(lights) <= 100

    fails_when(check, assembly(stage).template("watch"), lambda found: drop(found, "throttles-mocs"))


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_hangs_over_the_edge_or_lies_on_something_else(assembly: Assemblies, stage: str) -> None:
    def check(found: Template) -> None:
        taken: set[tuple[int, int]] = set()
        for one in body(found)["widgets"]:
            assert one["x"] + one["width"] <= 24, one["properties"].get("title")
            cells = {
                (x, y)
                for x in range(one["x"], one["x"] + one["width"])
                for y in range(one["y"], one["y"] + one["height"])
            }
            assert not cells & taken, one["properties"].get("title")
            taken |= cells

    fails_when(check, assembly(stage).template("watch"), _widen)


def _widen(template: Template) -> None:
    page = body(template)
    page["widgets"][-1]["width"] = 24
    the(template, DASHBOARD)["DashboardBody"] = json.dumps(page)


@pytest.mark.parametrize("stage", STAGES)
def test_the_months_cost_is_asked_of_the_region_that_knows_it_and_stands_beside_the_budget(
    assembly: Assemblies, stage: str
) -> None:
    budget = stages.stage(stage).budget
    assert budget is not None

    def check(found: Template) -> None:
        cost = next(one["properties"] for one in body(found)["widgets"] if "EstimatedCharges" in json.dumps(one))
        assert cost["region"] == "us-east-1"
        assert [one["value"] for one in cost["annotations"]["horizontal"]] == [budget.dollars]

    fails_when(check, assembly(stage).template("watch"), lambda found: drop(found, "us-east-1"))
