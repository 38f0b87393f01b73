"""The receipt of an import: what became of every record, and the sums that must balance before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from file_validator.faults import Fault, Kind, Refused, refusal
from mocshelf.parts.collect import MOST_FAULTS, MOST_RECORDS, Collector, too_many
from mocshelf.parts.colours import SENTINELS
from mocshelf.parts.lot import Lot

Receipt = dict[str, object]


class OutOfBalance(RuntimeError):
    """The sums of an import contradict each other: a fault of ours, so nothing may be stored."""


@dataclass(slots=True)
class Rows:
    """What a file consists of; `total` counts the rows of a CSV, of which `header` and `blank` are no records."""

    header: int = 0
    blank: int = 0
    records: int = 0
    total: int = 0

    def count_record(self) -> None:
        """Counts a record that a list may have 10,000 of."""
        self.records += 1
        if self.records > MOST_RECORDS:
            raise too_many()


@dataclass(slots=True)
class Source:
    """The file that was read, and how. A scheme is None where the lines say it, or nobody does."""

    format: str
    file_name: str
    sha256: str
    encoding: str | None = None
    delimiter: str | None = None
    color_scheme: str | None = None
    part_scheme: str | None = None
    scheme_from: str | None = "format"
    use: str | None = None
    is_table: bool = False
    rows: Rows = field(default_factory=Rows)


def refuse_rejected(source: Source, collector: Collector, *, partial: bool) -> None:
    """Refuses the file for its rejected records, unless good ones may be kept without them, or for having
    no parts at all."""
    records = collector.records
    rejected = records["rejected"]
    if rejected and not partial:
        nothing = "1 record cannot be read" if rejected == 1 else f"{rejected:,} records cannot be read"
        raise Refused(collector.faults, rejected, f"{nothing}; nothing was stored.")
    if records["kept"] or records["spare"]:
        return
    if rejected:
        fault = Fault(Kind.CONTENT, "NO_PARTS_FOUND", f"None of the {sum(records.values()):,} records can be used.")
        raise Refused([fault, *collector.faults[: MOST_FAULTS - 1]], rejected + 1)
    if records["skipped"]:
        message = "There are no parts in the list; its records are something else."
        raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", message)
    message = "The file has column names but no parts." if source.is_table else "There are no parts in the file."
    raise refusal(Kind.CONTENT, "NO_PARTS_FOUND", message)


def write_receipt(source: Source, collector: Collector) -> Receipt:
    """The receipt as it is stored. Raises `OutOfBalance` when its sums do not hold."""
    lots = collector.lots
    spares = sum(lot.spare for lot in lots)
    rows = source.rows
    counted = {"header": rows.header, "blank": rows.blank} if source.is_table else {}
    check_balance(source, collector)
    return {
        "format": source.format,
        "use": source.use,
        "fileName": source.file_name,
        "sha256": source.sha256,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "colorScheme": source.color_scheme,
        "partScheme": source.part_scheme,
        "schemeFrom": source.scheme_from,
        "rows": {**counted, "records": rows.records},
        "records": dict(collector.records),
        "pieces": dict(collector.pieces),
        "lots": {"needed": len(lots) - spares, "spare": spares},
        "distinctParts": len({(lot.kind, lot.part_scheme, _known_as(lot)) for lot in lots}),
        "distinctColors": len(_distinct_colours(lots)),
        "claims": list(collector.claims),
        "notes": [
            {"code": code, "count": count, "first": places} for code, (count, places) in collector.notes.items()
        ],
        "entries": list(collector.entries),
    }


def check_balance(source: Source, collector: Collector) -> None:
    """Raises `OutOfBalance` for the first sum that does not hold."""
    rows, records, pieces, lots = source.rows, collector.records, collector.pieces, collector.lots
    needed = [lot for lot in lots if not lot.spare]
    spares = [lot for lot in lots if lot.spare]
    _must(sum(records.values()) == rows.records, "outcomes and records")
    if source.is_table:
        _must(rows.header + rows.blank + rows.records == rows.total, "rows")
    parts = pieces["needed"] + pieces["spare"] + pieces["skipped"] + pieces["rejected"]
    _must(pieces["read"] == parts, "pieces")
    _must(pieces["needed"] == sum(lot.quantity for lot in needed), "pieces needed")
    _must(pieces["spare"] == sum(lot.quantity for lot in spares), "spare pieces")
    _must(records["kept"] == len(needed) and len(spares) <= records["spare"], "lots")
    places = {lot.source_line for lot in lots} | {str(entry["at"]) for entry in collector.entries}
    listed = len(lots) + len(collector.entries)
    _must(len(places) == listed and listed + collector.unlisted == rows.records, "places")


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise OutOfBalance(f"The sums of an import do not balance: {what}.")


def _known_as(lot: Lot) -> str:
    return lot.part_number.lower() if lot.part_scheme == "ldraw" else lot.part_number


def _distinct_colours(lots: list[Lot]) -> set[tuple[str, int | str]]:
    found: set[tuple[str, int | str]] = set()
    for lot in lots:
        if lot.color_id is not None:
            found.add((lot.color_scheme, lot.color_id))
        elif lot.color_name:
            found.add((lot.color_scheme, lot.color_name.casefold()))
    return found - SENTINELS
