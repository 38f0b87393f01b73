"""Stacked bars as SVG: what each total is made of, one shade for each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import svg

WIDTH, LEFT, ROW, TOP = 760, 190, 26, 64  # pixels
SHADES = ("#2f7d4f", "#8fc3a3", "#c9d2cd")


def write(name: str, title: str, parts: Sequence[str], bars: Mapping[str, Sequence[float]]) -> Path:
    """Draws each bar's values one behind another, in the order of the names of the `parts`."""
    scale = (WIDTH - LEFT - 70) / max(sum(values) for values in bars.values())
    height = TOP + ROW * len(bars) + 12
    drawn = _legend(parts)
    for row, (label, values) in enumerate(bars.items()):
        drawn += _bar(label, values, top=TOP + row * ROW, scale=scale)
    return svg.save(name, title, (WIDTH, height), drawn)


def _legend(parts: Sequence[str]) -> list[str]:
    drawn = []
    for place, (part, shade) in enumerate(zip(parts, SHADES, strict=False)):
        x = LEFT + place * 170
        drawn.append(f'<rect x="{x}" y="38" width="12" height="12" fill="{shade}"/>')
        drawn.append(f'<text x="{x + 18}" y="48" font-size="12">{escape(part)}</text>')
    return drawn


def _bar(label: str, values: Sequence[float], *, top: int, scale: float) -> list[str]:
    drawn = [f'<text x="{LEFT - 10}" y="{top + 14}" font-size="12" text-anchor="end">{escape(label)}</text>']
    x = float(LEFT)
    for value, shade in zip(values, SHADES, strict=False):
        drawn.append(
            f'<rect x="{x:.1f}" y="{top}" width="{value * scale:.1f}" height="{ROW - 8}" fill="{shade}">'
            f"<title>{value:,.0f}</title></rect>"
        )
        x += value * scale
    drawn.append(f'<text x="{x + 6:.1f}" y="{top + 14}" font-size="12">{sum(values):,.0f}</text>')
    return drawn
