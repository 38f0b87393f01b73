"""Runs as Locust leaves them, written by hand."""

from __future__ import annotations

from pathlib import Path

from mocshelf_tools.load.plan import SAMPLES, SECONDS
from mocshelf_tools.load.samples import Sample, Second, Seen

NAMES = ("browse: the shelf", "open: a MOC", "search: MOCs")


def run(*more: Sample, seconds: int = 10) -> Seen:
    """Thirty right answers, of 1 to 30 ms, and what is given."""
    fine = [Sample(number / 30 * seconds, NAMES[number % 3], number + 1.0, "ok") for number in range(30)]
    return Seen([*fine, *more], [Second(at, 2) for at in range(seconds + 1)])


def written(folder: Path, samples: str, seconds: str = "0.0,1,0,0,0\n") -> Path:
    """The files of a run, with these lines below their heads."""
    (folder / SAMPLES).write_text("at,name,milliseconds,outcome,why\n" + samples)
    (folder / SECONDS).write_text("at,users,requests,failures,waits\n" + seconds)
    return folder
