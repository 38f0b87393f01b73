"""Example bodies, one JSON file a feature: `METHOD /path/{}` → `request`, and `answers` by status."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def bodies() -> dict[str, dict[str, Any]]:
    """All examples; the keys are those of `Described.subject`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(Path(__file__).parent.glob("*.json")):
        found |= json.loads(path.read_text())
    return found


def request_body(subject: str) -> Any:
    """The example of what a client sends; None when there is none."""
    return bodies().get(subject, {}).get("request")


def answer_body(subject: str, status: int) -> Any:
    """The example of an answer; None when there is none."""
    return bodies().get(subject, {}).get("answers", {}).get(str(status))
