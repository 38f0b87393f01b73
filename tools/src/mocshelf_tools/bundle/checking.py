"""Reads a bundle as something a stranger made: everything is checked before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from file_validator.rules import Rule
from mocshelf.mocs.service import field_faults
from mocshelf.runtime.database import Row
from mocshelf_tools.bundle import layout, lots, stored
from mocshelf_tools.bundle.archive import Reader
from mocshelf_tools.bundle.faults import Unusable, parsed, plain, refuse
from mocshelf_tools.bundle.layout import Moc, PartsList

_LARGEST_JSON = 64 * 1_048_576


@dataclass
class Checked:
    """A bundle that may be imported; `lists` and their `lines` are by path, files of `absent` are not in it."""

    reader: Reader
    manifest: layout.Manifest
    profile: layout.Profile
    albums: list[layout.Album]
    images: list[layout.Image]
    items: list[layout.WishlistItem]
    mocs: list[Moc] = field(default_factory=list)
    lists: dict[str, PartsList] = field(default_factory=dict)
    lines: dict[str, list[Row]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)


def checked(reader: Reader, tell: Callable[[str], None]) -> Checked:
    """The bundle's content; Unusable with every fault that was found."""
    manifest = parsed(layout.Manifest, reader.read(layout.MANIFEST, _LARGEST_JSON), layout.MANIFEST)
    _check_entries(reader, manifest, tell)

    def content(model: Any, path: str) -> Any:
        return parsed(model, reader.read(path, _LARGEST_JSON), path)

    bundle = Checked(
        reader,
        manifest,
        content(layout.Profile, layout.PROFILE),
        content(layout.AlbumsFile, layout.ALBUMS).albums,
        content(layout.GalleryFile, layout.GALLERY).images,
        content(layout.WishlistFile, layout.WISHLIST).items,
        absent={one.path for one in manifest.problems if one.problem == "missing"},
    )
    for path in sorted(reader.paths()):
        if path.startswith("mocs/") and path.count("/") == 2 and path.endswith(f"/{layout.MOC}"):
            moc: Moc = content(Moc, path)
            bundle.mocs.append(moc)
            for one in moc.parts_lists:
                bundle.lists[one] = about = content(PartsList, one)
                bundle.lines[one] = lots.read(reader.read(about.lines), about.lines, about) if about.lines else []
    bundle.mocs.sort(key=lambda moc: (moc.created_at, moc.id))
    refuse(_reference_faults(bundle) + _rule_faults(bundle) + _count_faults(bundle))
    refuse(_file_faults(bundle, tell))
    return bundle


def _check_entries(reader: Reader, manifest: layout.Manifest, tell: Callable[[str], None]) -> None:
    """The archive has what the manifest lists, byte for byte, and nothing else."""
    listed = {entry.path: entry for entry in manifest.files}
    faults = [f"{plain(path)} is in the archive and not in the manifest." for path in _beyond(reader, listed)]
    for number, (path, entry) in enumerate(listed.items(), 1):
        if path not in reader.paths():
            faults.append(f"{plain(path)} is in the manifest and not in the archive.")
        elif reader.size(path) != entry.size or reader.digest(path) != entry.sha256:
            faults.append(f"{plain(path)} is not what the manifest says: its size or SHA-256 differs.")
        if number % 50 == 0:
            tell(f"checked {number:,} of {len(listed):,} files")
    refuse(faults)


def _beyond(reader: Reader, listed: dict[str, layout.FileEntry]) -> list[str]:
    return sorted(reader.paths() - set(listed) - {layout.MANIFEST})


def _reference_faults(bundle: Checked) -> list[str]:
    """What is named and is not there, or is there twice."""
    albums, images = {one.id for one in bundle.albums}, {one.id for one in bundle.images}
    faults = [
        f"{layout.GALLERY}: there is no album {one.album}."
        for one in bundle.images
        if one.album is not None and one.album not in albums
    ]
    faults += [
        f"{layout.ALBUMS}: there is no image {one.cover}."
        for one in bundle.albums
        if one.cover is not None and one.cover not in images
    ]
    named = [(layout.ALBUMS, [one.id for one in bundle.albums]), (layout.GALLERY, [one.id for one in bundle.images])]
    named += [(layout.WISHLIST, [one.id for one in bundle.items]), ("mocs", [one.id for one in bundle.mocs])]
    titles = [moc.title for moc in bundle.mocs]
    named += [("the titles of MOCs", titles)]
    for moc in bundle.mocs:
        files = [one.id for one in moc.files]
        named += [(f"the files of {plain(moc.title)}", files)]
        named += [(f"the file names of {plain(moc.title)}", [one.name for one in moc.files])]
        named += [(f"the photos of {plain(moc.title)}", [one.image for one in moc.images])]
        wanted = [moc.thumbnail_file, *(bundle.lists[path].from_file for path in moc.parts_lists)]
        faults += [f"{plain(moc.title)}: there is no file {one}." for one in wanted if one not in (None, *files)]
        faults += [
            f"{plain(moc.title)}: there is no image {one.image}." for one in moc.images if one.image not in images
        ]
    return faults + [f"{what}: {plain(twice)} is there twice." for what, all_ in named for twice in _twice(all_)]


