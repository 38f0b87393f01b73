"""Reads lists of flat JSON objects one at a time, so that neither depth nor number costs memory."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import NoReturn

from file_validator.faults import Kind, refusal
from file_validator.text import line_at

MAX_FIELDS = 64
MAX_VALUE = 4_096

Value = str | bool | None
Objects = Generator[dict[str, Value], None, int]

_SPACE = re.compile(r"[ \t\r\n]*+")
_SCALAR = re.compile(r"(?:-?[0-9]{1,4096}+(?:\.[0-9]{1,400}+)?(?:[eE][-+]?[0-9]{1,10}+)?|true|false|null)\b")
_NAMED: dict[str, Value] = {"true": True, "false": False, "null": None}
_STRINGS = json.JSONDecoder()


def iter_objects(text: str) -> Iterator[dict[str, Value]]:
    """The objects of `[{…}, …]` or of `{"parts": [{…}, …]}`; numbers come as the text they are written as,
    and of a key that is there twice the last value counts. Raises `Refused` when it gets to what is wrong."""
    start = _skip(text, 0)
    if text.startswith("[", start):
        end = yield from _array(text, start)
    elif text.startswith("{", start):
        end = yield from _parts(text, start)
    else:
        _fail(text, start, "a list of parts begins with [ or {")
    if _skip(text, end) != len(text):
        _fail(text, end, "something follows after the end of the list")


def _parts(text: str, start: int) -> Objects:
    """The objects of the field `parts`; returns where the outer object ends."""
    position, found, fields = _skip(text, start + 1), False, 0
    while not text.startswith("}", position):
        key, position = _key(text, position)
        fields += 1
        if key.lower() == "parts" and text.startswith("[", position) and not found:
            found = True
            position = yield from _array(text, position)
        else:
            _, position = _value(text, position)
        position = _next(text, position, "}", fields)
    if not found:
        message = 'The JSON has no list of parts. It must be a list, or an object with the list as "parts".'
        raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", message)
    return position + 1


def _array(text: str, start: int) -> Objects:
    """The objects from `[` on; returns where the array ends."""
    position = _skip(text, start + 1)
    while not text.startswith("]", position):
        if not text.startswith("{", position):
            _fail(text, position, "every entry of the list must be an object such as " + '{"part": "3001"}')
        record, position = _object(text, position)
        yield record
        position = _next(text, position, "]", 0)
    return position + 1


def _object(text: str, start: int) -> tuple[dict[str, Value], int]:
    record: dict[str, Value] = {}
    position, fields = _skip(text, start + 1), 0
    while not text.startswith("}", position):
        key, position = _key(text, position)
        record[key], position = _value(text, position)
        fields += 1
        position = _next(text, position, "}", fields)
    return record, position + 1


def _next(text: str, position: int, closing: str, fields: int) -> int:
    """Where the next entry, or the closing bracket, begins."""
    position = _skip(text, position)
    if fields > MAX_FIELDS:
        _fail(text, position, f"an object has more than {MAX_FIELDS} fields")
    if text.startswith(closing, position):
        return position
    if not text.startswith(",", position):
        _fail(text, position, f"a comma or {closing} is missing")
    position = _skip(text, position + 1)
    if text.startswith(closing, position):
        _fail(text, position, f"there is a comma before {closing}")
    return position


def _key(text: str, position: int) -> tuple[str, int]:
    if not text.startswith('"', position):
        _fail(text, position, "a name in double quotes is missing")
    key, position = _string(text, position)
    position = _skip(text, position)
    if not text.startswith(":", position):
        _fail(text, position, "a colon is missing")
    return key, _skip(text, position + 1)


def _value(text: str, position: int) -> tuple[Value, int]:
    if text.startswith('"', position):
        return _string(text, position)
    if text.startswith(("[", "{"), position):
        _fail(text, position, "a value is itself a list or an object; only text and numbers can be read")
    match = _SCALAR.match(text, position)
    if match is None:
        _fail(text, position, "a value is missing or damaged")
    return _NAMED.get(match.group(), match.group()), match.end()


def _string(text: str, position: int) -> tuple[str, int]:
    try:
        value, end = _STRINGS.raw_decode(text, position)
    except ValueError:
        _fail(text, position, "a text in quotes is damaged or does not end")
    if len(value) > MAX_VALUE:
        _fail(text, position, f"a text has more than {MAX_VALUE:,} characters")
    return value, end


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _fail(text: str, position: int, what: str) -> NoReturn:
    line = line_at(text, min(position, len(text)))
    raise refusal(Kind.CONTENT, "JSON_PARSE_ERROR", f"Line {line}: {what}.", line=line)
