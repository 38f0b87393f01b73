"""The shapes of upload sessions, two-phase creation and direct uploads."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from mocshelf.mocs.schemas import MocCreate, MocDetail, MocFile
from mocshelf.runtime.schemas import (
    Flag,
    Id,
    Input,
    Instant,
    OneOf,
    Output,
    Query,
    Rule,
    Schema,
    Tags,
    Text,
    Whole,
    fault,
)

Purpose = OneOf("moc-file", "parts-list", "gallery-image", "wishlist-image", "avatar")
Kind = OneOf("instruction", "parts-list", "thumbnail", "gallery-image")
Scheme = OneOf("rebrickable", "bricklink", "ldraw", "lego", "unknown")
Size = Whole(0, 2**53)  # the limit of each purpose has wording of its own


class Sha256(Rule):
    """64 hexadecimal digits, kept as bytes."""

    def check(self, value: object) -> bytes:
        text = Text(64, 64).check(value)
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise fault("must have 64 hexadecimal digits") from None

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}


class FileDeclaration(Input):
    name: Annotated[str, Text(1, 255)]
    size: Annotated[int, Size]
    content_type: Annotated[str, Text(1, 255)]
    sha256: Annotated[bytes | None, Sha256()] = None
    kind: Annotated[str | None, Kind] = None
    title: Annotated[str | None, Text(0, 255)] = None
    description: Annotated[str | None, Text(0, 2000)] = None
    tags: Tags | None = None
    scheme: Annotated[str | None, Scheme] = None
    partial: Annotated[bool | None, Flag()] = None
    derive: Annotated[bool | None, Flag()] = None


class UploadCreate(Input):
    """Files and parts lists need a `mocId`, a wishlist image its `itemId`; a gallery image may have an `albumId`."""

    purpose: Annotated[str, Purpose]
    moc_id: Id | None = None
    item_id: Id | None = None
    album_id: Id | None = None
    files: Annotated[list[FileDeclaration], Field(min_length=1, max_length=30)]


class InitialFile(Input):
    filename: Annotated[str, Text(1, 255)]
    file_type: Annotated[str, Kind]
    mime_type: Annotated[str, Text(1, 255)]
    size: Annotated[int, Size]
    sha256: Annotated[bytes | None, Sha256()] = None


class Initialize(MocCreate):
    files: Annotated[list[InitialFile], Field(min_length=1, max_length=23)]


class Reported(Input):
    file_id: Id
    success: Annotated[bool, Flag()]


class Finalize(Input):
    uploaded_files: Annotated[list[Reported], Field(min_length=1, max_length=100)]


class DownloadQuery(Query):
    format: Annotated[str, OneOf("redirect", "json")] = "redirect"


class FileRequest(Output):
    """How to send one file; `fields` go with POST, `headers` with PUT, the other is null."""

    id: str
    name: str
    method: str
    url: str
    fields: dict[str, str] | None
    headers: dict[str, str] | None
    expires_at: Instant


class UploadOpened(Output):
    id: str
    purpose: str
    moc_id: str | None
    item_id: str | None
    album_id: str | None
    expires_at: Instant
    files: list[FileRequest]


class Resource(Output):
    type: str
    id: str


class UploadedFile(Output):
    id: str
    name: str
    size: int
    content_type: str
    kind: str | None
    status: str
    reason: dict[str, Any] | None
    resource: Resource | None
    derived: list[Resource]
    notes: list[str]


class Upload(Output):
    id: str
    purpose: str
    moc_id: str | None
    item_id: str | None
    album_id: str | None
    status: str
    created_at: Instant
    expires_at: Instant
    files: list[UploadedFile]


class PutRequest(Output):
    file_id: str
    filename: str
    file_type: str
    method: str
    upload_url: str
    headers: dict[str, str]
    expires_in: int
    expires_at: Instant


class Initialized(Output):
    moc_id: str
    upload_id: str
    expires_in: int
    upload_urls: list[PutRequest]


class Finalized(Output):
    moc: MocDetail
    upload: Upload


class StoredFile(MocFile):
    """The one file of a direct upload."""

    file_id: str


class Stored(Output):
    id: str
    filename: str
    file_url: str
    file_size: int
    file_type: str


class Failed(Output):
    filename: str
    code: str
    error: str


class Summary(Output):
    total: int
    succeeded: int
    failed: int


class StoredFiles(Output):
    """What became of each file of a direct upload of several."""

    uploaded: list[Stored]
    failed: list[Failed]
    summary: Summary


class Download(Output):
    download_url: str
    filename: str
    mime_type: str
    size: int
    expires_in: int
    expires_at: Instant
