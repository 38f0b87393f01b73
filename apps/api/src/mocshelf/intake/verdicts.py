"""How a refused file is answered: as the error of a direct request, or as the reason of a rejected upload."""

from __future__ import annotations

from typing import Any

from file_validator.faults import Fault, Kind, Refused
from mocshelf.runtime.errors import Detail, FileProblem, Invalid, PayloadTooLarge, Problem

_REASONS = {
    Kind.TYPE: "TYPE_MISMATCH",
    Kind.UNREADABLE: "UNREADABLE",
    Kind.UNSAFE: "UNSAFE",
    Kind.CONTENT: "PARSE_ERROR",
    Kind.TOO_LARGE: "SIZE_MISMATCH",
}


class Rejection(Exception):
    """A file of an upload session cannot become what it should; `code` is one of the contract's reasons."""

    def __init__(self, code: str, message: str, details: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.reason: dict[str, Any] = {"code": code, "message": message, "details": details or []}


def rejection(refused: Refused) -> Rejection:
    details = [_detail(fault).shape() for fault in refused.faults]
    return Rejection(_REASONS[refused.kind], refused.message, details)


def problem(refused: Refused) -> Problem:
    """The error of a direct request with the same file."""
    details = [_detail(fault) for fault in refused.faults]
    if refused.kind is Kind.TOO_LARGE:
        return PayloadTooLarge(refused.message, details)
    if refused.kind in (Kind.UNREADABLE, Kind.UNSAFE):
        return FileProblem(refused.message, details)
    return Invalid(details, refused.message)


def declaration_details(faults: list[Fault], at: str) -> list[Detail]:
    """Faults of a declared file as details of the request; `at` is its place, such as `files[0].`."""
    return [Detail(f"{at}{fault.field}", fault.message) for fault in faults]


def _detail(fault: Fault) -> Detail:
    # A place that is no line (an XML item, an entry of an archive) stands where the field's name would.
    return Detail(fault.field or fault.at, fault.message, fault.code, fault.line)
