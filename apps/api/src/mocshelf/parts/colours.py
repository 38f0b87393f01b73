"""The shipped colour table: looking colours up, and converting their numbers from one site to another."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

_DATA = Path(__file__).with_name("data")

SCHEMES = ("rebrickable", "bricklink", "ldraw")
SITES = {
    "rebrickable": "Rebrickable",
    "bricklink": "BrickLink",
    "ldraw": "LDraw",
    "lego": "LEGO",
    "brickowl": "BrickOwl",
}
# Rebrickable's "any colour" and BrickLink's "not applicable" say the same; nobody else has a number for it.
_NO_COLOUR = {("rebrickable", 9999, "bricklink"): 0, ("bricklink", 0, "rebrickable"): 9999}
SENTINELS = frozenset({("rebrickable", -1), ("rebrickable", 9999), ("bricklink", 0)})

Outcome = Literal["same", "mapped", "folded", "unmapped"]


class Colour(NamedTuple):
    """One colour under the numbers that the sites have for it; `rgb` is six hex digits or None."""

    rebrickable: int | None
    bricklink: int | None
    ldraw: int | None
    name: str
    bricklink_name: str
    rgb: str | None
    transparent: bool | None


class Conversion(NamedTuple):
    """A converted colour number; None when it is `unmapped`."""

    outcome: Outcome
    id: int | None


class Table:
    """The colours by the numbers and names of each scheme."""

    def __init__(self) -> None:
        self.colours = list(_colours())
        self.by_id: dict[tuple[str, int], Colour] = {}
        for colour in self.colours:
            for scheme, number in zip(SCHEMES, colour[:3], strict=True):
                if number is not None:
                    self.by_id[scheme, number] = colour
        self.by_name = _by_name(self.colours)
        self.lego = {int(lego): (name, int(base)) for lego, name, base in _read("lego-colours.csv")}
        self.lego_names = frozenset(folded(name) for name, _base in self.lego.values())
        # The first LEGO colour listed for a Rebrickable one is its pair; any further one leads there only.
        self.lego_of = {base: lego for lego, (_name, base) in reversed(self.lego.items())}
        self.one_way: dict[tuple[str, int, str], int] = {}
        self.folds: dict[int, int] = {}
        for kind, scheme, start, other, end in _read("colour-corrections.csv"):
            if kind == "one-way":
                self.one_way[scheme, int(start), other] = int(end)
            elif kind == "fold":
                self.folds[int(start)] = int(end)


@cache
def table() -> Table:
    """The table, read when it is first needed."""
    return Table()


@lru_cache(maxsize=4096)
def name_of(scheme: str, number: int) -> str | None:
    """What the scheme's site calls the colour; None when the number is not in the table."""
    if scheme == "lego":
        named = table().lego.get(number)
        return named[0] if named else None
    colour = table().by_id.get((scheme, number))
    if colour is None:
        return None
    return (colour.bricklink_name if scheme == "bricklink" else colour.name) or None


def swatch(scheme: str, number: int) -> str | None:
    """The colour to draw as six hex digits; None when the table has none, which is never made up."""
    if scheme == "lego":
        named = table().lego.get(number)
        return swatch("rebrickable", named[1]) if named else None
    colour = table().by_id.get((scheme, number))
    return colour.rgb if colour else None


def named(name: str) -> Colour | None:
    """The colour that Rebrickable and BrickLink call so, without case; None when neither does, or when
    they mean different colours by it."""
    return table().by_name.get(folded(name))


def is_name(name: str, scheme: str = "unknown") -> bool:
    """Whether a site calls a colour so, even if sites disagree which. LEGO's own names count for its scheme only:
    its "Dark Green" is Rebrickable's Green."""
    known = table().lego_names if scheme == "lego" else table().by_name
    return folded(name) in known


def lego_number(name: str) -> int | None:
    """LEGO's number for the colour that LEGO itself calls so; None when the table has none."""
    wanted = folded(name)
    return next((lego for lego, (known, _base) in table().lego.items() if folded(known) == wanted), None)


@lru_cache(maxsize=4096)
def convert(scheme: str, number: int, to: str) -> Conversion:
    """The number that `to` has for a colour. There is no nearest colour and no default: what the table
    does not pair is `unmapped`."""
    if scheme == to:
        return Conversion("same", number)
    if (scheme, number, to) in _NO_COLOUR:
        return Conversion("mapped", _NO_COLOUR[scheme, number, to])
    if (scheme, number, to) in table().one_way:
        return Conversion("folded", table().one_way[scheme, number, to])
    found, folded = _colour(scheme, number)
    target = number_at(found, to) if found else None
    if target is None:
        return Conversion("unmapped", None)
    return Conversion("folded" if folded else "mapped", target)


def _colour(scheme: str, number: int) -> tuple[Colour | None, bool]:
    """The table's colour, and whether it is only the plain or the usual form of the one asked for."""
    if scheme == "lego":
        named = table().lego.get(number)
        if named is None:
            return None, False
        return table().by_id.get(("rebrickable", named[1])), table().lego_of[named[1]] != number
    if scheme == "ldraw" and number in table().folds:
        return table().by_id.get(("ldraw", table().folds[number])), True
    return table().by_id.get((scheme, number)), False


def number_at(colour: Colour, to: str) -> int | None:
    """The number that a scheme has for a colour; None when it has none."""
    if to == "lego":
        return None if colour.rebrickable is None else table().lego_of.get(colour.rebrickable)
    return dict(zip(SCHEMES, colour[:3], strict=True)).get(to)


def _colours() -> Iterator[Colour]:
    for rebrickable, bricklink, ldraw, name, bricklink_name, rgb, transparent in _read("colours.csv"):
        clear = transparent == "true" if transparent else None
        numbers = _id(rebrickable), _id(bricklink), _id(ldraw)
        yield Colour(*numbers, name, bricklink_name, rgb or None, clear)


def _id(cell: str) -> int | None:
    return int(cell) if cell else None


def _by_name(colours: list[Colour]) -> dict[str, Colour | None]:
    """Colours by folded name; None where the sites give one name to different colours."""
    found: dict[str, Colour | None] = {}
    for colour in colours:
        if colour.rebrickable is None and colour.bricklink is None:
            continue
        for name in {folded(colour.name), folded(colour.bricklink_name)} - {""}:
            found[name] = colour if name not in found else None
    return found


def folded(name: str) -> str:
    """A colour name as names are compared: without case, `grey` as `gray`, `_` as a blank, hyphens kept."""
    return " ".join(name.lower().replace("grey", "gray").replace("_", " ").split())


def _read(name: str) -> Iterator[list[str]]:
    text = (_DATA / name).read_text(encoding="utf-8")
    reader = csv.reader(text.splitlines())
    next(reader)
    return reader
