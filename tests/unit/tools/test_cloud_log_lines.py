"""Log lines as a person reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from mocshelf_tools.cloud.log_lines import Line, functions_of, line, moment, readable, wanted
from mocshelf_tools.problems import CannotContinue

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CRASH = {
    "time": "2026-01-01T12:00:00.000Z",
    "level": "error",
    "event": "request.crashed",
    "function": "mocshelf-dev-mocs",
    "requestId": "r1",
    "error": "KeyError",
    "status": 500,
    "route": None,
    "trace": '  File "a.py", line 1, in read\n    x["y"]\n',
}


def logged(message: str | dict[str, object]) -> Line:
    return line("mocs", int(NOW.timestamp() * 1000) + 7, message if isinstance(message, str) else json.dumps(message))


def test_a_line_says_when_how_bad_where_and_what() -> None:
    first, *trace = readable(logged(CRASH), colours=False).splitlines()

    assert (
        first.split(".", 1)[1]
        == "007  error    mocs            request.crashed error=KeyError status=500 (request r1)"
    )
    assert trace == ['      File "a.py", line 1, in read', '        x["y"]']


def test_only_a_terminal_gets_colours() -> None:
    assert readable(logged(CRASH), colours=True).startswith("\x1b[31m")
    assert "\x1b" not in readable(logged({"level": "info", "event": "request"}), colours=True)


@pytest.mark.parametrize(
    "message",
    [
        "START RequestId: 1 Version: 3",
        "REPORT RequestId: 1\tDuration: 2 ms",
        {"type": "platform.start", "record": {}},
        {"type": "platform.report", "record": {"status": "success"}},
        {"_aws": {}, "MocsCreated": 1},
        "",
    ],
)
def test_what_is_only_for_machines_is_not_shown(message: str | dict[str, object]) -> None:
    assert not wanted(logged(message), None)


@pytest.mark.parametrize(
    "message",
    [
        "Task timed out after 29.00 seconds",
        "[ERROR] Runtime.ImportModuleError: no module",
        {"type": "platform.report", "record": {"status": "timeout"}},
        {"level": "ERROR", "message": "Lambda's own form"},
        {"level": "FATAL", "message": "worse"},
    ],
)
def test_trouble_in_any_form_is_an_error(message: str | dict[str, object]) -> None:
    assert wanted(logged(message), "error")


@pytest.mark.parametrize(("level", "shown"), [(None, 3), ("info", 3), ("warning", 2), ("error", 1), ("critical", 0)])
def test_a_level_is_asked_for_with_those_above(level: str | None, shown: int) -> None:
    lines = [logged(CRASH), logged({"level": "WARN", "event": "slow"}), logged("printed by hand")]

    assert sum(wanted(one, level) for one in lines) == shown


def test_a_line_that_only_looks_like_an_object_is_text() -> None:
    assert readable(logged("{broken"), colours=False).endswith("{broken")


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400)])
def test_how_far_back(text: str, seconds: int) -> None:
    assert moment(text, NOW) == NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "1w", "-1m", "1.5h"])
def test_what_is_no_span_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="such as 30s, 15m, 2h or 1d"):
        moment(text, NOW)


def test_functions_are_those_of_the_manifest() -> None:
    assert functions_of([], ["mocs", "sweep"]) == ["mocs", "sweep"]
    assert functions_of(["sweep"], ["mocs", "sweep"]) == ["sweep"]
    with pytest.raises(CannotContinue, match=r"no function 'moc'\. There are: mocs, sweep"):
        functions_of(["moc"], ["mocs", "sweep"])
