"""A cutover by its commands, as a person types them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integration.cloud_stage import Ended, account, command, place
from integration.cutover_sides import SmallSystem
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.state import started
from mocshelf_tools.cutover.store import Record
from mocshelf_tools.stack.stack import Stack

HOSTS = ("--blue", "old.cut.example", "--green", "new.cut.example")
NAME = "www.cut.example"


@pytest.fixture
def sides() -> Iterator[tuple[SmallSystem, SmallSystem]]:
    with SmallSystem() as blue, SmallSystem() as green:
        yield blue, green


@pytest.fixture
def desk(stack: Stack) -> Iterator[Desk]:
    """A production in which there was no cutover yet."""
    made = Desk(place(stack, "production"), "ada", {})
    yield made
    # All are found before the first is deleted, or pages would skip some.
    for one in made.store.all():
        made.store.drop(one.number)


@pytest.fixture
def zone(desk: Desk, request: pytest.FixtureRequest) -> str:
    made = desk.client("route53").create_hosted_zone(Name="cut.example", CallerReference=request.node.name)
    return str(made["HostedZone"]["Id"].rpartition("/")[2])


@pytest.fixture
def cutover(stack: Stack, sides: tuple[SmallSystem, SmallSystem], zone: str, tmp_path: Path) -> Callable[..., Ended]:
    blue, green = sides
    requests = tmp_path / "reads"
    requests.write_text("/api/mocs\n")
    times = ("--soak", "0.4", "--interval", "0.2", "--lease", "1", "--p95", "2500", "--requests", str(requests))
    where = ("--name", NAME, "--zone-id", zone, "--blue-at", blue.url, "--green-at", green.url)

    def call(action: str, *words: str) -> Ended:
        details = (*HOSTS, *where, *times) if action == "start" else ()
        return command(account(stack), "cutover", action, "--stage", "production", *details, *words)

    return call


def put(desk: Desk, zone: str, record: dict[str, Any]) -> None:
    """A record that somebody else has made."""
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    desk.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def records(desk: Desk, zone: str) -> dict[str, int]:
    found = desk.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {one["SetIdentifier"]: one["Weight"] for one in found if "SetIdentifier" in one}


def test_a_dry_run_looks_and_changes_nothing(cutover: Any, desk: Desk, zone: str) -> None:
    ended = cutover("start", "--dry-run")

    assert ended.code == 0, ended.errors
    assert "Parity: 1 requests answered alike" in ended.output
    assert "Nothing was changed." in ended.output
    assert records(desk, zone) == {}
    assert desk.store.all() == []


def test_a_dry_run_refuses_what_a_start_would_refuse(cutover: Any, desk: Desk, zone: str) -> None:
    put(desk, zone, {"Name": NAME, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]})

    ended = cutover("start", "--dry-run")

    assert ended.code == 1
    assert "has records that this cutover did not make: A to 192.0.2.1" in ended.errors


def test_a_dry_run_says_when_a_source_has_counted_nothing(cutover: Any, desk: Desk, zone: str) -> None:
    count = {"MetricName": "Count", "Dimensions": [{"Name": "ApiId", "Value": "counted"}], "Value": 3}
    desk.client("cloudwatch").put_metric_data(Namespace="AWS/ApiGateway", MetricData=[count])

    ended = cutover("start", "--dry-run", "--blue-metrics", "api:counted", "--green-metrics", "api:slip")

    assert "CloudWatch, api:counted: 3 requests in the last minutes, 0.0% of them failed" in ended.output
    assert "CloudWatch, api:slip: nothing in the last minutes" in ended.output


def test_from_the_start_to_the_end_of_the_old_side(cutover: Any, desk: Desk, zone: str) -> None:
    plain = {"Name": NAME, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": "old.cut.example"}]}
    put(desk, zone, plain)
    cloudwatch = desk.client("cloudwatch")
    dimensions = [{"Name": "ApiId", "Value": "old"}]
    started = cutover("start", "--blue-metrics", "api:old")
    status = cutover("status")
    log = json.loads(cutover("status", "--json").output)
    unknown = cutover("decommission")
    count = {"MetricName": "Count", "Dimensions": dimensions, "Value": 3}
    cloudwatch.put_metric_data(Namespace="AWS/ApiGateway", MetricData=[count])
    used = cutover("decommission")

    assert started.code == 0, started.errors
    assert started.output.startswith("Finished: all traffic is at green")
    assert records(desk, zone) == {"blue": 0, "green": 100}
    assert "At work: nobody" in status.output
    assert [one["phase"] for one in log["log"]][-1] == "finished"
    assert "is it the right one?" in unknown.output
    assert (used.code, "[!] old.cut.example had 3 requests in the last 60 minutes" in used.output) == (1, True)
    assert "[x] Route 53 sends everything to new.cut.example" in used.output


def test_a_side_that_is_quiet_may_go(cutover: Any, desk: Desk) -> None:
    from datetime import UTC, datetime, timedelta

    cutover("start", "--blue-metrics", "api:quiet")
    datum = {
        "MetricName": "Count",
        "Dimensions": [{"Name": "ApiId", "Value": "quiet"}],
        "Value": 3,
        "Timestamp": datetime.now(UTC) - timedelta(minutes=4),
    }
    desk.client("cloudwatch").put_metric_data(Namespace="AWS/ApiGateway", MetricData=[datum])

    ended = cutover("decommission", "--quiet", "1")

    assert ended.code == 0, ended.output
    assert "[x] old.cut.example had 0 requests in the last 1 minutes" in ended.output


def test_a_rollback_after_the_end_goes_back_too(cutover: Any, desk: Desk, zone: str) -> None:
    cutover("start")

    ended = cutover("rollback")

    assert ended.code == 0, ended.errors
    assert records(desk, zone) == {"blue": 100, "green": 0}
    assert re.search(r"Rolled back: all traffic is at blue: .* asked for it", cutover("status").output)


def test_a_dry_rollback_says_what_would_change(cutover: Any, desk: Desk, zone: str) -> None:
    cutover("start")

    ended = cutover("rollback", "--dry-run")

    assert ended.code == 0, ended.errors
    assert ended.output.splitlines() == [
        f"{NAME} in the zone {zone}:",
        "  CNAME blue to old.cut.example: weight 0 → 100",
        "  CNAME green to new.cut.example: weight 100 → 0",
        "Nothing was changed.",
    ]
    assert records(desk, zone) == {"blue": 0, "green": 100}


def test_a_dry_rollback_names_what_would_be_deleted(cutover: Any, desk: Desk, zone: str) -> None:
    cutover("start")
    for one in desk.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]:
        if "SetIdentifier" in one:
            change = {"Action": "DELETE", "ResourceRecordSet": one}
            desk.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    put(desk, zone, {"Name": NAME, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]})

    ended = cutover("rollback", "--dry-run")

    assert "  A to 192.0.2.1, TTL 60: would be deleted\n" in ended.output
    assert "  CNAME blue to old.cut.example: new, with weight 100\n" in ended.output


def test_a_resume_on_another_machine_takes_another_file_of_requests(
    cutover: Any, desk: Desk, tmp_path: Path, sides: tuple[SmallSystem, SmallSystem]
) -> None:
    interrupt_at_the_start(cutover, desk)
    (tmp_path / "reads").unlink()
    other = tmp_path / "others"
    other.write_text("/api/mocs/moc-2\n")

    without, ended = cutover("resume"), cutover("resume", "--requests", str(other))

    assert without.code == 1
    assert f"The requests in {tmp_path / 'reads'} cannot be read" in without.errors
    assert ended.code == 0, ended.errors
    assert desk.store.settings().requests == str(other)


def interrupt_at_the_start(cutover: Any, desk: Desk) -> None:
    """A cutover that stands before its first step, and nobody works on it."""
    cutover("start")
    cutover("rollback")
    newest = desk.store.newest()
    assert isinstance(newest, Record)
    desk.store.append(replace(newest, number=newest.number + 1, state=started(newest.settings.plan)))


def test_a_breach_ends_with_1_and_says_why(
    cutover: Any, sides: tuple[SmallSystem, SmallSystem], desk: Desk, zone: str
) -> None:
    sides[1].title = "Mill"

    ended = cutover("start")

    assert ended.code == 1
    assert ended.output.startswith(
        "Rolled back: all traffic is at blue: the sides answer differently: /api/mocs: data[0]"
    )
    assert records(desk, zone) == {"blue": 100, "green": 0}


def test_records_of_others_are_left_alone(cutover: Any, desk: Desk, zone: str) -> None:
    other = {"Name": NAME, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    put(desk, zone, other)

    ended = cutover("start")

    assert ended.code == 1
    assert "has records that this cutover did not make: A to 192.0.2.1" in ended.errors
    assert records(desk, zone) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--steps", "50,10,100"), "--steps takes rising percentages"),
        (("--blue", "new.cut.example"), "Blue and green are the same host"),
        (("--green", "http://x"), "--green takes a host's name"),
        (("--lease", "0.3"), "--lease must be three times --interval"),
        (("--ttl", "3600"), "--ttl is 1 to 300 s"),
        (("--blue-metrics", "elb:x"), "names no metrics"),
        (("--name", "mocshelf.example"), "records of the stage's own"),
        (("--name", "not a name"), "--name takes a host's name"),
        (("--green", "mocshelf.example"), "CloudFront refuses www.cut.example at mocshelf.example"),
        (("--requests", "nothing-here"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(cutover: Any, words: tuple[str, ...], said: str) -> None:
    ended = cutover("start", *words)

    assert ended.code == 1
    assert said in ended.errors
    assert ended.errors.count("\n") == 1


@pytest.mark.parametrize("action", ["status", "pause", "resume", "rollback", "decommission"])
def test_without_a_cutover_each_command_says_so(cutover: Any, action: str) -> None:
    ended = cutover(action)

    assert ended.code == 1
    assert "cutover" in ended.errors
    assert ended.errors.count("\n") == 1
