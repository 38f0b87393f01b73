"""Builds the shipped colour table from the sites' catalogue files and the corrections kept by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mocshelf_tools.problems import CannotContinue

COLUMNS = ("rebrickable", "bricklink", "ldraw", "name", "bricklink_name", "rgb", "transparent")
REBRICKABLE_FILE = "rebrickable-colors.csv"
BRICKLINK_FILE = "bricklink-colors.csv"

_SENTINELS = (-1, 9999)
_TRUE = ("True", "t")


@dataclass
class Row:
    """One colour under the numbers that the sites have for it; None where a site has none."""

    rebrickable: int | None = None
    bricklink: int | None = None
    ldraw: int | None = None
    name: str = ""
    bricklink_name: str = ""
    rgb: str = ""
    transparent: str = ""

    def cells(self) -> list[str]:
        values = (getattr(self, column) for column in COLUMNS)
        return ["" if value is None else str(value) for value in values]


@dataclass
class Corrections:
    """What equal names cannot tell. Pairs, non-pairs and one-way pairs are (from, to) by (scheme, scheme)."""

    pairs: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    non_pairs: set[tuple[int, int]] = field(default_factory=set)
    folds: dict[int, int] = field(default_factory=dict)

    def pairs_of(self, scheme: str, other: str) -> dict[int, int]:
        return self.pairs.get((scheme, other), {})


def build(catalogues: Path, corrections_file: Path) -> str:
    """The text of `colours.csv`. CannotContinue when the catalogue files and the corrections contradict."""
    corrections = _corrections(corrections_file)
    rows = {row.rebrickable: row for row in _rebrickable(catalogues / REBRICKABLE_FILE)}
    bricklink = _bricklink(catalogues / BRICKLINK_FILE)
    alone = _pair_bricklink(list(rows.values()), bricklink, corrections)
    for number, ldraw in corrections.pairs_of("rebrickable", "ldraw").items():
        if number not in rows:
            raise CannotContinue(f"The corrections name the Rebrickable colour {number}, which is not in its file.")
        rows[number].ldraw = ldraw
    for row in alone:
        row.ldraw = corrections.pairs_of("bricklink", "ldraw").get(row.bricklink or 0)
    table = [*rows.values(), *alone]
    table += _rubber(table, corrections.folds)
    _check_unique(table)
    return _written(table)


def _rebrickable(path: Path) -> Iterator[Row]:
    for cells in _read(path, names=True):
        number = int(cells[0])
        # The catalogue has a colour for "unknown" too; it means nothing.
        rgb = "" if number in _SENTINELS else cells[2].upper()
        yield Row(number, name=cells[1], rgb=rgb, transparent="true" if cells[3] in _TRUE else "false")


def _bricklink(path: Path) -> dict[int, str]:
    """Names by number; a number that is there twice must have one name."""
    names: dict[int, str] = {}
    for cells in _read(path, names=False):
        number = int(cells[0])
        if names.setdefault(number, cells[1]) != cells[1]:
            raise CannotContinue(f"{path.name} has two names for the colour {number}. Decide, and remove one.")
    return names


def _corrections(path: Path) -> Corrections:
    found = Corrections()
    for kind, scheme, number, other, other_number in _read(path, names=True):
        if kind == "pair":
            found.pairs.setdefault((scheme, other), {})[int(number)] = int(other_number)
        elif kind == "no-pair":
            found.non_pairs.add((int(number), int(other_number)))
        elif kind == "fold":
            found.folds[int(number)] = int(other_number)
    return found


def _pair_bricklink(rows: Iterable[Row], names: dict[int, str], corrections: Corrections) -> list[Row]:
    """Gives rows their BrickLink colour: the corrections' pair, or else the one of the same name; returns
    rows for the BrickLink colours that are left over."""
    by_name = {name.lower(): number for number, name in names.items()}
    paired = corrections.pairs_of("rebrickable", "bricklink")
    for row in rows:
        number = row.rebrickable or 0
        name = row.name.lower()
        same = by_name.get("mx " + name.removeprefix("modulex ") if name.startswith("modulex ") else name)
        row.bricklink = paired.get(number, None if (number, same) in corrections.non_pairs else same)
        row.bricklink_name = names[row.bricklink] if row.bricklink is not None else ""
    taken = {row.bricklink for row in rows}
    return [Row(bricklink=number, bricklink_name=name) for number, name in names.items() if number not in taken]


def _rubber(table: Iterable[Row], folds: dict[int, int]) -> list[Row]:
    """Rows of their own for LDraw's rubber colours, which no site tells from the plain ones."""
    plain = {row.ldraw: row.name for row in table if row.ldraw is not None}
    missing = sorted(set(folds.values()) - plain.keys())
    if missing:
        raise CannotContinue(f"The corrections fold into LDraw colours that are nowhere: {missing}.")
    return [Row(ldraw=number, name=f"Rubber {plain[base]}") for number, base in folds.items()]


def _check_unique(table: Iterable[Row]) -> None:
    for scheme in COLUMNS[:3]:
        seen: set[int] = set()
        for row in table:
            number = getattr(row, scheme)
            if number in seen:
                raise CannotContinue(f"The {scheme} colour {number} would stand in two rows. Correct the pairs.")
            if number is not None:
                seen.add(number)


def _read(path: Path, *, names: bool) -> Iterator[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise CannotContinue(f"{path} cannot be read: {problem.strerror}.") from None
    reader = csv.reader(io.StringIO(text))
    if names:
        next(reader, None)
    return (row for row in reader if row)


def _written(table: Iterable[Row]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in table)
    return target.getvalue()
