"""Reads a bundle as something a stranger made: everything is checked before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from file_validator.check import check
from file_validator.faults import Refused
from file_validator.rules import INSTRUCTION, MOC_IMAGE, PARTS_LIST, Rule
from mocshelf.runtime.database import Row
from mocshelf_tools.bundle import layout, lots
from mocshelf_tools.bundle.archive import Reader
from mocshelf_tools.bundle.faults import Unusable, parsed, plain, refuse
from mocshelf_tools.bundle.layout import Moc, PartsList

_RULES = {"instruction": INSTRUCTION, "parts-list": PARTS_LIST, "thumbnail": MOC_IMAGE, "gallery-image": MOC_IMAGE}
_LARGEST_JSON = 64 * 1_048_576
_LARGEST_PICTURE = 20 * 1_048_576


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
    refuse(_reference_faults(bundle) + _count_faults(bundle))
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
        if one.album not in (None, *albums)
    ]
    faults += [
        f"{layout.ALBUMS}: there is no image {one.cover}."
        for one in bundle.albums
        if one.cover not in (None, *images)
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
        if moc.thumbnail_file and moc.thumbnail_url:
            faults.append(f"{plain(moc.title)}: a MOC has one picture, not two.")
    return faults + [f"{what}: {plain(twice)} is there twice." for what, all_ in named for twice in _twice(all_)]


def _twice(values: list[str]) -> list[str]:
    return sorted({one for one in values if values.count(one) > 1}) if len(set(values)) != len(values) else []


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
    """Each file is what it says it is, by the rules of uploads; pictures are whole."""
    faults = []
    wanted: list[tuple[str, str, Rule | None, str | None]] = [
        (one.file, one.name, _RULES[one.kind], one.content_type) for moc in bundle.mocs for one in moc.files
    ]
    pictures = [path for image in bundle.images for path in (image.file, image.thumbnail)]
    pictures += [one.image for one in bundle.items if one.image] + [bundle.profile.avatar or ""]
    wanted += [(path, path, None, "image/webp") for path in pictures if path]
    for number, (path, name, rule, content_type) in enumerate(wanted, 1):
        if path not in bundle.absent:
            faults += _faults_of(bundle.reader, path, name, rule, content_type)
        tell(f"looked into {number:,} of {len(wanted):,} files")
    return faults


def _faults_of(reader: Reader, path: str, name: str, rule: Rule | None, content_type: str | None) -> list[str]:
    if content_type == "image/webp":
        return _picture_faults(reader.read(path, _LARGEST_PICTURE), path)
    assert rule is not None  # noqa: S101 - only pictures have none
    try:
        found = check(reader.read(path), name, rule)
    except Refused as refused:
        return [f"{plain(path)}: {fault.message}" for fault in refused.faults]
    if found.content_type != content_type:
        return [f"{plain(path)}: it is {found.content_type}, not {plain(str(content_type))}."]
    return []


def _picture_faults(data: bytes, path: str) -> list[str]:
    """A picture of ours is a WebP that can be drawn to its end; it is stored as it is."""
    from file_validator.pictures import measure
    from file_validator.signatures import WEBP, recognise
    from mocshelf.runtime.imaging import GALLERY_THUMBNAIL, Undecodable, webp

    try:
        if recognise(data) is not WEBP:
            return [f"{plain(path)}: this is no WebP picture."]
        measure(data, WEBP)
        webp(data, GALLERY_THUMBNAIL)
    except (Refused, Undecodable):
        return [f"{plain(path)}: the picture is damaged."]
    return []


def opened(path: Path) -> Reader:
    """The archive; Unusable when it is none of ours."""
    reader = Reader(path)
    if layout.MANIFEST not in reader.paths():
        raise Unusable(f"{path} is no bundle: it has no {layout.MANIFEST}.")
    return reader
