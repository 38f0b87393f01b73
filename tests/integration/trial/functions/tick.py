"""Says what started it."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"by": event.get("source"), "function": context.function_name}
