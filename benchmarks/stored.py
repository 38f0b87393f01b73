"""What was measured, kept as `results/<name>.json`, so that a summary can be made without measuring again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figures:
    """One contender's: how many runs, and what they took in the unit of the result."""

    runs: int
    min: float
    median: float
    max: float


@dataclass(frozen=True)
class Result:
    """One benchmark's: its contenders in the order of its table, and what is to be said about them."""

    title: str
    unit: str
    measured: str
    machine: str
    contenders: Mapping[str, Figures]
    notes: Sequence[str]


def keep(name: str, title: str, unit: str, samples: Mapping[str, Sequence[float]], notes: Sequence[str]) -> None:
    """Writes `results/<name>.json`, with today and this machine beside the figures."""
    content = {
        "title": title,
        "unit": unit,
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": machine(),
        "contenders": {
            contender: {
                "runs": len(values),
                "min": round(min(values), 3),
                "median": round(median(values), 3),
                "max": round(max(values), 3),
            }
            for contender, values in samples.items()
        },
        "notes": list(notes),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_all(folder: Path = RESULTS) -> dict[str, Result]:
    """The results in a folder by their names, in the order of those; files with other figures are left out."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stem)
    contents = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
    return {name: _result(content) for name, content in contents.items() if "contenders" in content}


def machine() -> str:
    """What figures of different machines differ by."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _result(content: dict[str, Any]) -> Result:
    contenders = {name: Figures(**figures) for name, figures in content.pop("contenders").items()}
    return Result(contenders=contenders, **content)
