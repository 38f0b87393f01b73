"""Reads XML from strangers element by element: no entities, no DOCTYPE, bounded depth, length and number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from file_validator.faults import Kind, Refused, refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_DEPTH = 32
MAX_TEXT = 4_096
MAX_KEPT = 200_000
MAX_ELEMENTS = 2_000_000

_CHUNK = 16_384
_HEAD = 1_024
_COUNT_EVERY = 100_000
_MAX_TAG = 1_048_576
_ENTITIES = "The XML declares entities or a DOCTYPE; we do not accept those. Export the list again."
_BLANKS = b" \t\r\n"
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']""")
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    # Windows programs declare UTF-16 and then save UTF-8; without a mark the bytes decide.
    "utf-16": "utf-8",
    "iso-8859-1": "latin-1",
    "windows-1252": "windows-1252",
    "us-ascii": "ascii",
}
_BARE_DOCTYPE = re.compile(rb"<!DOCTYPE[ \t\r\n]{1,20}BrickStoreXML[ \t\r\n]{0,20}>")
# LEGO Digital Designer lists bricks by the thousand in these; they are never kept.
_REFERENCES = frozenset({"boneRefs", "brickRefs", "partRefs"})


def iter_elements(data: bytes, *, events: Sequence[str] = ("start", "end")) -> Iterator[tuple[str, Element]]:
    """(event, element) pairs in document order; tags are without namespace. Raises `Refused` when it gets
    to what is wrong.

    An element that the caller clears at its `end`, or that is empty, is taken off its parent, so that
    memory stays small; a caller that keeps more than `MAX_KEPT` elements is stopped."""
    source, skipped_lines = _as_utf8(data)
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    builder = _Builder()
    parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
    failure = None
    for start in range(0, len(source) + 1, _CHUNK):
        piece = source[start : start + _CHUNK]
        try:
            parser.feed(piece)
            if len(piece) < _CHUNK:
                parser.close()
        except DefusedXmlException:
            failure = refusal(Kind.UNSAFE, "XML_PARSE_ERROR", _ENTITIES)
        except ParseError as error:
            failure = _malformed(error.position[0] + skipped_lines)
        builder.check_progress(_CHUNK)
        yield from builder.take(events)
        if failure:
            raise failure


def encoding_of(data: bytes) -> str:
    """The encoding in the words of `text.decode`; the declaration counts where there is no mark."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return "utf-8-bom" if name == "utf-8" else name
    codec = _declared_codec(data)
    if codec is None:
        from file_validator.text import decode

        return decode(data, name="The file").encoding
    return "windows-1252" if codec in ("latin-1", "windows-1252") else "utf-8"


class _Builder:
    """Collects the parser's calls as events and holds the limits while it does."""

    def __init__(self) -> None:
        from xml.etree.ElementTree import Element

        self._element = Element
        self._root: Element | None = None
        self._open: list[Element] = []
        self._events: list[tuple[str, Element, Element | None]] = []
        self._text_length = 0
        self._made = 0
        self._idle = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called by the parser for a start tag."""
        self._idle = self._text_length = 0
        kept = {_local(key): value for key, value in attributes.items() if key not in _REFERENCES}
        if any(len(value) > MAX_TEXT for value in kept.values()):
            raise _too_long(_local(tag))
        element = self._element(_local(tag), kept)
        parent = self._open[-1] if self._open else None
        if parent is None:
            self._root = element
        else:
            parent.append(element)
        self._open.append(element)
        self._events.append(("start", element, parent))
        if len(self._open) > MAX_DEPTH:
            raise _error(f"The XML is nested more than {MAX_DEPTH} levels deep.")
        self._made += 1
        kept_too_much = self._made % _COUNT_EVERY == 0 and _size(self._root) > MAX_KEPT
        if kept_too_much or self._made > MAX_ELEMENTS:
            raise _error("The XML has more elements than we accept. Split the list.")

    def data(self, text: str) -> None:
        """Called by the parser for text, maybe several times for one text."""
        self._idle = 0
        self._text_length += len(text)
        element = self._open[-1]
        if self._text_length > MAX_TEXT:
            if text.isspace():
                return
            raise _too_long(element.tag)
        # Text after a child says nothing in any list; only the text before the first child is kept.
        if not len(element):
            element.text = (element.text or "") + text

    def end(self, _tag: str) -> None:
        """Called by the parser for an end tag."""
        self._idle = self._text_length = 0
        element = self._open.pop()
        self._events.append(("end", element, self._open[-1] if self._open else None))

    def close(self) -> None:
        """Called by the parser at the end; nothing is left to do, for the elements went out as events."""

    def check_progress(self, fed: int) -> None:
        """Refuses one tag or comment that goes on and on: the parser starts over with each piece of it."""
        self._idle += fed
        if self._idle > _MAX_TAG:
            raise _error("The XML has a tag or comment of more than 1 MB.")

    def take(self, wanted: Sequence[str]) -> Iterator[tuple[str, Element]]:
        """The events since the last call; elements that are empty after their end are let go."""
        events, self._events = self._events, []
        for event, element, parent in events:
            if event in wanted:
                yield event, element
            if event == "end" and parent is not None and _is_empty(element):
                # It may be gone already, when the caller cleared the parent.
                with suppress(ValueError):
                    parent.remove(element)


def _as_utf8(data: bytes) -> tuple[bytes, int]:
    """The document in UTF-8 from its first `<` on, and the number of lines before that."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _stripped(_recoded(data[len(mark) :], codec))
    return _stripped(_recoded(data, _declared_codec(data) or encoding_of(data)))


def _recoded(data: bytes, codec: str) -> bytes:
    if codec == "utf-8":
        return data  # The parser refuses what is not UTF-8, with the line.
    try:
        return data.decode(codec).encode()
    except UnicodeError:
        raise _error(f"The XML says that it is {codec}, but it is not. Export the list again.") from None


def _stripped(data: bytes) -> tuple[bytes, int]:
    source = data.lstrip(_BLANKS)
    if not source.startswith(b"<"):
        raise _error("The file does not begin like XML.")
    match = _BARE_DOCTYPE.search(source, 0, _HEAD)
    if match:
        blank = re.sub(rb"[^\r\n]", b" ", match.group())
        source = source[: match.start()] + blank + source[match.end() :]
    return source, data[: len(data) - len(source)].count(b"\n")


def _declared_codec(data: bytes) -> str | None:
    """Python's name for the declared encoding; None when none is declared."""
    match = _DECLARED.match(data[:_HEAD].lstrip(_BLANKS))
    if match is None:
        return None
    declared = match.group(1).decode("ascii").lower()
    if declared not in _CODECS:
        raise _error(f"The XML is in the encoding {declared}, which we do not read. Save it as UTF-8.")
    return _CODECS[declared]


def _is_empty(element: Element) -> bool:
    return not (len(element) or element.text or element.attrib)


def _size(root: Element | None) -> int:
    return 0 if root is None else sum(1 for _ in root.iter())


def _local(name: str) -> str:
    return name.rpartition("}")[2] if "}" in name else name


def _too_long(tag: str) -> Refused:
    return _error(f"The XML has a text of more than {MAX_TEXT:,} characters in <{tag[:64]}>.")


def _malformed(line: int) -> Refused:
    message = f"Line {line}: the XML is damaged or incomplete. Export the list again."
    return refusal(Kind.CONTENT, "XML_PARSE_ERROR", message, line=line)


def _error(message: str) -> Refused:
    return refusal(Kind.CONTENT, "XML_PARSE_ERROR", message)
