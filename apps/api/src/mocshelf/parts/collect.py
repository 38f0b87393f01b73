"""Records become lots: merging, sums, and what became of every record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from file_validator.faults import Fault, Kind, Refused, refusal
from mocshelf.parts import colours
from mocshelf.parts.lot import Lot, Other

MOST_RECORDS = 10_000
MOST_PIECES = 10_000_000
MOST_FAULTS = 50

_NAME_LENGTH = 255
_COLOUR_NAME_LENGTH = 100
_CELL_LENGTH = 200
# A model may have a million references; a receipt that lists them all could not be stored.
_MOST_ENTRIES = 10_000
_PLACES_NAMED = 10
_KNOWN_SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego")
# What a rejected record's field is called in its entry of the receipt.
_REJECTED_FOR = {
    "partNumber": "part-number",
    "colorId": "colour",
    "acquiredQuantity": "acquired",
    "kind": "item-type",
}

Entry = dict[str, object]
Key = tuple[str, str, str, str, int | str | None, bool]


@dataclass(slots=True)
class Details:
    """What a few records say beyond number, colour and quantity; of several element ids the best is chosen."""

    kind: str = "part"
    name: str | None = None
    category: str | None = None
    elements: tuple[str, ...] = ()
    acquired: int = 0
    other: Other | None = None
    notes: tuple[str, ...] = ()


class Collector:
    """Takes a file's records one by one and keeps the sums. A place (`line 12`, `item 3`) is a record's own."""

    def __init__(self) -> None:
        self.lots: list[Lot] = []
        self.entries: list[Entry] = []
        self.unlisted = 0
        self.faults: list[Fault] = []
        self.records = {"kept": 0, "merged": 0, "spare": 0, "skipped": 0, "rejected": 0}
        self.pieces = {"read": 0, "needed": 0, "spare": 0, "skipped": 0, "rejected": 0}
        self.notes: dict[str, tuple[int, list[str]]] = {}
        self.claims: list[Entry] = []
        self._by_key: dict[Key, Lot] = {}
        self._elements: dict[int, set[str]] = {}

    def add(
        self,
        at: str,
        quantity: int,
        number: str,
        scheme: str,
        color_id: int | None,
        color_scheme: str,
        color_name: str | None = None,
        spare: bool = False,
        details: Details | None = None,
    ) -> None:
        """Keeps a record, or merges it into the lot that it equals."""
        kind = details.kind if details else "part"
        known_as = number.lower() if scheme == "ldraw" else number
        color: int | str | None = color_id
        if color is None and color_name:
            color = color_name.casefold()
        key = (kind, scheme, known_as, color_scheme, color, spare)
        lot = self._by_key.get(key)
        first = lot is None
        if lot is None:
            self._by_key[key] = lot = self._new(at, quantity, number, scheme, kind, color_id, color_scheme, spare)
            self._name_colour(lot, color_name)
        else:
            lot.quantity += quantity
            entry = "spare" if spare else "merged"
            self._enter({"at": at, "outcome": entry, "pieces": quantity, "into": lot.source_line})
            self.records["merged"] += not spare
        self.records["spare"] += spare
        self.pieces["read"] += quantity
        self.pieces["spare" if spare else "needed"] += quantity
        if details:
            self._detail(lot, details, first=first)

    def skip(self, at: str, reason: str, pieces: int = 0) -> None:
        """Passes over a record that is no part, as its format says."""
        self.records["skipped"] += 1
        self.pieces["read"] += pieces
        self.pieces["skipped"] += pieces
        self._enter({"at": at, "outcome": "skipped", "reason": reason, "pieces": pieces})

    def reject(
        self,
        at: str,
        field: str | None,
        message: str,
        cells: Iterable[str] = (),
        *,
        pieces: int = 0,
        line: int | None = None,
    ) -> None:
        """Leaves out a record that cannot be used; `field` is the line's field that is wrong, None for all."""
        self.records["rejected"] += 1
        self.pieces["read"] += pieces
        self.pieces["rejected"] += pieces
        if len(self.faults) < MOST_FAULTS:
            place = None if line else at
            fault = Fault(Kind.CONTENT, "VALIDATION_ERROR", message, line=line, field=field, at=place)
            self.faults.append(fault)
        code = _REJECTED_FOR.get(field, field) if field else "record"
        shown = [cell[:_CELL_LENGTH] for cell in cells]
        self._enter({"at": at, "outcome": "rejected", "code": code, "message": message, "cells": shown})

    def note(self, code: str, place: str | None = None, *, count: int = 1) -> None:
        """Counts something worth knowing; the first places are named in the receipt."""
        counted, places = self.notes.get(code, (0, []))
        if place is not None and len(places) < _PLACES_NAMED:
            places.append(place[:_CELL_LENGTH])
        self.notes[code] = (counted + count, places)

    def claim(self, claim: str, file: object, counted: object, *, agrees: bool) -> None:
        """Compares something that the file says of itself with what was counted."""
        self.claims.append({"claim": claim, "file": str(file), "counted": str(counted), "agrees": agrees})

    def finish(self) -> list[Lot]:
        """The lots, complete. Raises `Refused` when the list is too large."""
        pieces = self.pieces["needed"] + self.pieces["spare"]
        if pieces > MOST_PIECES:
            message = f"The list has {pieces:,} pieces; the limit is {MOST_PIECES:,}. Split it."
            raise refusal(Kind.CONTENT, "VALIDATION_ERROR", message, field="quantity")
        for line, elements in self._elements.items():
            lot = self.lots[line - 1]
            lot.element_id, *further = sorted(elements, key=_element_rank, reverse=True)
            if further:
                lot.other = {**(lot.other or {}), "element": sorted(further)}
        if self.unlisted:
            self.note("entries-shortened", count=self.unlisted)
        return self.lots

    def _new(
        self,
        at: str,
        quantity: int,
        number: str,
        scheme: str,
        kind: str,
        color_id: int | None,
        color_scheme: str,
        spare: bool,
    ) -> Lot:
        if len(self.lots) >= MOST_RECORDS:
            raise too_many()
        lot = Lot(len(self.lots) + 1, number, scheme, kind, color_id, color_scheme, None, quantity, spare, at)
        self.lots.append(lot)
        self.records["kept"] += not spare
        return lot

    def _name_colour(self, lot: Lot, name: str | None) -> None:
        """The file's name for a colour, else the table's; what is not known is kept and marked."""
        number, scheme = lot.color_id, lot.color_scheme
        if name and len(name) > _COLOUR_NAME_LENGTH:
            name = name[:_COLOUR_NAME_LENGTH]
            self._mark(lot, "name-shortened")
        if number is None:
            if name and not colours.is_name(name, scheme):
                self._mark(lot, "unknown-colour")
            elif not name and lot.kind == "part" and lot.part_scheme != "element":
                self._mark(lot, "no-colour")
        elif scheme == "ldraw" and is_direct(number):
            name = name or f"0x{number:07X}"
            self._mark(lot, "direct-colour")
        elif scheme in _KNOWN_SCHEMES:
            known = colours.name_of(scheme, number)
            if known is None:
                self._mark(lot, "unknown-colour")
            name = name or known
        lot.color_name = name or None

    def _detail(self, lot: Lot, details: Details, *, first: bool) -> None:
        lot.part_name = lot.part_name or self._cut(lot, details.name)
        lot.category = lot.category or self._cut(lot, details.category)
        lot.acquired_quantity += details.acquired
        for code in details.notes:
            self._mark(lot, code)
        if details.elements:
            self._elements.setdefault(lot.line, set()).update(details.elements)
        if first:
            lot.other = details.other
        elif lot.other and details.other:
            given = details.other
            lot.other = {scheme: ids for scheme, ids in lot.other.items() if given.get(scheme) == ids} or None

    def _cut(self, lot: Lot, name: str | None) -> str | None:
        if name and len(name) > _NAME_LENGTH:
            self._mark(lot, "name-shortened")
        return name[:_NAME_LENGTH] if name else None

    def _mark(self, lot: Lot, code: str) -> None:
        if code not in lot.notes:
            lot.notes.append(code)
            self.note(code, lot.source_line)

    def _enter(self, entry: Entry) -> None:
        if len(self.entries) < _MOST_ENTRIES:
            self.entries.append(entry)
        else:
            self.unlisted += 1


def is_direct(number: int) -> bool:
    """Whether an LDraw colour is one of its own: `0x2RRGGBB`, or `0x3RRGGBB` when transparent."""
    return 0x2000000 <= number <= 0x3FFFFFF


def too_many() -> Refused:
    """The refusal of a list with more records, or a model with more lots, than a list may have."""
    message = f"The list has more than {MOST_RECORDS:,} rows. Split it."
    return refusal(Kind.CONTENT, "TOO_MANY_ROWS", message)


def _element_rank(element: str) -> tuple[bool, int]:
    """Seven digits is the usual length; of several ids the highest is the newest."""
    return len(element) == 7, int(element)
