"""Recognises whose CSV a file is by the names of its columns, or by its columns where it has no names."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from file_validator.columns import CSV_MEANINGS, SPOKEN, is_basic_colour, is_whole_number, meaning
from file_validator.faults import Kind, Refused, refusal
from file_validator.text import line_at, lines

DELIMITERS = (",", ";", "\t")
OWN_HEADER = "Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID"
MAX_COLUMNS = 64
# All the cells a row may have, with every character a doubled quote.
_ROW_LENGTH = 64 * 4_096 * 2
# One more than a list may have, so that counting is left to the reader.
_ROWS_LOOKED_AT = 10_001

_REBRICKABLE = (
    frozenset({"Part", "Color", "Quantity", "Is Spare"}),
    frozenset({"Part", "Color", "Quantity"}),
    frozenset({"Part", "Color", "Num"}),
)
_OWN = frozenset(OWN_HEADER.split(","))
_PICK_A_BRICK = frozenset({"elementId", "quantity"})
_STUDIO = frozenset({"BLItemNo", "Qty"})
_STUDIO_ONE_OF = frozenset({"LdrawId", "BLColorId", "PartName"})
_BRICKOWL = frozenset({"Order Id", "Boid", "Ordered Quantity"})
_BRICKSET = frozenset({"SetNumber", "ElementID", "Qty", "Colour", "DesignID"})
_SET_LIST = frozenset({"Number", "Theme", "SetName"})
_CODE_LIST = frozenset({"Code", "Num"})
_TRUTH = frozenset({"true", "false", "yes", "no", "t", "f"})


@dataclass(frozen=True)
class Table:
    """A recognised CSV: whose it is, what separates its cells, and what each column means (for `csv`)."""

    format: str
    delimiter: str
    color_scheme: str | None
    part_scheme: str | None
    header: bool
    columns: tuple[str | None, ...] = ()


def read_table(
    text: str, start: int, declared: str | None, is_colour: Callable[[str], bool] = is_basic_colour
) -> Table:
    """The table whose first line begins at `start`; `declared` is the delimiter that the file names."""
    candidates = (declared,) if declared else DELIMITERS
    heads = {delimiter: _first_row(text, start, delimiter) for delimiter in candidates}
    for delimiter, cells in heads.items():
        table = _known(text, start, delimiter, cells)
        if table:
            return table
    headers = {delimiter: cells for delimiter, cells in heads.items() if _is_header(cells)}
    if headers:
        best = max(headers, key=lambda delimiter: _named(headers[delimiter]))
        return _by_names(best, headers[best])
    for delimiter in candidates:
        columns = _by_content(text, start, delimiter, is_colour)
        if columns:
            return Table("csv", delimiter, None, None, False, columns)
    message = "We cannot tell which column is which. Put column names in the first line, for example "
    raise refusal(Kind.CONTENT, "UNSUPPORTED_FORMAT", message + "Part,Quantity,Color.")


def rows(text: str, start: int, delimiter: str) -> Iterator[list[str]]:
    """The rows from a character position on, cells as written; raises `Refused` for what is no CSV."""
    read = taken = 0

    def bounded_lines() -> Iterator[str]:
        nonlocal taken
        for line in lines(text, start):
            taken += len(line)
            if taken > _ROW_LENGTH:
                raise _endless(text, start, read)
            yield line

    reader = csv.reader(bounded_lines(), delimiter=delimiter)
    try:
        for row in reader:
            read, taken = reader.line_num, 0
            yield row
    except csv.Error:
        raise _endless(text, start, read) from None


def _first_row(text: str, start: int, delimiter: str) -> list[str]:
    row = next(rows(text, start, delimiter), [])
    if len(row) > MAX_COLUMNS and any(cell.strip() for cell in row[MAX_COLUMNS:]):
        message = f"The file has more than {MAX_COLUMNS} columns."
        raise _columns(message)
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _known(text: str, start: int, delimiter: str, cells: list[str]) -> Table | None:
    """A table of rows 12 to 20, whose column names are compared exactly."""
    found = frozenset(cells)
    if len(found) != len(cells):
        return None
    if found in _REBRICKABLE:
        if _has_colour_numbers(text, start, delimiter, cells.index("Color")):
            return Table("rebrickable-csv", delimiter, "rebrickable", "rebrickable", True)
        return None
    if found == _PICK_A_BRICK:
        return Table("lego-pab-csv", delimiter, "none", "element", True)
    if found >= _STUDIO and found & _STUDIO_ONE_OF:
        only_ldraw = "BLColorId" not in found and "LDrawColorId" in found
        return Table("studio-csv", delimiter, "ldraw" if only_ldraw else "bricklink", "bricklink", True)
    if found >= _BRICKOWL:
        return Table("brickowl-csv", delimiter, "brickowl", "brickowl", True)
    if found >= _BRICKSET:
        return Table("brickset-csv", delimiter, "lego", "lego", True)
    if found == _OWN:
        return Table("csv", delimiter, "row", "row", True, tuple(map(meaning, cells)))
    if found >= _SET_LIST:
        raise _no_list("This is a list of sets, not of parts.")
    if found == _CODE_LIST:
        raise _no_list("This is a list of codes, not of parts.")
    return None


def _has_colour_numbers(text: str, start: int, delimiter: str, column: int) -> bool:
    """Whether the file is the site's own: somebody who makes one by hand writes colours as words."""
    filled = False
    for row in islice(rows(text, start, delimiter), 1, _ROWS_LOOKED_AT):
        cell = row[column].strip() if column < len(row) else ""
        if is_whole_number(cell):
            return True
        filled = filled or bool(cell)
    return not filled


