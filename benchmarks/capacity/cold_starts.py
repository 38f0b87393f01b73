"""How long a new environment takes, of what other benchmarks have measured."""

from __future__ import annotations

import json
from pathlib import Path

from capacity.assumptions import value
from capacity.times import RESULTS


def cold_start(results: Path = RESULTS) -> tuple[float, str]:
    """Seconds until the handler runs in a new environment, and where our code's part of it is from."""
    sandbox = value("sandbox")
    path = results / "cold.json"
    if path.exists():
        start = json.loads(path.read_text(encoding="utf-8"))["contenders"]["Mocshelf"]["median"]
        return (sandbox + start) / 1000, f"{sandbox:g} ms assumed, and {start:.0f} ms by `./mocshelf bench cold`"
    return (sandbox + value("start")) / 1000, f"{sandbox:g} ms and {value('start'):g} ms, both assumed"