def _twice(values: list[str]) -> list[str]:
    return sorted(one for one, times in Counter(values).items() if times > 1)


def _rule_faults(bundle: Checked) -> list[str]:
    """What the rules of MOCs, images and wishes forbid, beyond the limits of single fields."""
    faults, today = [], datetime.now(UTC)
    for moc in bundle.mocs:
        faults += [f"{plain(moc.title)}: {one.field} {one.message}." for one in field_faults(moc.model_dump(), today)]
        if moc.thumbnail_file and moc.thumbnail_url:
            faults.append(f"{plain(moc.title)}: a MOC has one picture, not two.")
        if any(one.id == moc.thumbnail_file and one.kind not in stored.PICTURES for one in moc.files):
            faults.append(f"{plain(moc.title)}: its thumbnailFile is no picture.")
    for image in bundle.images:
        if image.album is None and image.album_place is not None:
            faults.append(f"{plain(image.title)}: an albumPlace goes with an album.")
    for item in bundle.items:
        if item.image is not None and item.image_url is not None:
            faults.append(f"{plain(item.title)}: a wish has an image or an imageUrl, not both.")
        if len({one is None for one in (item.image, item.image_width, item.image_height)}) > 1:
            faults.append(f"{plain(item.title)}: imageWidth and imageHeight go with an image, and only with one.")
    return faults


def _count_faults(bundle: Checked) -> list[str]:
    faults = [
        fault for path, about in bundle.lists.items() for fault in lots.count_faults(about, bundle.lines[path], path)
    ]
    for moc in bundle.mocs:
        pieces = [bundle.lists[path].total_parts_count for path in moc.parts_lists]
        if moc.total_piece_count != (sum(pieces) if pieces else None):
            faults.append(f"{plain(moc.title)}: totalPieceCount is not the sum of its parts lists.")
    return faults


def _file_faults(bundle: Checked, tell: Callable[[str], None]) -> list[str]:
    """Each file is what it says it is, by the rules of uploads; pictures are whole and of their size."""
    faults = []
    checks = [check for check in _file_checks(bundle) if check[0] not in bundle.absent]
    for number, (path, faults_of) in enumerate(checks, 1):
        faults += [f"{plain(path)}: {fault}" for fault in faults_of(bundle.reader.read(path))]
        tell(f"looked into {number:,} of {len(checks):,} files")
    return faults


def _file_checks(bundle: Checked) -> list[tuple[str, Callable[[bytes], list[str]]]]:
    """Each file's path, and what finds the faults in its bytes."""
    checks = [(one.file, _moc_file_check(one)) for moc in bundle.mocs for one in moc.files]
    for image in bundle.images:
        checks.append((image.file, _picture_check(stored.GALLERY_IMAGE, (image.width, image.height))))
        checks.append((image.thumbnail, _picture_check(stored.GALLERY_IMAGE, None)))
    for item in bundle.items:
        if item.image is not None:
            size = (item.image_width, item.image_height)
            checks.append((item.image, _picture_check(stored.WISHLIST_IMAGE, size)))
    if bundle.profile.avatar is not None:
        checks.append((bundle.profile.avatar, _picture_check(stored.AVATAR, None)))
    return checks


def _moc_file_check(one: layout.MocFile) -> Callable[[bytes], list[str]]:
    if (one.kind in stored.PICTURES) != (one.content_type == stored.WEBP):
        return lambda _: [f"a file of the kind {one.kind} is {'' if one.kind in stored.PICTURES else 'not '}WebP."]
    if one.kind in stored.PICTURES:
        return _picture_check(stored.MOC_IMAGE, None)
    return partial(stored.document_faults, name=one.name, kind=one.kind, content_type=one.content_type)


def _picture_check(rule: Rule, size: tuple[int | None, int | None] | None) -> Callable[[bytes], list[str]]:
    return partial(stored.picture_faults, rule=rule, size=size)


def opened(path: Path) -> Reader:
    """The archive; Unusable when it is none of ours."""
    reader = Reader(path)
    if layout.MANIFEST not in reader.paths():
        raise Unusable(f"{path} is no bundle: it has no {layout.MANIFEST}.")
    return reader
