"""Says what a parts list is: its format, its container, and whose numbers it holds. Content decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from file_validator.columns import is_basic_colour
from file_validator.containers import (
    EXCEL_MESSAGE,
    LOCKED,
    LXF_MODEL,
    MODELS,
    ZIP_EXTENSIONS,
    empty_file,
    refuse_office,
    refuse_text_as_zip,
    wrong_zip,
)
from file_validator.faults import Kind, Refused, refusal
from file_validator.ldraw_lines import begins_like_ldraw, places_a_piece
from file_validator.rules import extension_of
from file_validator.signatures import EXCEL, WEB_PAGE, ZIP, is_page, recognise
from file_validator.text import after_blank_lines, decode, line_at, line_from

# Elements looked at for a first record; the first one of a real list is among the first few.
_ELEMENTS_LOOKED_AT = 50_000
_RECORDS = frozenset({"part", "item", "piece", "element"})
_BRICKLINK = frozenset({"inventory", "order", "orders"})
_FORMATS_BY_ROOT = {"brickstorexml": "brickstore-bsx", "brickstockxml": "brickstore-bsx", "lxfml": "lxfml"}
_REFUSED_ROOTS = {"html": "a web page", "catalog": "a catalogue of BrickLink", "svg": "a drawing"}
_XML_SCHEMES = {"bricklink-xml": "bricklink", "brickstore-bsx": "bricklink", "lxfml": "lego"}
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[ \t]*+(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True)
class Identity:
    """What a parts list is. A scheme is None where the file does not say whose numbers it holds (the
    user declares it), `none` where the format has no colours, `row` where each row says. `skip_lines`
    counts the lines before the column names; `columns` holds the meaning of each column of a `csv`."""

    format: str
    container: Literal["zip", "xml", "json", "csv", "text"]
    encoding: str | None = None
    delimiter: str | None = None
    color_scheme: str | None = None
    part_scheme: str | None = None
    header: bool = False
    skip_lines: int = 0
    columns: tuple[str | None, ...] = ()


def identify(data: bytes, name: str, *, is_colour: Callable[[str], bool] = is_basic_colour) -> Identity:
    """What the bytes are; the name only must not lie about the container. `is_colour` tells colour names
    from part names where a table has no column names. Raises `Refused` for what is no parts list."""
    if not data.strip():
        raise empty_file()
    known = recognise(data)
    if known is ZIP:
        return _zip(data, name)
    if known is EXCEL:
        raise refusal(Kind.TYPE, "UNSUPPORTED_FORMAT", EXCEL_MESSAGE)
    if known is not None:
        raise _no_list(f"{name} is {known.name}, not a parts list.")
    return _text(data, name, is_colour)


def _zip(data: bytes, name: str) -> Identity:
    from file_validator.archive import open_zip

    archive = open_zip(data)
    refuse_office(archive.names(), name)
    extension = extension_of(name)
    if extension and extension not in ZIP_EXTENSIONS:
        raise wrong_zip(name)
    if any(archive.encrypted(entry) for entry in (*MODELS, LXF_MODEL)):
        raise refusal(Kind.UNREADABLE, "UNREADABLE", LOCKED)
    if any(map(archive.has, MODELS)):
        only_bricklink = not archive.has(MODELS[0]) and not archive.has(MODELS[1])
        return Identity("studio-io", "zip", None, None, "bricklink" if only_bricklink else "ldraw", "ldraw")
    if archive.has(LXF_MODEL):
        return Identity("lxf", "zip", None, None, "lego", "lego")
    raise _no_list(f"{name} is a ZIP archive, but there is no model in it.")


def _text(data: bytes, name: str, is_colour: Callable[[str], bool]) -> Identity:
    # An XML declaration may name an encoding of its own, so it is looked at before decoding.
    if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        refuse_text_as_zip(name)
        return _xml(data, name)
    decoded = decode(data, name=name)
    text, encoding = decoded.text, decoded.encoding
    refuse_text_as_zip(name)
    start = after_blank_lines(text, 0)
    line = line_from(text, start)
    if line.lower() == "[options]":
        raise _no_list("This is a parts bin of LDCad, not a parts list.")
    if line.startswith("<"):
        return _xml(data, name)
    if line.startswith(("[", "{")):
        return _json(text, encoding)
    if begins_like_ldraw(line):
        if places_a_piece(text):
            return Identity("ldraw", "text", encoding, None, "ldraw", "ldraw")
        if extension_of(name) in (".ldr", ".mpd"):
            raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", f"{name} is a model without parts.")
    if not line and not text.strip():
        raise empty_file()
    return _csv(text, encoding, start, is_colour)


def _xml(data: bytes, name: str) -> Identity:
    from file_validator.xml import encoding_of

    if is_page(data):
        raise _no_list(f"{name} is {WEB_PAGE.name}, not a parts list.")
    found = _xml_format(data, name)
    scheme = _XML_SCHEMES.get(found)
    return Identity(found, "xml", encoding_of(data), None, scheme, scheme)


def _xml_format(data: bytes, name: str) -> str:
    from file_validator.xml import iter_elements

    root, records = "", 0
    for looked_at, (_event, element) in enumerate(iter_elements(data, events=("start",))):
        tag = element.tag.lower()
        if looked_at == 0:
            root = tag
            if root in _FORMATS_BY_ROOT:
                return _FORMATS_BY_ROOT[root]
            if root in _REFUSED_ROOTS:
                raise _no_list(f"{name} is {_REFUSED_ROOTS[root]}, not a parts list.")
            continue
        if tag in _RECORDS and root not in _BRICKLINK:
            return "xml"
        if tag == "itemid" and records:
            return "bricklink-xml"
        records += tag in _RECORDS
        if looked_at > _ELEMENTS_LOOKED_AT:
            break
    if records:
        return "xml"
    raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", f"{name} has no parts in it that we can find.")


def _json(text: str, encoding: str) -> Identity:
    from file_validator.flatjson import iter_objects

    ids_only, found = text.lstrip().startswith("["), False
    for record in islice(iter_objects(text), _ELEMENTS_LOOKED_AT):
        found = True
        ids_only = ids_only and record.keys() == {"elementId", "quantity"}
    if not found:
        raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", "The JSON has no parts in it.")
    if ids_only:
        return Identity("lego-pab-json", "json", encoding, None, "none", "element")
    return Identity("json", "json", encoding)


def _csv(text: str, encoding: str, start: int, is_colour: Callable[[str], bool]) -> Identity:
    from file_validator.headers import read_table

    separator = _SEPARATOR.match(text, start)
    if separator:
        start = after_blank_lines(text, separator.end())
    table = read_table(text, start, separator.group(1) if separator else None, is_colour)
    return Identity(
        table.format,
        "csv",
        encoding,
        table.delimiter,
        table.color_scheme,
        table.part_scheme,
        table.header,
        line_at(text, start) - 1,
        table.columns,
    )


def _no_list(message: str) -> Refused:
    return refusal(Kind.TYPE, "UNSUPPORTED_FORMAT", message)
