"""Turns the bytes of a text file into text, or says that they are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from file_validator.faults import Kind, Refused, refusal

# Every control character but tab, LF and CR; on the five holes of Windows-1252 the codec itself stops.
_CONTROLS = bytes({*range(32), 0x7F} - {9, 10, 13})
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++\Z")

_BLANK_LINE = re.compile(r"[ \t\u00a0]*+(?:\r\n|\r|\n)")
_FIRST_LINE = re.compile(r"[^\r\n]{0,400}")


@dataclass(frozen=True)
class Decoded:
    """`text` without its byte order mark; `encoding` is `utf-8`, `utf-8-bom`, `utf-16-le`, `utf-16-be` or
    `windows-1252`."""

    text: str
    encoding: str


def decode(data: bytes, *, name: str) -> Decoded:
    """The text by its byte order mark, else as UTF-8, else as Windows-1252. Binary data is refused."""
    try:
        decoded = _decode(data)
    except UnicodeDecodeError:
        raise _binary(name) from None
    if decoded is None or "\0" in decoded.text:
        raise _binary(name)
    return decoded


def lines(text: str, start: int = 0) -> Iterator[str]:
    """The lines from a character position on, with their ends (LF, CRLF or a lone CR), one at a time."""
    for match in _LINE.finditer(text, start):
        yield match.group()


def after_blank_lines(text: str, position: int) -> int:
    """The start of the first line from here on that is not blank."""
    while match := _BLANK_LINE.match(text, position):
        position = match.end()
    return position


def line_from(text: str, start: int) -> str:
    """The line that begins at a character position, trimmed, at most 400 characters of it."""
    match = _FIRST_LINE.match(text, start)
    return match.group().strip() if match else ""


def line_at(text: str, position: int) -> int:
    """The number of the line, counted from 1, that a character position is in."""
    before = text[:position]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def _decode(data: bytes) -> Decoded | None:
    if data.startswith(b"\xef\xbb\xbf"):
        return Decoded(str(memoryview(data)[3:], "utf-8"), "utf-8-bom")
    if data.startswith(b"\xff\xfe"):
        return Decoded(str(memoryview(data)[2:], "utf-16-le"), "utf-16-le")
    if data.startswith(b"\xfe\xff"):
        return Decoded(str(memoryview(data)[2:], "utf-16-be"), "utf-16-be")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if len(data.translate(None, _CONTROLS)) != len(data):
        return None
    return Decoded(data.decode("windows-1252"), "windows-1252")


def _binary(name: str) -> Refused:
    return refusal(Kind.UNREADABLE, "UNREADABLE", f"We cannot read {name} as text. Is it the right file?")
