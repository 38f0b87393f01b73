"""Curves over sizes as SVG, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path

import svg
from plot import OTHERS, OURS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 380, 84, 170, 56, 50  # pixels
COLOURS = (OURS, "#b5651d", OTHERS, "#3566a8", "#7a4a9e", "#1b1f27")


def write(
    name: str, title: str, curves: Mapping[str, Sequence[tuple[float, float]]], *, ticks: Sequence[float] = ()
) -> Path:
    """Draws each curve's points, (size, milliseconds), and names it at its end; empty ones are left out.

    Every size is written below, or only the `ticks`.
    """
    shown = {label: points for label, points in curves.items() if points}
    sizes = sorted({size for points in shown.values() for size, _ in points})
    values = [value for points in shown.values() for _, value in points]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))

    def x(size: float) -> float:
        return LEFT + (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0])) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts: list[str] = []
    for power in range(low, high + 1):
        parts.append(f'<path d="M{LEFT} {y(10**power):.1f}H{WIDTH - RIGHT}" stroke="#dfe3e8"/>')
        height, label = y(10**power) + 4, _round(10**power)
        parts.append(f'<text x="{LEFT - 8}" y="{height:.1f}" font-size="12" text-anchor="end">{label}</text>')
    for size in ticks or sizes:
        parts.append(
            f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" font-size="12" text-anchor="middle">{size:,}</text>'
        )
    free = 0.0  # below it no label stands yet
    coloured = [(colour, *curve) for colour, curve in zip(COLOURS, shown.items(), strict=False)]
    for colour, label, points in sorted(coloured, key=lambda curve: -curve[2][-1][1]):
        path = "L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>' for size, value in points
        ]
        end = points[-1]
        height = max(y(end[1]) + 4, free)
        free = height + 14
        parts.append(
            f'<text x="{x(end[0]) + 10:.1f}" y="{height:.1f}" font-size="12" fill="{colour}">'
            f"{escape(label)} {_round(end[1])}</text>"
        )
    return svg.save(name, title, (WIDTH, HEIGHT), parts)


def _round(value: float) -> str:
    """As much of a figure as a plot can show."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}".removesuffix(".0") if value >= 1 else f"{value:g}"