def _is_header(cells: list[str]) -> bool:
    return any(map(meaning, cells)) and not any(map(is_whole_number, cells))


def _named(cells: list[str]) -> int:
    return len({meaning(cell) for cell in cells} - {None})


def _by_names(delimiter: str, cells: list[str]) -> Table:
    """A table of row 21; missing and doubled columns are refused, naming them."""
    columns = tuple(map(meaning, cells))
    for wanted in CSV_MEANINGS:
        same = [cell for cell, found in zip(cells, columns, strict=True) if found == wanted]
        if len(same) > 1:
            names = " and ".join(f'"{cell[:64]}"' for cell in same[:2])
            raise _columns(f"The columns {names} both hold the {SPOKEN[wanted]}. Remove or rename one.")
    shown = ", ".join(cell[:64] for cell in cells[:MAX_COLUMNS])
    if "part" not in columns and "element" not in columns:
        raise _columns(f"The file has no part number column. Columns found: {shown}. Name one of them Part.")
    if "quantity" not in columns:
        raise _columns(f"The file has no quantity column. Columns found: {shown}. Name one of them Quantity.")
    part_scheme = None if "part" in columns else "element"
    return Table("csv", delimiter, None, part_scheme, True, columns)


def _by_content(
    text: str, start: int, delimiter: str, is_colour: Callable[[str], bool]
) -> tuple[str | None, ...] | None:
    """What the columns without names mean; None unless there is only one way to read them."""
    width = len(next(rows(text, start, delimiter), []))
    if not 2 <= width <= 5:
        return None
    numbers, truths, colours = set(range(1, width)), set(range(1, width)), set[int]()
    some_number = set[int]()
    for row in islice(rows(text, start, delimiter), _ROWS_LOOKED_AT):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != width or not cells[0] or len(cells[0].split()) != 1:
            return None
        for column in range(1, width):
            cell = cells[column]
            whole = is_whole_number(cell)
            if whole:
                some_number.add(column)
            if not whole or int(cell) < 1:
                numbers.discard(column)
            if cell.lower() not in _TRUTH:
                truths.discard(column)
            if cell and not whole and is_colour(cell):
                colours.add(column)
    return _roles(width, numbers, truths, colours, some_number)


def _roles(
    width: int, numbers: set[int], truths: set[int], colours: set[int], some_number: set[int]
) -> tuple[str | None, ...] | None:
    texts = set(range(1, width)) - numbers - truths
    names = texts - colours
    if len(numbers) != 1 or len(truths) > 1 or len(colours - truths) > 1 or len(names) > 1:
        return None
    if texts & some_number:
        return None
    role = {0: "part"}
    for meant, columns in (("quantity", numbers), ("spare", truths), ("color", texts & colours), ("name", names)):
        role.update(dict.fromkeys(columns, meant))
    return tuple(role[column] for column in range(width))


def _columns(message: str) -> Refused:
    return refusal(Kind.CONTENT, "CSV_PARSE_ERROR", message)


def _no_list(message: str) -> Refused:
    return refusal(Kind.TYPE, "UNSUPPORTED_FORMAT", message)


def _endless(text: str, start: int, rows_read: int) -> Refused:
    line = line_at(text, start) + rows_read
    message = f"Line {line}: a quote is opened and never closed, or a cell is far too long."
    return refusal(Kind.CONTENT, "CSV_PARSE_ERROR", message, line=line)
