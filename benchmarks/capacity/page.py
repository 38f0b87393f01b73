"""The generated parts of docs/capacity.md: tables between marks, which a run replaces."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "capacity.md"
END = "<!-- end of generated -->"


def mark(name: str) -> str:
    """Where the generated part of that name begins."""
    return f"<!-- generated: {name} -->"


def filled(text: str, parts: Mapping[str, str]) -> str:
    """The page with every part in its place; ValueError when page and parts do not know the same names."""
    known = re.findall(r"<!-- generated: (.+?) -->", text)
    if sorted(known) != sorted(parts):
        raise ValueError(f"docs/capacity.md has the parts {sorted(known)}, and not {sorted(parts)}.")
    for name, part in parts.items():
        before, _, rest = text.partition(mark(name))
        _, end, after = rest.partition(END)
        if not end:
            raise ValueError(f"docs/capacity.md does not say where {name!r} ends.")
        text = f"{before}{mark(name)}\n{part}\n{end}{after}"
    return text


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, left: int = 1) -> str:
    """Markdown; all columns but the first `left` hold figures."""
    lines = [heads, ["---" if place < left else "---:" for place in range(len(heads))], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def figure(number: float) -> str:
    """Three digits that count, with commas."""
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    if abs(number) >= 10:
        return f"{number:.1f}"
    return f"{number:.2f}" if abs(number) >= 0.01 else f"{number:.2g}"
