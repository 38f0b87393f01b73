"""One object held against the row that names it: size, hash, headers, place and, when asked, every byte."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mocshelf.runtime.storage import IMMUTABLE, NO_CACHE
from mocshelf_tools.auditing.findings import Finding
from mocshelf_tools.auditing.matching import Listed, Pair
from mocshelf_tools.auditing.places import Places
from mocshelf_tools.auditing.store import Named

NOUNS = {
    "moc-file": "file",
    "image": "gallery image",
    "thumbnail": "thumbnail of gallery image",
    "wishlist-image": "image of wishlist item",
    "avatar": "avatar of user",
}
_WRITTEN_OVER = ("wishlist-image", "avatar")
_CHUNK = 1 << 20
RESTORE = "Restore the object from a bundle or a backup, or delete the row's thing in the app and add it again."
REDRAW = "A repair draws it anew from its image."
REWRITE = "A repair writes the same bytes again, with the right headers and a checksum."


@dataclass(frozen=True, slots=True)
class Kept:
    """What S3 says of an object: its size in bytes, headers, and SHA-256, None where it keeps none of all of it."""

    size: int
    content_type: str
    cache_control: str
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class Read:
    """What reading an object gave: its SHA-256 and, of a picture, the size in pixels, None when it is none."""

    sha256: bytes
    pixels: tuple[int, int] | None


def head(places: Places, key: str) -> Kept | None:
    """What S3 keeps about an object, None when it is not there."""
    from botocore.exceptions import ClientError

    try:
        answer = places.s3.head_object(Bucket=places.bucket, Key=key, ChecksumMode="ENABLED")
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
            return None
        raise
    return Kept(
        answer["ContentLength"],
        answer.get("ContentType", ""),
        answer.get("CacheControl", ""),
        _digest(answer.get("ChecksumSHA256", "")),
    )


def problems(places: Places, pair: Pair, *, deep: bool) -> list[Finding]:
    """What is wrong with what is under a key; nothing when the object went away meanwhile."""
    row, there = pair.row, pair.object
    if row is None:
        return [_orphan(pair.key)] if pair.orphaned else []
    if there is None:
        return [_finding("missing", row, "its object is not there")]
    kept = head(places, pair.key)
    if kept is None:
        return []
    found = [*_place(row), *_outside(row, there, kept)]
    # Of an object that is wrong already the bytes say nothing new, and an empty one has none.
    if deep and not any(one.kind in ("wrong-size", "wrong-hash") for one in found):
        found += _inside(row, kept, _read(places, row))
    return found


def cache_header(kind: str) -> str:
    """The Cache-Control of objects of a kind."""
    return NO_CACHE if kind in _WRITTEN_OVER else IMMUTABLE


def _outside(row: Named, there: Listed, kept: Kept) -> Iterator[Finding]:
    if there.size == 0 or (row.size is not None and there.size != row.size):
        wanted = "some bytes" if row.size is None else f"{row.size:,} bytes"
        yield _finding("wrong-size", row, f"its object has {there.size:,} bytes instead of {wanted}")
    elif kept.sha256 is None:
        yield _finding("no-checksum", row, "S3 keeps no SHA-256 of its object")
    elif row.sha256 is not None and kept.sha256 != row.sha256:
        yield _finding("wrong-hash", row, "its object has another SHA-256 than the file that was stored")
    headers = (row.content_type, cache_header(row.kind))
    if (kept.content_type, kept.cache_control) != headers:
        said = f"{kept.content_type or 'nothing'}; {kept.cache_control or 'nothing'}"
        yield _finding(
            "wrong-headers", row, f"type and cache header of its object are {said}, not {'; '.join(headers)}"
        )


def _inside(row: Named, kept: Kept, read: Read | None) -> Iterator[Finding]:
    if read is None:
        return
    wanted = row.sha256 or kept.sha256
    if wanted is not None and read.sha256 != wanted:
        yield _finding("damaged", row, "the bytes of its object are not those that were stored")
    elif row.kind != "moc-file" and read.pixels is None:
        yield _finding("damaged", row, "its object is no whole picture")
    elif row.width is not None and read.pixels != (row.width, row.height):
        width, height = read.pixels or (0, 0)
        text = f"its object has {width} × {height} pixels instead of {row.width} × {row.height}"
        yield _finding("damaged", row, text)


def _place(row: Named) -> Iterator[Finding]:
    folder, _, rest = row.key.partition("/")
    owner, _, rest = rest.partition("/")
    if owner != row.owner or (row.parent is not None and rest.partition("/")[0] != row.parent):
        whose = f"user {row.owner}" + (f", MOC {row.parent}" if row.parent else "")
        yield Finding(
            "misplaced",
            row.key,
            f"{NOUNS[row.kind].capitalize()} {row.id} is of {whose}, but its object's key is in another's {folder}/.",
            "Nobody should see another's object. Find out how the row came about, then delete it or restore it.",
            row.owner,
        )


def _read(places: Places, row: Named) -> Read | None:
    from botocore.exceptions import ClientError

    try:
        body: Any = places.s3.get_object(Bucket=places.bucket, Key=row.key)["Body"]
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    if row.kind != "moc-file":
        # Pictures are small; what is drawn for a MOC, the gallery or the wishlist has no more than some megabytes.
        data = body.read()
        return Read(hashlib.sha256(data).digest(), _pixels(data))
    digest = hashlib.sha256()
    for chunk in body.iter_chunks(_CHUNK):
        digest.update(chunk)
    return Read(digest.digest(), None)


def _pixels(data: bytes) -> tuple[int, int] | None:
    from file_validator.faults import Refused
    from file_validator.pictures import measure
    from file_validator.signatures import WEBP, recognise

    if recognise(data) is not WEBP:
        return None
    try:
        return measure(data, WEBP)
    except Refused:
        return None


def _finding(kind: str, row: Named, text: str) -> Finding:
    """A finding about a row's object; thumbnails are drawn anew, headers written again, the rest is for people."""
    redrawn = row.kind == "thumbnail" and kind in ("missing", "wrong-size", "wrong-hash", "damaged")
    rewritten = kind in ("wrong-headers", "no-checksum")
    advice = REDRAW if redrawn else REWRITE if rewritten else RESTORE
    where = f" of MOC {row.parent}" if row.parent else ""
    about = f"{NOUNS[row.kind].capitalize()} {row.id}{where}"
    return Finding(kind, row.key, f"{about}: {text}.", advice, row.owner, mendable=redrawn or rewritten)


def _orphan(key: str) -> Finding:
    owner = key.split("/")[1] if key.count("/") > 1 else None
    text = "No row names this object, and none promises its end."
    return Finding("orphaned", key, text, "A repair queues its deletion.", owner, mendable=True)


def _digest(text: str) -> bytes | None:
    """The SHA-256 in S3's words; of an object put together from parts it is one of the parts' hashes, so none."""
    try:
        digest = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return digest if len(digest) == 32 else None
