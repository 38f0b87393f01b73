"""Element ids for a Studio model, from the bricks of its LXFML entry, which stand in the order of building."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from file_validator.xml import iter_elements
from mocshelf.parts.ldraw_count import Count, Placed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_WALKED = 100_000

_ELEMENT = re.compile(r"\b[0-9]{1,20}\b")
_FIRST_NUMBER = re.compile(r"[0-9]{1,10}")

# By record: the id of its file, the index of its reference, its colour.
Elements = dict[tuple[int, int, int | None], set[str]]
# LEGO's colour as written, and the element ids of that brick.
Brick = tuple[str, tuple[str, ...]]


def read_bricks(lxfml: bytes) -> list[Brick]:
    """The bricks in their order. `Configurations` repeats bricks, so only `Bricks/Brick` counts."""
    found: list[Brick] = []
    path: list[str] = []
    for event, element in iter_elements(lxfml):
        if event == "start":
            path.append(element.tag)
            continue
        if path[1:] == ["Bricks", "Brick"]:
            found.append(_brick(element))
        if "Brick" not in path[:-1]:
            element.clear()
        path.pop()
    return found


def match(count: Count, bricks: list[Brick], custom: frozenset[str]) -> Elements | None:
    """The element ids of each record. None unless bricks and pieces agree in number, and each colour of the
    model meets exactly one of LEGO's."""
    pieces = list(islice(_pieces(count, custom), MOST_WALKED + 1))
    if len(pieces) != len(bricks):
        return None
    elements: Elements = {}
    colors: dict[int | None, str] = {}
    for placed, (color, ids) in zip(pieces, bricks, strict=True):
        if colors.setdefault(placed.color, color) != color:
            return None
        elements.setdefault((id(placed.file), placed.place, placed.color), set()).update(ids)
    return elements


def stem_of(name: str) -> str:
    """A file's name without folders and ending, in lower case."""
    return name.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".dat")


def _pieces(count: Count, custom: frozenset[str]) -> Iterator[Placed]:
    return (placed for placed in count.walk() if stem_of(placed.reference.name) not in custom)


def _brick(element: Element) -> Brick:
    part = element.find("Part")
    first = part.attrib if part is not None else {}
    ids = element.get("itemNos") or first.get("itemNos", "")
    color = _FIRST_NUMBER.match(first.get("materials", ""))
    return color[0] if color else "", tuple(_ELEMENT.findall(ids))
