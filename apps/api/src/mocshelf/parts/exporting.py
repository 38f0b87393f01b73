"""Writes a parts list in a format that other programs read, and says what became of every line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocshelf.parts.export_report import Remark, Report, Sums

if TYPE_CHECKING:
    from mocshelf.parts.answers import ExportAnswer
    from mocshelf.parts.lot import Lot

CSV, XML = "text/csv", "application/xml"
_MARKS_SPARES = frozenset({"rebrickable-csv", "csv"})
_NO_SPARES = "The format has no spares."
_NAME_LENGTH = 120
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Exported:
    """A list as text with LF, and what became of its lines."""

    format: str
    text: str
    content_type: str
    report: Report


def export(lots: Sequence[Lot], dialect: str, *, missing: bool = False) -> Exported:
    """The lots in one of the four dialects; `missing` takes only what is not acquired yet."""
    report = Report()
    text = _write(dialect, _considered(lots, dialect, report, missing=missing), report)
    return Exported(dialect, text, XML if dialect == "bricklink-xml" else CSV, report)


def all_left_out(report: Report) -> str | None:
    """Why nothing is in the file although something should be; None when that is not so."""
    if report.written.lines or not report.left_out.lines:
        return None
    reasons = " ".join(f"{remark.message} ({_lines(remark.sums.lines)})" for remark in report.reasons.values())
    return f"Nothing of the list can be written in this format. {reasons}"


def refuse_empty(exported: Exported) -> None:
    """Conflict with the reasons when every line would be left out."""
    from mocshelf.runtime.errors import Conflict

    reason = all_left_out(exported.report)
    if reason is not None:
        raise Conflict(reason)


def file_name(moc: str, title: str, dialect: str, *, missing: bool) -> str:
    """What the download is called: MOC and list in plain letters, a word that both have only once."""
    first, second = _slug(moc), _slug(title)
    words = second if second.startswith(first) else first if first.startswith(second) else f"{first}-{second}"
    stem = words.strip("-")[:_NAME_LENGTH].strip("-") or "parts-list"
    ending = "xml" if dialect == "bricklink-xml" else "csv"
    return f"{stem}{'-missing' if missing else ''}.{ending}"


def answer(exported: Exported, filename: str) -> ExportAnswer:
    """The report as a client sees it."""
    from mocshelf.parts.answers import ExportAnswer

    report = exported.report
    return ExportAnswer.model_validate(
        {
            "format": exported.format,
            "file_name": filename,
            **{name: _amount(getattr(report, name)) for name in _SUMS},
            "reasons": _remarks(report.reasons),
            "changed": _remarks(report.changed),
        }
    )


_SUMS = ("considered", "written", "merged", "complete", "left_out")


def _considered(lots: Sequence[Lot], dialect: str, report: Report, *, missing: bool) -> Iterator[Lot]:
    """The lots to be written, with the quantity to be written."""
    for lot in lots:
        if missing and lot.spare:
            continue
        wanted = _still_missing(lot) if missing else lot
        if wanted is None:
            report.considered.add(0)
            report.complete.add(0)
            continue
        report.considered.add(wanted.quantity)
        if lot.spare and dialect not in _MARKS_SPARES:
            report.leave_out(lot, "spare", _NO_SPARES)
        else:
            yield wanted


def _still_missing(lot: Lot) -> Lot | None:
    """The lot with the pieces that are not there yet; None when all are."""
    if lot.acquired_quantity >= lot.quantity:
        return None
    rest = copy(lot)
    rest.quantity, rest.acquired_quantity = lot.quantity - lot.acquired_quantity, 0
    return rest


def _write(dialect: str, lots: Iterable[Lot], report: Report) -> str:
    """Hands the lots to the writer of the dialect, which is loaded only now."""
    if dialect == "rebrickable-csv":
        from mocshelf.parts import rebrickable

        return rebrickable.write(lots, report)
    if dialect == "bricklink-xml":
        from mocshelf.parts import bricklink

        return bricklink.write(lots, report)
    if dialect == "lego-pab-csv":
        from mocshelf.parts import pick_a_brick

        return pick_a_brick.write(lots, report)
    from mocshelf.parts import own_export

    return own_export.write(lots, report)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def _amount(sums: Sums) -> dict[str, int]:
    return {"lines": sums.lines, "pieces": sums.pieces}


def _remarks(remarks: dict[str, Remark]) -> list[dict[str, object]]:
    return [
        {"code": code, "message": remark.message, **_amount(remark.sums), "first": remark.first}
        for code, remark in remarks.items()
    ]
