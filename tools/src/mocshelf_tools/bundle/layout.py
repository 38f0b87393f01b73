"""What the JSON files of a bundle say: their names, their fields, and the limits of each field."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from mocshelf.gallery.links import MOST_LINKS
from mocshelf.mocs.files import MOST_FILES
from mocshelf.parts.schemas import MOST_LINES, MOST_PIECES
from mocshelf.parts.service import MOST_LISTS
from mocshelf.runtime.schemas import UrlRule

README, MANIFEST, PROFILE = "README.txt", "manifest.json", "profile.json"
ALBUMS, GALLERY, WISHLIST = "albums.json", "gallery.json", "wishlist.json"
MOC = "moc.json"


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    return text


def _storable_value(value: JsonValue) -> JsonValue:
    waiting: list[JsonValue] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            _storable(one)
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
    return value


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a time of the years 1 to 9999") from None


def _address(text: str) -> str:
    if not text or UrlRule().check(text) != text:
        raise ValueError("must be an absolute http or https address")
    return text


_Plain = AfterValidator(_storable)
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Path = Annotated[str, Field(min_length=1, max_length=500)]
Time = Annotated[AwareDatetime, AfterValidator(_utc)]
Text2000 = Annotated[str, Field(max_length=2000), _Plain]
Text5000 = Annotated[str, Field(max_length=5000), _Plain]
Text255 = Annotated[str, Field(min_length=1, max_length=255), _Plain]
Title = Annotated[str, Field(min_length=1, max_length=200), _Plain]
Text100 = Annotated[str, Field(min_length=1, max_length=100), _Plain]
Address = Annotated[str, AfterValidator(_address)]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=50), _Plain]], Field(max_length=20)]
Pixels = Annotated[int, Field(ge=1, le=65_535)]
Pieces = Annotated[int, Field(ge=0, le=MOST_PIECES)]
Lines = Annotated[int, Field(ge=0, le=MOST_LINES)]
Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Value = Annotated[dict[str, JsonValue], AfterValidator(_storable_value)]


class Part(BaseModel):
    """A piece of a JSON file: camelCase, every field there, nothing unknown. A field with a default came with the
    second version."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, validate_by_name=True, validate_by_alias=True
    )


class Named(Part):
    """What people put into their library. The id is the first twelve hex digits of the row's, and survives."""

    id: Id
    created_at: Time
    updated_at: Time


class Profile(Part):
    name: Annotated[str, Field(max_length=2048)] | None
    avatar: Path | None


class Album(Named):
    """An album; `cover` is the id of an image."""

    title: Title
    description: Text2000 | None
    cover: Id | None


class Image(Named):
    """A gallery image; width and height in pixels as stored, size in bytes and SHA-256 as it was uploaded.

    In its album it stands by `album_place`, without one by its creation, the latest first.
    """

    title: Title
    description: Text2000 | None
    tags: Tags
    album: Id | None
    album_place: Time | None = None
    flagged: bool
    file: Path
    thumbnail: Path
    width: Pixels
    height: Pixels
    uploaded_size: Annotated[int, Field(ge=1, le=2**53)]
    uploaded_sha256: Sha256


class WishlistItem(Named):
    """A wishlist item with an image of ours (`image`, pixels), an address of one (`imageUrl`), or neither."""

    title: Title
    description: Text2000 | None
    product_link: Address | None
    category: Text100 | None
    sort_order: Annotated[str, Field(min_length=1, max_length=64), _Plain]
    image_url: Address | None
    image: Path | None
    image_width: Pixels | None
    image_height: Pixels | None


class MocFile(Part):
    """A file of a MOC; `name` is the one it was uploaded under, `file` where it is in the bundle."""

    id: Id
    kind: Literal["instruction", "parts-list", "thumbnail", "gallery-image"]
    name: Text255
    content_type: Annotated[str, Field(min_length=1, max_length=255)]
    file: Path
    created_at: Time


class Link(Part):
    """A gallery image that is shown with a MOC; oldest link first."""

    id: Id
    image: Id
    created_at: Time


class LineDetail(Part):
    """What the CSV has no column for: about its data row `row`, counted from 1."""

    row: Annotated[int, Field(ge=1, le=MOST_LINES)]
    line: Annotated[int, Field(ge=1, le=2**31 - 1)]
    source_line: Annotated[str, _Plain] | None
    other: Value | None
    notes: list[Annotated[str, _Plain]]


class PartsList(Named):
    """A parts list; `lines` is its CSV, null when it has no lines, and `fromFile` the MOC's file it was read from."""

    title: Text255
    description: Text5000 | None
    notes: Text5000 | None
    status: Literal["planning", "in_progress", "completed"]
    built: bool
    purchased: bool
    format: Annotated[str, Field(min_length=1, max_length=100), _Plain]
    from_file: Id | None
    total_parts: Lines
    completed_parts: Lines
    total_parts_count: Pieces
    acquired_parts_count: Pieces
    spare_parts_count: Pieces
    cost_estimate: Money | None
    actual_cost: Money | None
    receipt: Value | None
    lines: Path | None
    line_details: Annotated[list[LineDetail], Field(max_length=MOST_LINES)]


class Moc(Named):
    """A MOC or set; its picture is an address (`thumbnailUrl`) or one of its files (`thumbnailFile`)."""

    type: Literal["moc", "set"]
    title: Text255
    description: Text5000 | None
    author: Text255 | None
    parts_count: Annotated[int, Field(ge=1, le=1_000_000)] | None
    theme: Text100 | None
    subtheme: Text100 | None
    uploaded_date: Time | None
    brand: Text255 | None
    set_number: Annotated[str, Field(min_length=1, max_length=50), _Plain] | None
    release_year: Annotated[int, Field(ge=1950, le=9999)] | None
    retired: bool | None
    tags: Tags
    thumbnail_url: Address | None
    thumbnail_file: Id | None
    total_piece_count: Annotated[int, Field(ge=0)] | None
    files: Annotated[list[MocFile], Field(max_length=MOST_FILES)]
    parts_lists: Annotated[list[Path], Field(max_length=MOST_LISTS)]
    images: Annotated[list[Link], Field(max_length=MOST_LINKS)]


class AlbumsFile(Part):
    albums: list[Album]


class GalleryFile(Part):
    images: list[Image]


class WishlistFile(Part):
    items: list[WishlistItem]


class Counts(Part):
    mocs: int
    parts_lists: int
    albums: int
    images: int
    wishlist_items: int


class FileEntry(Part):
    """A file of the bundle; size in bytes."""

    path: Path
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256


class FileProblem(Part):
    """A file that could not be exported as the library describes it, and why."""

    path: Path
    problem: Literal["missing", "changed"]


class User(Part):
    name: str | None


class Manifest(Part):
    """The table of contents. `lastChange` is when the library last changed: the bundle is its state since then."""

    format: Literal["mocshelf-bundle"]
    version: Literal[1, 2]
    last_change: Time | None
    user: User
    counts: Counts
    problems: list[FileProblem]
    files: list[FileEntry]
