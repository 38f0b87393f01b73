"""A run over time as one SVG: visitors, requests a second, times, and what failed, one below the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from mocshelf_tools.load.samples import FAILED, OK, WAIT, Sample, Seen, percentile

WIDTH, LEFT, RIGHT, PANEL, GAP, TOP = 760, 64, 90, 110, 34, 44  # pixels
GREEN, GREY, RED = "#2f7d4f", "#8a94a3", "#b3412f"
_INK, _LINES = "#1b1f27", "#e3e6ea"
_STEPS = 100


@dataclass(frozen=True)
class Line:
    """Points of (seconds, value), and how they look; a value of None interrupts the line."""

    label: str
    colour: str
    points: Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Panel:
    title: str
    lines: Sequence[Line]


def timeline(title: str, seen: Seen) -> str:
    """The SVG."""
    panels = _panels(seen)
    height = TOP + len(panels) * (PANEL + GAP) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="24" font-size="15" fill="{_INK}">{escape(title)}</text>',
    ]
    for place, panel in enumerate(panels):
        parts += _drawn(panel, top=TOP + place * (PANEL + GAP), seconds=max(seen.took, 1))
    return "\n".join([*parts, "</svg>", ""])


def _panels(seen: Seen) -> list[Panel]:
    step = max(1.0, math.ceil(seen.took / _STEPS))
    spans = [
        (number * step, [one for one in seen.requests if number * step <= one.at < (number + 1) * step])
        # The last one may be too short to say anything.
        for number in range(max(1, math.floor(seen.took / step + 0.5)))
    ]
    middle = step / 2

    def counted(*outcomes: str) -> list[tuple[float, float | None]]:
        return [
            (at + middle, sum(one.outcome in outcomes for one in inside) / min(step, max(seen.took - at, 0.5)))
            for at, inside in spans
        ]

    def times(share: float) -> list[tuple[float, float | None]]:
        return [(at + middle, _time(inside, share)) for at, inside in spans]

    return [
        Panel("visitors", [Line("", GREY, [(one.at, one.users) for one in seen.seconds])]),
        Panel("requests a second", [Line("", GREEN, counted(OK, FAILED, WAIT))]),
        Panel("milliseconds", [Line("p95", GREY, times(0.95)), Line("p50", GREEN, times(0.5))]),
        Panel(
            "failures and waits a second",
            [Line("waits", GREY, counted(WAIT)), Line("failures", RED, counted(FAILED))],
        ),
    ]


def _time(samples: Sequence[Sample], share: float) -> float | None:
    return percentile(sorted(one.milliseconds for one in samples if one.outcome == OK), share)


def _drawn(panel: Panel, *, top: int, seconds: float) -> list[str]:
    wide = WIDTH - LEFT - RIGHT
    most = _round_up(max((value or 0 for line in panel.lines for _, value in line.points), default=0))
    bottom = top + PANEL

    def place(at: float, value: float) -> str:
        return f"{LEFT + min(at, seconds) / seconds * wide:.1f} {bottom - value / most * (PANEL - 22):.1f}"

    parts = [f'<text x="{LEFT}" y="{top + 12}" font-size="12" fill="{_INK}">{escape(panel.title)}</text>']
    for value in (0, most / 2, most):
        height = bottom - value / most * (PANEL - 22)
        parts.append(f'<path d="M{LEFT} {height:.1f}h{wide}" stroke="{_LINES}"/>')
        parts.append(_text(LEFT - 8, height + 4, f"{value:,g}", "end"))
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_text(LEFT + share * wide, bottom + 14, f"{share * seconds:.0f} s", "middle"))
    for number, line in enumerate(panel.lines):
        parts.append(f'<path d="{_path(line, place)}" fill="none" stroke="{line.colour}" stroke-width="1.6"/>')
        parts.append(_text(LEFT + wide + 10, top + 34 + 16 * number, line.label, "start", line.colour))
    return parts


def _path(line: Line, place: Callable[[float, float], str]) -> str:
    parts, drawing = [], False
    for at, value in line.points:
        if value is not None:
            parts.append(f"{'L' if drawing else 'M'}{place(at, value)}")
        drawing = value is not None
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str, colour: str = _INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="11" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5 and 8 times a power of ten, so that its half is short to read; 1 for nothing."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if value <= step * power * 1.000001)
