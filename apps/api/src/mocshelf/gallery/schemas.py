"""The shapes of the gallery: what a client sends and what it gets."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field
from pydantic_core import from_json

from mocshelf.runtime.schemas import (
    Id,
    Input,
    Instant,
    Output,
    Query,
    Rule,
    Schema,
    Tags,
    Text,
    UuidRule,
    Whole,
    fault,
)

ALL = "all"

Title = Text(1, 200)
Description = Text(0, 2000)
PageNumber = Annotated[int, Whole(1, 10_000, in_query=True)]
Limit = Annotated[int, Whole(1, 100, in_query=True)]


class AlbumRule(Rule):
    """An album, or every image wherever it is."""

    def check(self, value: object) -> UUID | str:
        if value == ALL:
            return ALL
        try:
            return UuidRule().check(value)
        except ValueError:
            raise fault("must be a UUID or the word all") from None

    def schema(self) -> Schema:
        return {"anyOf": [UuidRule().schema(), {"const": ALL}]}


def _json_list(value: object) -> object:
    """The JSON array in a text field of a form."""
    try:
        return from_json(value) if isinstance(value, str) else value
    except ValueError:
        raise fault('must be a JSON array of texts, such as ["night", "lights"]') from None


class ImageForm(Query):
    """The text fields beside an image; unknown ones are ignored."""

    title: Annotated[str, Title]
    description: Annotated[str | None, Description] = None
    tags: Annotated[Tags, BeforeValidator(_json_list)] = Field(default_factory=list)
    album_id: Id | None = None


class ImageUpdate(Input):
    """Only the fields that are given change."""

    # The defaults say that a field was not given; what they are is never looked at.

    title: Annotated[str, Title] = ""
    description: Annotated[str | None, Description] = None
    tags: Tags = Field(default_factory=list)
    album_id: Id | None = None


class PageQuery(Query):
    page: PageNumber = 1
    limit: Limit = 20


class ImageQuery(PageQuery):
    search: Annotated[str | None, Text(1, 200)] = None
    album_id: Annotated[UUID | Literal["all"] | None, AlbumRule()] = None


class ImageSearch(ImageQuery):
    search: Annotated[str, Text(1, 200)]


class AlbumQuery(PageQuery):
    search: Annotated[str | None, Text(1, 200)] = None


class Image(Output):
    id: str
    user_id: str
    title: str
    description: str | None
    tags: list[str]
    image_url: str
    thumbnail_url: str
    album_id: str | None
    flagged: bool
    created_at: Instant
    last_updated_at: Instant


class ImageFound(Image):
    """A match of a search; scores compare within one answer only."""

    score: float


class LinkedImage(Image):
    """An image of a MOC; `url` is its `imageUrl`."""

    url: str


class AlbumCreate(Input):
    title: Annotated[str, Title]
    description: Annotated[str | None, Description] = None
    cover_image_id: Id | None = None


class AlbumUpdate(AlbumCreate):
    """Only the fields that are given change."""

    # The defaults say that a field was not given; what they are is never looked at.

    title: Annotated[str, Title] = ""


class AlbumMove(Input):
    """An image of the album, and the one behind which it goes; null puts it first."""

    image_id: Id
    after: Id | None


class Album(Output):
    id: str
    user_id: str
    title: str
    description: str | None
    cover_image_id: str | None
    cover_image_url: str | None
    image_count: int
    created_at: Instant
    last_updated_at: Instant


class AlbumFound(Album):
    """A match of a search; scores compare within one answer only."""

    score: float


class AlbumDetail(Album):
    """An album with its first images."""

    images: list[Image]


class FlagCreate(Input):
    image_id: Id
    reason: Annotated[str | None, Text(0, 500)] = None


class ImageFlag(Output):
    """A user's word that an image should be looked at; `userId` is who said so."""

    id: str
    image_id: str
    user_id: str
    reason: str | None
    created_at: Instant
    last_updated_at: Instant


class LinkCreate(Input):
    gallery_image_id: Id


class Link(Output):
    id: str
    moc_id: str
    gallery_image_id: str
    created_at: Instant
