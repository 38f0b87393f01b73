"""A bar chart of one benchmark as SVG: medians as bars, minimum to maximum as lines across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import median

import svg

WIDTH, LEFT, ROW = 760, 230, 34  # pixels
OURS, OTHERS = "#2f7d4f", "#8a94a3"


def write(name: str, title: str, samples: Mapping[str, Sequence[float]]) -> Path:
    """Draws the samples of each contender; ours, whose names have Mocshelf in them, are green."""
    scale = (WIDTH - LEFT - 110) / max(max(values) for values in samples.values())
    height = 64 + ROW * len(samples)
    parts: list[str] = []
    for row, (contender, values) in enumerate(samples.items()):
        parts += _bar(contender, values, top=48 + row * ROW, scale=scale)
    return svg.save(name, title, (WIDTH, height), parts)


def _bar(contender: str, values: Sequence[float], *, top: int, scale: float) -> list[str]:
    middle, low, high = (LEFT + value * scale for value in (median(values), min(values), max(values)))
    line = top + ROW / 2 - 6
    fill = OURS if "Mocshelf" in contender else OTHERS
    return [
        f'<text x="{LEFT - 10}" y="{top + 15}" font-size="13" text-anchor="end">{escape(contender)}</text>',
        f'<rect x="{LEFT}" y="{top}" width="{middle - LEFT:.1f}" height="{ROW - 12}" fill="{fill}"/>',
        f'<path d="M{low:.1f} {line}H{high:.1f}M{low:.1f} {line - 4}v8M{high:.1f} {line - 4}v8" stroke="#1b1f27"/>',
        f'<text x="{high + 8:.1f}" y="{top + 15}" font-size="12">{median(values):,.1f}</text>',
    ]
