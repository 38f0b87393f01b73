"""An SVG of a result: a white page with a title, and what is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from stored import RESULTS


def save(name: str, title: str, size: tuple[int, int], parts: Sequence[str]) -> Path:
    """Writes `results/<name>.svg`; the size is its width and height in pixels."""
    width, height = size
    page = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="15">{escape(title)}</text>',
        *parts,
        "</svg>",
        "",
    ]
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.svg"
    path.write_text("\n".join(page))
    return path
