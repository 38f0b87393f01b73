"""Whether an answer is what the contract says, and shows nothing that is somebody else's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# With these and `Retry-After` a client is asked to come again: neither an answer nor a fault.
_WAITS = (429, 503)


class AskedToWait(Exception):
    """An answer that says when to come again, in `seconds`."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(f"{status}, come again in {seconds:g} s")
        self.seconds = seconds


class Wrong(Exception):
    """An answer that is not what it should be; the message says how."""


def checked(status: int, headers: Mapping[str, str], text: str, expected: int, owner: str) -> dict[str, Any]:
    """The answer's JSON object, empty where there is none to be. AskedToWait, Wrong."""
    if status in _WAITS and status != expected and (seconds := _seconds(headers)) is not None:
        raise AskedToWait(status, seconds)
    if status != expected:
        raise Wrong(f"{status} instead of {expected}: {text[:120]}" if status else "no answer")
    if status == 204:
        if text:
            raise Wrong("204 with a body")
        return {}
    content = _object(text)
    if content.get("success") is not (status < 400):
        raise Wrong(f"`success` is {content.get('success')!r} with {status}")
    if status >= 400:
        if not isinstance(content.get("error"), dict) or "data" in content:
            raise Wrong("a refusal without its reason, or with data")
        return content
    _owned(content.get("data"), owner)
    return content


def listed(content: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """The rows of a list's answer. Wrong when it is none, has more than asked for, or miscounts."""
    rows = content.get("data")
    if not isinstance(rows, list) or not isinstance(content.get("total"), int):
        raise Wrong("not a list with a total")
    if len(rows) > limit or content["total"] < len(rows):
        raise Wrong(f"{len(rows)} rows of {content['total']}, where {limit} were asked for")
    return rows


def _owned(data: Any, owner: str) -> None:
    """Wrong when anything, however deep, has another owner."""
    if isinstance(data, dict):
        if data.get("userId", owner) != owner:
            raise Wrong("shows what is somebody else's")
        for value in data.values():
            _owned(value, owner)
    elif isinstance(data, list):
        for value in data:
            _owned(value, owner)


def _object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        raise Wrong(f"not JSON: {text[:80]}") from None
    if not isinstance(content, dict):
        raise Wrong("not a JSON object")
    return content


def _seconds(headers: Mapping[str, str]) -> float | None:
    try:
        return float(headers["Retry-After"])
    except (KeyError, ValueError):
        return None
