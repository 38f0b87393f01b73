"""One table of all results: ours, the target, the yardsticks; from `results/*.json`, into `results/README.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import stored
from stored import Figures, Result
from targets import TARGETS, Target

MET, MISSED, UNKNOWN = "met", "missed", "not measured"

_ABOUT = """\
# What was measured

`./mocshelf bench` writes this page and the files beside it; `./mocshelf bench --table` makes the page anew from
them. Figures are medians. Yardsticks took turns with ours in the same run; ours in multiples of theirs stands in
brackets. Compare those rather than the milliseconds of two machines.

| what | ours | target | | beside it |
| --- | --- | --- | --- | --- |
"""
_LEFT_OUT = """
Two promises are not measured here: the first start on a fresh machine, which downloads, and the time of
`./mocshelf test`. Both are seen where the tests run.
"""


@dataclass(frozen=True)
class Row:
    """A target and what became of it, as it is shown."""

    what: str
    ours: str
    target: str
    verdict: str
    beside: str


def main() -> None:
    """Writes the page and prints its first table."""
    results = stored.read_all()
    stored.RESULTS.mkdir(exist_ok=True)
    (stored.RESULTS / "README.md").write_text(page(results), encoding="utf-8")
    rows = [judged(target, results) for target in TARGETS]
    width, wanted = max(len(row.what) for row in rows), max(len(row.target) for row in rows)
    print()
    for row in rows:
        print(f"{row.what:<{width}}  {row.ours:>10}  {row.target:<{wanted}}  {row.verdict}")
        if row.beside:
            print(f"    {row.beside}")
    for note in _notes(results):
        print(f"\n{note}")
    print("\nThe page: benchmarks/results/README.md")


def judged(target: Target, results: Mapping[str, Result]) -> Row:
    """The row of one target; what was not measured is said, not left out."""
    result = results.get(target.result)
    ours = _ours(target, result.contenders) if result else None
    if result is None or ours is None:
        return Row(target.what, "-", _wanted(target), UNKNOWN, "")
    theirs = {name: result.contenders[name].median for name in target.beside if name in result.contenders}
    beside = "; ".join(
        f"{name} {_figure(value, target.unit)} ({ours / value:.2f} ×)" for name, value in theirs.items()
    )
    return Row(target.what, _figure(ours, target.unit), _wanted(target), _verdict(target, ours, theirs), beside)


def page(results: Mapping[str, Result]) -> str:
    """The whole page in Markdown: the targets, then every result with its spread and its plot."""
    rows = (judged(target, results) for target in TARGETS)
    lines = [f"| {row.what} | {row.ours} | {row.target} | {row.verdict} | {row.beside} |" for row in rows]
    sections = (line for name, result in results.items() for line in _section(name, result))
    return _ABOUT + "\n".join([*lines, _LEFT_OUT.rstrip(), *sections, ""])


def _ours(target: Target, contenders: Mapping[str, Figures]) -> float | None:
    """None when one of the contenders that it takes is missing."""
    medians = {name: figures.median for name, figures in contenders.items()}
    if target.contender is None:
        return max(medians.values())
    if not {target.contender, target.minus or target.contender} <= set(medians):
        return None
    return medians[target.contender] - (medians[target.minus] if target.minus else 0)


def _verdict(target: Target, ours: float, theirs: Mapping[str, float]) -> str:
    if target.times is not None:
        yardstick = theirs.get(target.beside[0])
        if yardstick is None:
            return UNKNOWN
        if ours > target.times * yardstick:
            return MISSED
    return MISSED if target.most is not None and ours > target.most else MET


def _wanted(target: Target) -> str:
    words = [f"≤ {target.most:g} {target.unit}"] if target.most is not None else []
    if target.times is not None:
        words.append(f"≤ {target.times:g} × {target.beside[0]}")
    return "; ".join([*words, *([target.hope] if target.hope else [])])


def _figure(value: float, unit: str) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f} {unit}"


def _section(name: str, result: Result) -> Iterator[str]:
    yield f"\n## {name}\n"
    yield f"{result.title}. Measured {result.measured}; {result.machine}.\n"
    yield f"| {result.unit} | runs | min | median | max | × the first |"
    yield "| --- | --- | --- | --- | --- | --- |"
    first = next(iter(result.contenders.values())).median
    for contender, figures in result.contenders.items():
        spread = " | ".join(f"{value:,.2f}" for value in (figures.min, figures.median, figures.max))
        yield f"| {contender} | {figures.runs:,} | {spread} | {figures.median / first:.2f} |"
    yield from (f"\n{note}" for note in result.notes)
    if (stored.RESULTS / f"{name}.svg").exists():
        yield f"\n![{result.title}]({name}.svg)"


def _notes(results: Mapping[str, Result]) -> list[str]:
    """Each once, though several results may have it."""
    return list(dict.fromkeys(note for result in results.values() for note in result.notes))
