"""Every packaged function under Lambda's runtime interface client: start, invocations, memory, imports."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import stacked
from first_events import check, first_events
from shelf import shelf
from stored import RESULTS

from mocshelf import manifest
from mocshelf_infra.packaging.building import FOLDER, build
from mocshelf_infra.stages import HERE
from mocshelf_tools.lambdas.imports import Imported, imports, slowest
from mocshelf_tools.lambdas.layout import Layouts
from mocshelf_tools.lambdas.measuring import ColdStart, cold_start, share_of
from mocshelf_tools.stack.stack import Stack

RUNS = 5
WORST = 10


@dataclass(frozen=True)
class Figures:
    """Medians of one function at one share of a processor: milliseconds, and MB of memory."""

    function: str
    memory: int
    share: float
    init: float
    first: float
    second: float
    peak: float


def main() -> None:
    """Prints the tables and writes `results/functions.json` and `results/functions.svg`."""
    artifacts = build(HERE, FOLDER, lambda _: None)
    with tempfile.TemporaryDirectory() as folder, shelf() as stack:
        layouts = Layouts(artifacts, Path(folder))
        figures, ways = _measured(layouts, stack)
        links = linked(stack)
        worst = slowest(imports(layouts.of(manifest.function("mocs")), "mocs", links), WORST)
    _print(figures, ways)
    _print_imports(worst)
    content = {"runs": RUNS, "held by": sorted(ways), "functions": [asdict(one) for one in figures]}
    RESULTS.joinpath("functions.json").write_text(json.dumps(content, indent=2) + "\n")
    bars = {f"{one.function}, {one.share:.2f} CPU": (one.init, one.first) for one in figures}
    title = "Packaged functions, cold: milliseconds to the first answer"
    print(f"\nPlot: benchmarks/results/{stacked.write('functions', title, ('init', 'first invocation'), bars).name}")


def linked(stack: Stack) -> dict[str, str]:
    """The variables that link a function to the stack as this process is linked; the owner's too, for `migrate`."""
    links = {name: os.environ[name] for name in stack.environment if name in os.environ}
    place = urlsplit(stack.endpoints.postgres)
    owner = {"host": place.hostname, "port": place.port, "name": place.path[1:], "user": place.username, "tls": False}
    return {**links, "MOCSHELF_OWNER": json.dumps(owner)}


def _measured(layouts: Layouts, stack: Stack) -> tuple[list[Figures], set[str]]:
    """The figures of every function, at a whole processor and at its own share; and how it was held to that."""
    links, events = linked(stack), first_events(stack)
    asked = [(row, share) for row in manifest.FUNCTIONS for share in sorted({1.0, share_of(row)}, reverse=True)]
    samples: dict[tuple[str, float], list[ColdStart]] = {(row.name, share): [] for row, share in asked}
    for run in range(RUNS + 1):
        for done, (row, share) in enumerate(asked):
            _progress(run * len(asked) + done, (RUNS + 1) * len(asked))
            event = events[row.name]
            start = cold_start(layouts.of(row), row, links, event, share=share, check=check)
            # The first round only warms the disk.
            if run:
                samples[row.name, share].append(start)
    figures = [_figures(row, share, samples[row.name, share]) for row, share in asked]
    return figures, {start.throttled_by for starts in samples.values() for start in starts}


def _figures(row: manifest.Function, share: float, starts: Sequence[ColdStart]) -> Figures:
    def middle(name: str) -> float:
        return round(median(getattr(start, name) for start in starts) * 1000, 1)

    peak = round(median(start.peak_memory for start in starts) / 1e6, 1)
    return Figures(row.name, row.memory, round(share, 3), middle("init"), middle("first"), middle("second"), peak)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\r" if done + 1 < of else "\n"
        print(f"{done + 1} of {of} cold starts", end=end, file=sys.stderr, flush=True)


def _print(figures: Sequence[Figures], ways: set[str]) -> None:
    print(f"\nPackaged functions under Lambda's runtime, milliseconds, medians of {RUNS} cold starts each")
    print(f"Held to their share of a processor by {', '.join(sorted(ways))}\n")
    heads = ("CPU", "init", "first", "both", "second", "MB used", "of MB")
    print(f"{'':<16}" + "".join(f"{head:>9}" for head in heads))
    for one in figures:
        cells = (f"{one.share:.2f}", *(f"{value:,.1f}" for value in (one.init, one.first, one.init + one.first)))
        cells = (*cells, f"{one.second:,.1f}", f"{one.peak:,.1f}", f"{one.memory:,}")
        print(f"{one.function:<16}" + "".join(f"{cell:>9}" for cell in cells))


def _print_imports(worst: Sequence[Imported]) -> None:
    print(f"\nWhat mocs imports: the {len(worst)} modules with the most time of their own\n")
    print(f"{'own ms':>8}{'whole ms':>10}  module, and what imports it, nearest first")
    for one in worst:
        chain = " < ".join([one.module, *reversed(one.importers[-2:])])
        print(f"{one.own / 1000:8.1f}{one.whole / 1000:10.1f}  {chain}")
