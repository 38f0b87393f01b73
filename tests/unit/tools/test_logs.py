"""What of the functions' log a developer sees on the terminal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from mocshelf_tools.gateway.logs import FunctionLog, short_form


def test_an_error_is_shown_with_its_last_frame() -> None:
    line = {
        "level": "error",
        "event": "request.crashed",
        "function": "mocs",
        "error": "KeyError",
        "requestId": "r1",
        "trace": '  File "a.py", line 1, in outer\n    inner()\n  File "b.py", line 2, in inner\n    x["y"]\n',
    }

    shown = short_form(json.dumps(line))

    assert shown == 'mocs: request.crashed KeyError (request r1)\n  File "b.py", line 2, in inner\n  x["y"]'


@pytest.mark.parametrize("level", ["debug", "info", "warning"])
def test_what_is_no_error_stays_in_the_file(level: str) -> None:
    assert short_form(json.dumps({"level": level, "event": "request"})) is None


def test_metrics_and_blank_lines_stay_in_the_file() -> None:
    assert short_form(json.dumps({"_aws": {}, "MocsCreated": 1})) is None
    assert short_form("   ") is None


def test_what_was_printed_for_debugging_is_shown() -> None:
    assert short_form("here I am") == "here I am"
    assert short_form("[1, 2]") == "[1, 2]"


def test_every_line_is_kept_even_one_that_is_too_long(tmp_path: Path) -> None:
    shown: list[str] = []
    log = FunctionLog(tmp_path / "logs" / "functions.log", shown.append)

    async def follow() -> None:
        output = asyncio.StreamReader(limit=100)
        output.feed_data(b'{"level":"info"}\n' + b"x" * 500 + b"\nlast \xff\n")
        output.feed_eof()
        await log.follow(output)

    asyncio.run(follow())
    log.close()

    kept = log.path.read_text().splitlines()
    assert kept == ['{"level":"info"}', "(a line too long to keep)", "last \ufffd"]
    assert shown == ["(a line too long to keep)", "last \ufffd"]
