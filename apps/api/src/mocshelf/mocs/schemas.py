"""The shapes of MOCs: what a client sends and what it gets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from mocshelf.parts.schemas import PartsList
from mocshelf.runtime.schemas import (
    Flag,
    Input,
    Instant,
    OneOf,
    Output,
    Query,
    Tags,
    Text,
    TimeRule,
    UrlRule,
    Whole,
)

Type = OneOf("moc", "set")
Title = Text(1, 255)
Page = Annotated[int, Whole(1, 10_000, in_query=True)]


class MocCreate(Input):
    """A MOC needs `author` and `partsCount`, a set `brand` and `setNumber`; what goes with one only, the other
    refuses."""

    type: Annotated[str, Type]
    title: Annotated[str, Title]
    description: Annotated[str | None, Text(0, 5000)] = None
    author: Annotated[str | None, Text(0, 255)] = None
    parts_count: Annotated[int | None, Whole(1, 1_000_000)] = None
    theme: Annotated[str | None, Text(0, 100)] = None
    subtheme: Annotated[str | None, Text(0, 100)] = None
    uploaded_date: Annotated[datetime | None, TimeRule()] = None
    brand: Annotated[str | None, Text(0, 255)] = None
    set_number: Annotated[str | None, Text(0, 50)] = None
    release_year: Annotated[int | None, Whole(1950, 9999)] = None
    retired: Annotated[bool | None, Flag()] = None
    tags: Tags = Field(default_factory=list)
    thumbnail_url: Annotated[str | None, UrlRule()] = None


class MocUpdate(MocCreate):
    """Only the fields that are given change."""

    # The defaults say that a field was not given; what they are is never looked at.

    type: Annotated[str, Type] = ""
    title: Annotated[str, Title] = ""


class MocQuery(Query):
    page: Page = 1
    limit: Annotated[int, Whole(1, 100, in_query=True)] = 20
    search: Annotated[str | None, Text(1, 200)] = None
    type: Annotated[str | None, Type] = None
    theme: Annotated[str | None, Text(1, 100)] = None
    tag: Annotated[str | None, Text(1, 50)] = None
    sort: Annotated[str | None, OneOf("updatedAt", "createdAt", "title", "partsCount")] = None
    order: Annotated[str | None, OneOf("asc", "desc")] = None


class MocSearch(MocQuery):
    search: Annotated[str, Text(1, 200)]


class Moc(Output):
    id: str
    user_id: str
    type: str
    title: str
    description: str | None
    author: str | None
    parts_count: int | None
    theme: str | None
    subtheme: str | None
    uploaded_date: Instant | None
    brand: str | None
    set_number: str | None
    release_year: int | None
    retired: bool | None
    tags: list[str]
    thumbnail_url: str | None
    total_piece_count: int | None
    created_at: Instant
    updated_at: Instant


class MocFound(Moc):
    """A match of a search; scores compare within one answer only."""

    score: float


class MocFile(Output):
    """A file of a MOC; `size` in bytes."""

    id: str
    moc_id: str
    file_type: str
    file_url: str
    original_filename: str
    mime_type: str
    size: int
    created_at: Instant


class MocImage(Output):
    """A picture of a MOC: a linked gallery image, or an image file of its own."""

    id: str
    gallery_image_id: str | None
    file_id: str | None
    url: str
    thumbnail_url: str
    alt: str
    caption: str | None


class MocDetail(Moc):
    files: list[MocFile]
    images: list[MocImage]
    parts_lists: list[PartsList]


class CategoryCount(Output):
    """How many MOCs have a theme or a tag."""

    category: str
    count: int


class MonthCount(CategoryCount):
    """The same for the MOCs of one month, `date`, as in `2026-03`."""

    date: str


class Deleted(Output):
    id: str
