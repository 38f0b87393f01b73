"""Log lines of a stage's functions: read from CloudWatch Logs, and as a person reads them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client, not_deployed
from mocshelf_tools.problems import CannotContinue

LEVELS = ("debug", "info", "warning", "error", "critical")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LOOK_SECONDS = 2.0
# It belongs to the templates, and says why a deployment moved no traffic; stages without canaries have none.
TRYING = "try-version"
# Lines arrive late, so each look goes back this far.
_OVERLAP_MILLISECONDS = 30_000
_PLATFORM_TEXT = re.compile(r"(START|END|REPORT|INIT_START|RESTORE_START|RESTORE_REPORT|EXTENSION|XRAY) ")
_TROUBLE = ("Task timed out", "[ERROR]", "Traceback ", "Runtime exited", "Unhandled")
_COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[1;31m"}
_PLAIN = "\x1b[0m"
_NOT_FIELDS = {"time", "timestamp", "level", "event", "message", "function", "requestId", "trace", "logger"}


@dataclass(frozen=True)
class Line:
    """One line; `entry` is its content when that is a JSON object."""

    function: str
    at: datetime
    text: str
    entry: dict[str, Any] | None

    @property
    def level(self) -> str:
        if self.entry is not None:
            if self.entry.get("type") == "platform.report":
                return "info" if self.entry.get("record", {}).get("status") == "success" else "error"
            found = str(self.entry.get("level", "info")).lower()
            return {"warn": "warning", "fatal": "critical"}.get(found, found if found in LEVELS else "info")
        return "error" if any(word in self.text for word in _TROUBLE) else "info"

    @property
    def for_machines(self) -> bool:
        """Whether it only says that a function ran, or counts something."""
        if self.entry is None:
            return bool(_PLATFORM_TEXT.match(self.text)) or not self.text
        platform = str(self.entry.get("type", "")).startswith("platform.") and self.level == "info"
        return platform or "_aws" in self.entry


def line(function: str, milliseconds: int, message: str) -> Line:
    text = message.rstrip()
    try:
        entry = json.loads(text) if text.startswith("{") else None
    except ValueError:
        entry = None
    return Line(function, datetime.fromtimestamp(milliseconds / 1000, UTC), text, entry)


def wanted(one: Line, level: str | None) -> bool:
    """Whether a person who asked for this level and above, or for none, wants to read it."""
    return not one.for_machines and (level is None or LEVELS.index(one.level) >= LEVELS.index(level))


def moment(text: str, now: datetime) -> datetime:
    """`15m` before now; ValueError when the text is no such span."""
    found = re.fullmatch(r"(\d{1,5})([smhd])", text)
    if found is None:
        raise ValueError(f"{text!r} is no span of time such as 30s, 15m, 2h or 1d")
    return now - timedelta(**{_UNITS[found[2]]: int(found[1])})


def readable(one: Line, *, colours: bool) -> str:
    """The line for a person: time, level, function, what happened, its fields; a trace below it."""
    head = f"{one.at.astimezone():%H:%M:%S}.{one.at.microsecond // 1000:03d}  {one.level:<8} {one.function:<15}"
    if one.entry is None:
        text = f"{head} {one.text}"
    else:
        event = one.entry.get("event") or one.entry.get("message") or one.entry.get("type") or ""
        words = [str(event), *_fields(one.entry)]
        if one.entry.get("requestId"):
            words.append(f"(request {one.entry['requestId']})")
        trace = str(one.entry.get("trace", "")).rstrip()
        text = "\n".join([f"{head} {' '.join(words)}", *(f"    {frame}" for frame in trace.splitlines())])
    colour = _COLOURS.get(one.level) if colours else None
    return f"{colour}{text}{_PLAIN}" if colour else text


def _fields(entry: dict[str, Any]) -> Iterator[str]:
    if entry.get("type") == "platform.report":
        record = entry.get("record", {})
        yield f"status={record.get('status')}"
        return
    for name, value in entry.items():
        if name not in _NOT_FIELDS and value is not None:
            yield f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"


def read(place: Place, functions: Sequence[str], since: datetime) -> Iterator[Line]:
    """What the functions have written since, in the order of time. CannotContinue."""
    logs = client(place, "logs")
    start = int(since.timestamp() * 1000)
    with explained(place):
        found = _since(logs, place, functions, start)
    if found is None:
        raise not_deployed(place.stage)
    yield from (one for _, one in found)


def follow(place: Place, functions: Sequence[str], since: datetime, idle: Callable[[], None]) -> Iterator[Line]:
    """The same, and then what comes, until the caller stops; `idle` is called between two looks."""
    logs = client(place, "logs")
    start = int(since.timestamp() * 1000)
    seen: dict[str, int] = {}
    while True:
        with explained(place):
            found = _since(logs, place, functions, start)
        if found is None:
            raise not_deployed(place.stage)
        for key, one in found:
            if key not in seen:
                seen[key] = int(one.at.timestamp() * 1000)
                yield one
        start = max(start, max(seen.values(), default=start) - _OVERLAP_MILLISECONDS)
        seen = {key: at for key, at in seen.items() if at >= start}
        idle()
        time.sleep(_LOOK_SECONDS)


def _since(logs: Any, place: Place, functions: Sequence[str], start: int) -> list[tuple[str, Line]] | None:
    """Lines with the ids of their events; None when not one of the functions has a log."""
    found: list[tuple[str, Line]] = []
    there = False
    for function in functions:
        events = _events(logs, f"/aws/lambda/{place.stage.function_name(function)}", start)
        there = there or events is not None
        found += [(_key(event), line(function, event["timestamp"], event["message"])) for event in events or ()]
    return sorted(found, key=lambda pair: pair[1].at) if there else None


def _key(event: dict[str, Any]) -> str:
    """By what a line is known again; the embedded AWS gives its events no ids."""
    return str(event.get("eventId") or f"{event['logStreamName']} {event['timestamp']} {event['message']}")


def _events(logs: Any, group: str, start: int) -> list[dict[str, Any]] | None:
    from botocore.exceptions import ClientError

    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
        return [event for page in pages for event in page["events"]]
    except ClientError as problem:
        if code_of(problem) == "ResourceNotFoundException":
            return None
        raise


def functions_of(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """The functions of these names, or all; CannotContinue when there is none of a name."""
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotContinue(f"There is no function {unknown[0]!r}. There are: {', '.join(known)}.")
    return list(names or known)
