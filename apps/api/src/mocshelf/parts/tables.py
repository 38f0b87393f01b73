"""The rows of a CSV, one at a time, within the limits for columns, cells and records."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice

from file_validator.faults import Kind, Refused, refusal
from file_validator.identify import Identity
from file_validator.text import lines
from mocshelf.parts.collect import MOST_RECORDS, Collector, too_many
from mocshelf.parts.receipt import Rows

MOST_COLUMNS = 64
CELL_LENGTH = 4_096
# Spreadsheets write out all of their 1,048,576 rows, blank or not; more than that is meant to keep us busy.
MOST_ROWS = 1_100_000
# All the cells a row may have, with every character a doubled quote: a longer row is not even split.
ROW_LENGTH = MOST_COLUMNS * CELL_LENGTH * 2


class Table:
    """A CSV as `identify` found it. `names` are the trimmed column names, none without a header; iterating
    yields (line, cells) of every record, the cells trimmed and as many as there are columns."""

    def __init__(self, text: str, identity: Identity, rows: Rows, collector: Collector) -> None:
        self._rows = rows
        self._collector = collector
        self._parsed = self._parse(text, identity)
        self._exempt = 0
        self._row_length = 0
        self.names: list[str] = []
        self._width = len(identity.columns)
        if identity.header:
            _line, cells = next(self._parsed)
            while cells and not cells[-1]:
                cells.pop()
            self.names = cells
            self._width = len(cells)
            rows.header += 1

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        rows, width = self._rows, self._width
        for line, cells in self._parsed:
            # Blank cells after the last column are what spreadsheets leave behind.
            while len(cells) > width and not cells[-1]:
                cells.pop()
            rows.records += 1
            if len(cells) > width:
                message = f"Line {line}: the row has {len(cells)} cells, but there are {width} columns."
                self._collector.reject(f"line {line}", None, message, cells, line=line)
            elif len(cells) < width:
                cells += [""] * (width - len(cells))
            if len(cells) == width:
                yield line, cells
            # Only the reader knows which rows are totals, so the limit is looked at when it comes back.
            if rows.records > MOST_RECORDS + self._exempt:
                raise too_many()

    def exempt(self, line: int) -> None:
        """Passes over a row of totals, which does not count towards the limit of records."""
        self._exempt += 1
        self._collector.skip(f"line {line}", "total-line")

    def _parse(self, text: str, identity: Identity) -> Iterator[tuple[int, list[str]]]:
        """(line, trimmed cells) of every row that is not blank."""
        rows = self._rows
        source = lines(text)
        for skipped in islice(source, identity.skip_lines):
            rows.total += 1
            # The line that names the delimiter belongs to the header.
            rows.header += bool(skipped.strip())
            rows.blank += not skipped.strip()
        line = before = identity.skip_lines
        reader = csv.reader(self._bounded(source), delimiter=identity.delimiter or ",", strict=True)
        try:
            for row in reader:
                line, before = before + 1, identity.skip_lines + reader.line_num
                length, self._row_length = self._row_length, 0
                rows.total += 1
                if rows.total > MOST_ROWS:
                    raise too_many()
                if not row:
                    rows.blank += 1
                    continue
                cells = list(map(str.strip, row))
                if not any(cells):
                    rows.blank += 1
                    continue
                if len(cells) > MOST_COLUMNS or length > CELL_LENGTH:
                    _check_size(line, cells)
                yield line, cells
        except csv.Error as error:
            raise _unreadable(before + 1, str(error)) from None

    def _bounded(self, source: Iterator[str]) -> Iterator[str]:
        """The lines, until those of one row are longer than a row can be."""
        for line in source:
            self._row_length += len(line)
            if self._row_length > ROW_LENGTH:
                raise csv.Error("the row is too long")
            yield line


def _check_size(line: int, cells: list[str]) -> None:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise _refused(line, f"there are more than {MOST_COLUMNS} columns.")
    if any(len(cell) > CELL_LENGTH for cell in cells):
        raise _refused(line, f"a cell has more than {CELL_LENGTH:,} characters.")


def _unreadable(line: int, reason: str) -> Refused:
    if "expected after" in reason:
        return _refused(line, 'text follows after a closing quote. Write a quote within a cell twice: "".')
    return _refused(line, "a quote is opened and never closed, or a cell is far too long.")


def _refused(line: int, message: str) -> Refused:
    return refusal(Kind.CONTENT, "CSV_PARSE_ERROR", f"Line {line}: {message}", line=line)
