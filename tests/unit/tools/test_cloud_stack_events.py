"""Why a deployment failed is told from what only follows, and how far it is in a line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mocshelf_tools.cloud import deploying
from mocshelf_tools.cloud.progress import Progress
from mocshelf_tools.cloud.stack_events import Event, reasons
from mocshelf_tools.terminal import Terminal

STACK = "Mocshelf-dev-api"
START = datetime(2026, 1, 1, tzinfo=UTC)


def event(resource: str, status: str, reason: str = "", after: float = 0) -> Event:
    kind = "AWS::CloudFormation::Stack" if resource == STACK else "AWS::SQS::Queue"
    return Event(STACK, resource, kind, status, reason, START + timedelta(seconds=after))


def test_the_first_failure_is_the_reason_and_the_cascade_is_not() -> None:
    events = [
        event("A", "CREATE_COMPLETE"),
        event("B", "CREATE_FAILED", "The migration 0007 failed."),
        event("C", "CREATE_FAILED", "Resource creation cancelled"),
        event(STACK, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [B, C]."),
        event(STACK, "UPDATE_ROLLBACK_COMPLETE"),
    ]

    assert [one.resource for one in reasons(events)] == ["B"]


def test_a_stack_that_fails_as_a_whole_is_its_own_reason() -> None:
    events = [
        event(STACK, "UPDATE_FAILED", "Export is in use."),
        event("C", "UPDATE_FAILED", "Resource update cancelled"),
    ]

    assert {one.resource for one in reasons(events)} == {STACK, "C"}


def test_nothing_has_failed() -> None:
    assert reasons([event("A", "CREATE_COMPLETE"), event(STACK, "CREATE_COMPLETE")]) == []


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        ("CREATE_IN_PROGRESS", False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("UPDATE_COMPLETE", True),
        ("DELETE_SKIPPED", True),
        ("ROLLBACK_FAILED", True),
    ],
)
def test_what_has_ended(status: str, ended: bool) -> None:
    assert event("A", status).ended is ended


def test_without_a_terminal_each_resource_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(Terminal(), lambda _, resource: f"Path/{resource}")

    for one in (
        event(STACK, "CREATE_IN_PROGRESS"),
        event("A", "CREATE_IN_PROGRESS"),
        event("B", "CREATE_IN_PROGRESS"),
        event("A", "CREATE_COMPLETE"),
    ):
        progress.tell(one)
    waiting = [one.resource for one in progress.waiting_for]
    progress.tell(event("B", "CREATE_FAILED", "no"))
    progress.tell(event(STACK, "ROLLBACK_COMPLETE", after=61.5))

    lines = [line.split("  ", 1)[1].split() for line in capsys.readouterr().err.splitlines()]
    assert waiting == ["B"]
    assert lines == [
        ["api", "made", "SQS::Queue", "Path/A"],
        ["api", "failed", "SQS::Queue", "Path/B"],
        ["api", "rollback", "complete", "2", "resources", "61.5", "s"],
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("UPDATE_ROLLBACK_COMPLETE", "Traffic goes where it went before."),
        ("ROLLBACK_COMPLETE", "The stack was new; what it had made was taken back."),
        ("", "The stack was new"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name Mocshelf-dev-api"),
        ("UPDATE_IN_PROGRESS", "CloudFormation goes on with it."),
    ],
)
def test_what_has_become_of_the_stack_is_said(status: str, words: str) -> None:
    assert words in deploying._state(STACK, status)
