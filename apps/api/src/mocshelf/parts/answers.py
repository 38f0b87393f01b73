"""The shapes in which parts lists answer for more than themselves: an upload, an export, all of a user's lists."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from mocshelf.mocs.schemas import MocFile
from mocshelf.parts.schemas import PartsList
from mocshelf.runtime.schemas import Output


class Parsing(Output):
    """What the file was; pieces without spares, part numbers counted once."""

    format: str
    total_piece_count: int
    unique_parts: int


class MocPieces(Output):
    id: str
    total_piece_count: int | None


class UploadedList(Output):
    """A list that came from a file: `total_parts` are pieces without spares, `rows_processed` records."""

    parts_list_id: str
    total_parts: int
    rows_processed: int
    parts_list: PartsList
    receipt: dict[str, Any]
    file: MocFile
    parsing: Parsing
    moc: MocPieces


class ByStatus(Output):
    """How many lists have each status, under the statuses' own words."""

    planning: int
    in_progress: Annotated[int, Field(serialization_alias="in_progress")]
    completed: int


class ListsSummary(Output):
    """All of the caller's lists; parts are lines, the percentage is a whole number."""

    total_parts_lists: int
    by_status: ByStatus
    built_count: int
    purchased_count: int
    total_parts: int
    total_completed_parts: int
    completion_percentage: int


class Amount(Output):
    lines: int
    pieces: int


class Remark(Output):
    """Something that happened to lines on their way out, with the first few of their part numbers."""

    code: str
    message: str
    lines: int
    pieces: int
    first: list[str]


class ExportAnswer(Output):
    """What an export holds: `written`, `merged`, `complete` and `left_out` add up to the lines considered."""

    format: str
    file_name: str
    considered: Amount
    written: Amount
    merged: Amount
    complete: Amount
    left_out: Amount
    reasons: list[Remark]
    changed: list[Remark]
