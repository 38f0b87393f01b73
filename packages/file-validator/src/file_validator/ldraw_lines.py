"""Tells LDraw from other text by its lines (LDraw.org file format, line types 0 to 5)."""

from __future__ import annotations

import re

_PIECE_LINE = re.compile(r"(?:\A|[\r\n])[ \t]*+(1[ \t][^\r\n]{0,400})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,4})?")
# A complete line: its number of fields, of which the last of type 1 is the rest of the line.
_LINE_FIELDS = {"1": 15, "2": 8, "3": 11, "4": 14, "5": 14}


def begins_like_ldraw(line: str) -> bool:
    """Whether a first line is an LDraw comment or command, or a complete drawing line."""
    kind = line[:1]
    if kind == "0":
        return line == "0" or line[1] in " \t"
    fields = line.split(None, _LINE_FIELDS.get(kind, 0))
    return len(fields) >= _LINE_FIELDS.get(kind, 99) and all(map(_is_number, fields[2:8]))


def places_a_piece(text: str) -> bool:
    """Whether there is a complete line of type 1 in an LDraw text."""
    return any(begins_like_ldraw(match.group(1)) for match in _PIECE_LINE.finditer(text))


def _is_number(field: str) -> bool:
    return _NUMBER.fullmatch(field) is not None
