"""The picture beside the table: how many of all requests had their answer after so many seconds."""

from __future__ import annotations

from html import escape
from pathlib import Path

from saturation.place import Run

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "saturation.svg"

SECONDS = 3.0  # along the axis; later answers are beyond its end
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 760, 300, 56, 48, 40, 236  # pixels; the names stand at the right
COLOURS = ("#2f7d4f", "#8a94a3", "#b3541e")


def write(runs: list[tuple[str, Run]]) -> None:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="15">Requests answered within so many seconds, refusals left out</text>',
        *(_line(share) for share in (0.0, 0.5, 1.0)),
        *(_mark(second) for second in range(int(SECONDS) + 1)),
        *(_curve(name, run, colour) for (name, run), colour in zip(runs, COLOURS, strict=False)),
    ]
    PICTURE.write_text("\n".join([*parts, "</svg>", ""]))


def _curve(name: str, run: Run, colour: str) -> str:
    """A step for each answer would be a large file; a point for each hundredth of the axis is enough."""
    times = [took for status, took in run.answers if status != 503]
    moments = [SECONDS * step / 100 for step in range(101)]
    shares = [sum(took <= moment for took in times) / len(run.answers) for moment in moments]
    points = " ".join(f"{_x(at):.1f},{_y(share):.1f}" for at, share in zip(moments, shares, strict=True))
    label = f'<text x="{_x(SECONDS) + 8:.0f}" y="{_y(shares[-1]) + 4:.0f}" font-size="12" fill="{colour}">'
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>{label}{escape(name)}</text>'


def _line(share: float) -> str:
    label = f'<text x="{LEFT - 8}" y="{_y(share) + 4:.0f}" font-size="12" text-anchor="end">{share:.0%}</text>'
    return f'<path d="M{LEFT} {_y(share):.0f}H{_x(SECONDS):.0f}" stroke="#d5d9df"/>{label}'


def _mark(second: int) -> str:
    return f'<text x="{_x(second):.0f}" y="{HEIGHT - 16}" font-size="12" text-anchor="middle">{second} s</text>'


def _x(second: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * second / SECONDS


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
