"""What the cells of a table and the texts of an XML item may hold: quantities, numbers, flags."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mocshelf.parts.collect import Collector

MOST_OF_A_RECORD = 1_000_000
NUMBER_LENGTH = 64
COLOUR_DIGITS = 10

_BY_SPREADSHEET = re.compile(r"[0-9](?:\.[0-9]{1,20})?E\+[0-9]{2,3}", re.IGNORECASE)
_SPARE = {"true": True, "1": True, "yes": True, "t": True}
_NOT_SPARE = {"false": False, "0": False, "no": False, "f": False, "": False}
_FLAGS = {**_SPARE, **_NOT_SPARE}


@lru_cache(maxsize=1024)
def quantity_of(cell: str, most: int = MOST_OF_A_RECORD) -> int | None:
    """The quantity, 1 to `most`; None for everything that is not written in ASCII digits."""
    if not (cell.isdigit() and cell.isascii() and len(cell) <= COLOUR_DIGITS):
        return None
    quantity = int(cell)
    return quantity if 1 <= quantity <= most else None


@lru_cache(maxsize=1024)
def colour_id_of(cell: str) -> int | None:
    """A colour number of at most 10 digits, maybe with a minus sign; None for everything else."""
    digits = cell[1:] if cell.startswith("-") else cell
    if not (digits.isdigit() and digits.isascii() and len(digits) <= COLOUR_DIGITS):
        return None
    return int(cell)


def flag_of(cell: str) -> bool | None:
    """Whether a spare flag is set; None when it is no known word."""
    return _FLAGS.get(cell.lower())


def number_fault(number: str) -> str | None:
    """What is wrong with a part number, as the end of a sentence; None when it can be kept."""
    if number.isalnum() and len(number) <= NUMBER_LENGTH:
        return None
    if not number:
        return "the part number is empty."
    if len(number) > NUMBER_LENGTH:
        return f'the part number "{shown(number)}" has more than {NUMBER_LENGTH} characters.'
    if not number.isprintable():
        return f'the part number "{shown(number)}" has characters that cannot be printed.'
    if _BY_SPREADSHEET.fullmatch(number):
        return f'the part number "{number}" was changed by a spreadsheet. Export the list again and do not edit it.'
    return None


def shown(cell: str) -> str:
    """A cell as an error may quote it: short, and with nothing that cannot be printed."""
    text = cell if len(cell) <= 40 else cell[:39] + "…"
    return "".join(character if character.isprintable() else "?" for character in text)


def reject_quantity(collector: Collector, at: str, cell: str, cells: Sequence[str], line: int | None = None) -> None:
    """Rejects a record for a quantity that `quantity_of` does not take."""
    said = f'the quantity is "{shown(cell)}". It' if cell else "the quantity is empty. It"
    message = f"{at.capitalize()}: {said} must be a whole number from 1 to {MOST_OF_A_RECORD:,}."
    collector.reject(at, "quantity", message, cells, line=line)


def reject_number(
    collector: Collector, at: str, fault: str, cells: Sequence[str], pieces: int, line: int | None = None
) -> None:
    """Rejects a record for what `number_fault` says of its part number."""
    collector.reject(at, "partNumber", f"{at.capitalize()}: {fault}", cells, pieces=pieces, line=line)


def reject_colour(
    collector: Collector, at: str, cell: str, cells: Sequence[str], pieces: int, line: int | None = None
) -> None:
    """Rejects a record for a colour that must be a number and is none."""
    message = f'{at.capitalize()}: the colour is "{shown(cell)}". It must be a whole number.'
    collector.reject(at, "colorId", message, cells, pieces=pieces, line=line)


def reject_flag(
    collector: Collector, at: str, cell: str, cells: Sequence[str], pieces: int, line: int | None = None
) -> None:
    """Rejects a record for a spare flag that `flag_of` does not know."""
    message = f'{at.capitalize()}: the spare column says "{shown(cell)}". It must be True or False.'
    collector.reject(at, "spare", message, cells, pieces=pieces, line=line)
