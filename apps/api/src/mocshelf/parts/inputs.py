"""What a client sends about parts lists and their lines."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from mocshelf.parts.schemas import CENT, EXPORTS, MOST_LINES, MOST_OF_A_LINE, MOST_PIECES
from mocshelf.runtime.schemas import Flag, Id, Input, OneOf, Query, Rule, Text, UuidRule, Whole, fault

MOST_TICKS = 500

_MOST_MONEY = Decimal("9999999999.99")
_MOST_COLOUR = 9_999_999_999  # ten digits

Status = OneOf("planning", "in_progress", "completed")
PartScheme = OneOf("rebrickable", "bricklink", "ldraw", "lego", "element", "brickowl", "unknown")
ColorScheme = OneOf("rebrickable", "bricklink", "ldraw", "lego", "brickowl", "unknown")
Kind = OneOf("part", "minifig", "gear")
Pieces = Whole(0, MOST_PIECES)
PageNumber = Annotated[int, Whole(1, 10_000, in_query=True)]
Yes = Annotated[bool, Flag(in_query=True)]


class Money(Rule):
    """An amount of money, kept to the cent."""

    def check(self, value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise fault(f"must be a number from 0 to {_MOST_MONEY:,}")
        # What a float shows is what the client wrote; its binary value may be a hair off.
        written = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not 0 <= written <= _MOST_MONEY:
            raise fault(f"must be a number from 0 to {_MOST_MONEY:,}")
        return written.quantize(CENT, ROUND_HALF_UP)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": float(_MOST_MONEY)}


class PartNumber(Rule):
    """A part number: text, for `0930` and `3070b` are none of arithmetic's numbers."""

    def check(self, value: object) -> str:
        number = Text(1, 64).check(value)
        if not number.isprintable():
            raise fault("must not contain characters that cannot be printed")
        return number

    def schema(self) -> dict[str, Any]:
        return {**Text(1, 64).schema(), "pattern": r"^[^\u0000-\u001f\u007f]*$"}


class ElementNumber(Rule):
    """An element id as LEGO prints it: digits."""

    def check(self, value: object) -> str:
        number = Text(0, 20).check(value)
        if number and not (number.isascii() and number.isdigit()):
            raise fault("must have 1 to 20 digits")
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{1,20}$"}


class LineCreate(Input):
    """A line as it is sent; its place in the array counts, not `line`. Of `acquired` and `acquiredQuantity` the
    quantity says more, so it wins."""

    line: Annotated[int | None, Whole(1, MOST_LINES)] = None
    part_number: Annotated[str, PartNumber()]
    part_scheme: Annotated[str, PartScheme] = "unknown"
    kind: Annotated[str, Kind] = "part"
    part_name: Annotated[str | None, Text(0, 255)] = None
    category: Annotated[str | None, Text(0, 255)] = None
    color_id: Annotated[int | None, Whole(-_MOST_COLOUR, _MOST_COLOUR)] = None
    color_scheme: Annotated[str, ColorScheme] = "unknown"
    color_name: Annotated[str | None, Text(0, 100)] = None
    element_id: Annotated[str | None, ElementNumber()] = None
    quantity: Annotated[int, Whole(1, MOST_OF_A_LINE)]
    spare: Annotated[bool, Flag()] = False
    acquired_quantity: Annotated[int | None, Pieces] = None
    acquired: Annotated[bool | None, Flag()] = None


class LineUpdate(LineCreate):
    """A line that takes the place of the one with its `id`, which may be a merged lot of more pieces."""

    id: Annotated[UUID | None, UuidRule()] = None
    quantity: Annotated[int, Whole(1, MOST_PIECES)]


class Fields(Input):
    """What a person writes about a list; only the fields that are given change. `name` is the title's older name."""

    title: Annotated[str, Text(1, 255)] = ""
    name: Annotated[str, Text(1, 255)] = ""
    description: Annotated[str | None, Text(0, 5000)] = None
    notes: Annotated[str | None, Text(0, 5000)] = None
    status: Annotated[str, Status] = "planning"
    built: Annotated[bool, Flag()] = False
    purchased: Annotated[bool, Flag()] = False
    total_parts_count: Annotated[int, Pieces] = 0
    acquired_parts_count: Annotated[int, Pieces] = 0
    cost_estimate: Annotated[Decimal | None, Money()] = None
    actual_cost: Annotated[Decimal | None, Money()] = None


class PartsListCreate(Fields):
    file_id: Annotated[UUID | None, UuidRule()] = None
    parts: Annotated[list[LineCreate], Field(max_length=MOST_LINES)] = Field(default_factory=list)


class PartsListUpdate(Fields):
    parts: Annotated[list[LineUpdate], Field(max_length=MOST_LINES)] = Field(default_factory=list)


class StatusUpdate(Input):
    """How far a list is; at least one field."""

    status: Annotated[str, Status] = "planning"
    built: Annotated[bool, Flag()] = False
    purchased: Annotated[bool, Flag()] = False
    acquired_parts_count: Annotated[int, Pieces] = 0
    actual_cost: Annotated[Decimal | None, Money()] = None
    notes: Annotated[str | None, Text(0, 5000)] = None


class Tick(Input):
    """How many pieces of a line are there, or whether all of them are."""

    id: Id
    acquired_quantity: Annotated[int | None, Pieces] = None
    acquired: Annotated[bool | None, Flag()] = None


class Ticks(Input):
    parts: Annotated[list[Tick], Field(min_length=1, max_length=MOST_TICKS)]


class ListQuery(Query):
    page: PageNumber = 1
    limit: Annotated[int, Whole(1, 100, in_query=True)] = 20


class LineQuery(Query):
    page: PageNumber = 1
    limit: Annotated[int, Whole(1, 500, in_query=True)] = 100
    missing: Yes = False


class ExportQuery(Query):
    format: Annotated[str, OneOf(*EXPORTS)]
    missing: Yes = False
    report: Yes = False
