"""Reads a parts list of any format: what it is, its records, the lots and the receipt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from file_validator.faults import Fault, Kind, Refused
from file_validator.identify import Identity, identify
from file_validator.rules import INSTRUCTION, PARTS_LIST, extension_of, size_fault
from file_validator.signatures import ZIP, recognise
from mocshelf.parts import colours, schemes
from mocshelf.parts.collect import Collector
from mocshelf.parts.lot import Lot
from mocshelf.parts.receipt import Receipt, Source, refuse_rejected, write_receipt

if TYPE_CHECKING:
    from mocshelf.parts.declared import Verdict

_USUAL = {
    "zip": (".io", ".lxf"),
    "xml": (".xml", ".bsx", ".lxfml"),
    "json": (".json",),
    "csv": (".csv", ".tsv", ".txt"),
    "text": (".ldr", ".mpd"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A parts list that can be stored: its lots in order, and the receipt as JSON."""

    format: str
    lots: list[Lot]
    receipt: Receipt


def read_parts(data: bytes, name: str, *, scheme: str | None = None, partial: bool = False) -> Imported:
    """The lots of a file. `scheme` is the user's word for whose numbers it holds, used only where the file
    does not say; `partial` leaves out records that cannot be used. Raises `Refused` with what is wrong."""
    _check_request(data, name, scheme)
    identity = identify(data, name, is_colour=colours.is_name)
    schemes.refuse_conflict(identity, scheme)
    source = Source(
        identity.format,
        name,
        hashlib.sha256(data).hexdigest(),
        identity.encoding,
        identity.delimiter,
        identity.color_scheme if identity.color_scheme in colours.SITES else None,
        None if identity.part_scheme == "row" else identity.part_scheme,
    )
    collector = Collector()
    _note_extension(name, identity, collector)
    _read(data, identity, scheme, source, collector)
    refuse_rejected(source, collector, partial=partial)
    lots = collector.finish()
    return Imported(identity.format, lots, write_receipt(source, collector))


def _note_extension(name: str, identity: Identity, collector: Collector) -> None:
    """Text may have any text's extension, for only the content counts; the receipt says so."""
    extension = extension_of(name)
    if extension and extension not in _USUAL[identity.container]:
        collector.note("unusual-extension", extension)


def _check_request(data: bytes, name: str, scheme: str | None) -> None:
    limit = (INSTRUCTION if recognise(data) is ZIP else PARTS_LIST).session_limit
    fault = size_fault(name, len(data), limit)
    if scheme is not None and scheme not in schemes.DECLARED:
        message = f"The scheme must be one of {', '.join(schemes.DECLARED)}."
        fault = fault or Fault(Kind.CONTENT, "VALIDATION_ERROR", message, field="scheme")
    if fault:
        raise Refused([fault])


def _read(data: bytes, identity: Identity, scheme: str | None, source: Source, collector: Collector) -> None:
    """Hands the file to the reader of its format, which is loaded only now."""
    if identity.container == "csv":
        _read_table(data, identity, scheme, source, collector)
    elif identity.format in ("xml", "json", "lego-pab-json"):
        _read_records(data, identity, scheme, source, collector)
    elif identity.format == "bricklink-xml":
        from mocshelf.parts import bricklink

        source.use = bricklink.read(data, source.rows, collector)
    elif identity.format == "brickstore-bsx":
        from mocshelf.parts import brickstore

        brickstore.read(data, source.rows, collector)
    elif identity.format in ("lxf", "lxfml"):
        from mocshelf.parts import lxfml

        lxfml.read(data, source.rows, collector)
    elif identity.format == "ldraw":
        from mocshelf.parts import ldraw

        ldraw.read(data, source, collector)
    else:
        from mocshelf.parts import studio

        studio.read(data, source, collector)


def _read_table(data: bytes, identity: Identity, scheme: str | None, source: Source, collector: Collector) -> None:
    from file_validator.text import decode
    from mocshelf.parts.tables import Table

    source.is_table = True
    text = decode(data, name=source.file_name).text
    table = Table(text, identity, source.rows, collector)
    if identity.format == "rebrickable-csv":
        from mocshelf.parts import rebrickable

        rebrickable.read(table, collector)
    elif identity.format == "studio-csv":
        from mocshelf.parts import studio_list

        studio_list.read(table, collector)
    elif identity.format == "lego-pab-csv":
        from mocshelf.parts import pick_a_brick

        pick_a_brick.read(table, collector)
    elif identity.format == "brickowl-csv":
        from mocshelf.parts import brickowl

        brickowl.read(table, collector)
    elif identity.format == "brickset-csv":
        from mocshelf.parts import brickset

        brickset.read(table, collector)
    elif identity.color_scheme == "row":
        from mocshelf.parts import own_export

        own_export.read(table, collector)
    else:
        from mocshelf.parts import spreadsheet

        _judged(source, spreadsheet.read(table, identity, scheme, collector))


def _read_records(data: bytes, identity: Identity, scheme: str | None, source: Source, collector: Collector) -> None:
    """XML and JSON of no program in particular, and the JSON of one."""
    from file_validator.text import decode

    if identity.format == "xml":
        from mocshelf.parts import plain_xml

        _judged(source, plain_xml.read(data, source.rows, scheme, collector))
        return
    text = decode(data, name=source.file_name).text
    if identity.format == "json":
        from mocshelf.parts import plain_json

        _judged(source, plain_json.read(text, source.rows, scheme, collector))
    else:
        from mocshelf.parts import pick_a_brick

        pick_a_brick.read_json(text, source.rows, collector)


def _judged(source: Source, verdict: Verdict) -> None:
    source.color_scheme, source.part_scheme = verdict.color_scheme, verdict.part_scheme
    source.scheme_from = verdict.said_by
