"""Bundles of libraries and strangers at the edges: slow objects, odd names, twins, and JSON that lies."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from integration.bundles import KEPT, entries, exported, imported, leftovers, seen
from integration.killed_import import KILLED
from integration.people import People
from integration.pictures import change
from integration.uploading import png
from mocshelf.runtime import storage
from mocshelf.testing import Client
from mocshelf_tools.bundle.checking import opened
from mocshelf_tools.bundle.faults import Unusable

pytest_plugins = ["integration.people", "integration.bundles"]


def test_slow_objects_do_not_end_the_snapshot(
    client: Client, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/api/images", as_user=ada, files=[("file", "a.png", "image/png", png())], fields={"title": "Slow"})
    read = storage.files.read

    def slowly(key: str) -> bytes | None:
        time.sleep(8)
        return read(key)

    # No server can be told to take this long for an object; the role lets a transaction idle for 15 seconds.
    monkeypatch.setattr(storage.files, "read", slowly)

    assert exported(ada, tmp_path / "a.zip").counts.images == 1


def test_a_parts_list_of_the_same_name_as_our_own_file_is_exported_beside_it(
    client: Client, ada: str, grace: str, tmp_path: Path
) -> None:
    body = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 9}
    moc = client.post("/api/mocs", json=body, as_user=ada).data["id"]
    listed = [("file", "moc.json", "application/json", b'[{"elementId":"300121","quantity":"4"}]')]
    answer = client.post(f"/api/mocs/{moc}/upload-parts-list", files=listed, fields={}, as_user=ada)
    assert answer.status == 201, answer.body

    exported(ada, tmp_path / "a.zip")
    imported(tmp_path / "a.zip", grace)

    assert seen(client, grace) == seen(client, ada)


def rewritten(target: Path, changes: dict[str, Any]) -> Path:
    """The kept bundle with files replaced, or fields of the first object that has them; the manifest agrees."""
    found = entries(KEPT)
    for name, fields in changes.items():
        if isinstance(fields, bytes):
            found[name] = fields
        else:
            path = _with(found, name, fields)
            content = json.loads(found[path])
            _first(content, fields).update(fields)
            found[path] = json.dumps(content).encode()
    manifest = json.loads(found.pop("manifest.json"))
    manifest["files"] = [
        {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for path, data in found.items()
    ]
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in {**found, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(path, data)
    return target


def _with(found: dict[str, bytes], name: str, fields: dict[str, Any]) -> str:
    return next(path for path in sorted(found) if path.endswith(name) and _first(json.loads(found[path]), fields))


def _first(content: Any, fields: dict[str, Any]) -> Any:
    """The first object in the content that has all of these fields, and a value for the first of them."""
    if isinstance(content, dict):
        if fields.keys() <= content.keys() and content[next(iter(fields))] is not None:
            return content
        content = list(content.values())
    if isinstance(content, list):
        return next((found for one in content if (found := _first(one, fields))), {})
    return {}


def webp_with(chunk: bytes) -> bytes:
    """A picture of the kept bundle with one chunk more."""
    data = next(data for path, data in entries(KEPT).items() if path.startswith("gallery/") and "thumb" not in path)
    more = chunk + (4).to_bytes(4, "little") + b"here"
    return data[:4] + (len(data) + len(more) - 8).to_bytes(4, "little") + data[8:] + more


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "a MOC without its author": ({"moc.json": {"author": None}}, "author is required"),
    "a wish with two images": (
        {"wishlist.json": {"image": "avatar.webp", "imageUrl": "https://a.example/b"}},
        "imageUrl",
    ),
    "an image without its size": ({"wishlist.json": {"imageWidth": None, "imageHeight": None}}, "imageWidth"),
    "an image of another size": ({"gallery.json": {"width": 9}}, "60 × 40 pixels, not 9 × 40"),
    "a place in no album": (
        {"gallery.json": {"albumPlace": "2026-01-01T00:00:00Z", "album": None}},
        "an albumPlace goes with an album",
    ),
    "a picture that is a document": (
        {"moc.json": {"contentType": "application/pdf", "kind": "thumbnail"}},
        "the kind thumbnail is WebP",
    ),
    "a document that is a picture": (
        {"moc.json": {"contentType": "image/webp", "kind": "instruction"}},
        "the kind instruction is not WebP",
    ),
    "a place hidden in a picture": ({"avatar.webp": webp_with(b"EXIF")}, "something else than a picture"),
    "a MOC shown by its instructions": ({"moc.json": {"thumbnailFile": "PDF"}}, "no picture"),
}


@pytest.mark.parametrize("what", LIES)
def test_a_bundle_that_lies_about_its_content_is_refused_before_anything_is_written(
    client: Client, grace: str, tmp_path: Path, what: str
) -> None:
    changes, said = LIES[what]
    if what == "a MOC shown by its instructions":
        found = entries(KEPT)
        moc = json.loads(found[_with(found, "moc.json", {"thumbnailFile": ""})])
        document = next(one["id"] for one in moc["files"] if one["kind"] == "instruction")
        changes = {"moc.json": {"thumbnailFile": document}}
    bad = rewritten(tmp_path / "bad.zip", changes)

    with pytest.raises(Unusable, match=said):
        imported(bad, grace)

    assert client.get("/api/mocs", as_user=grace).data == []


def test_the_kept_bundle_written_anew_is_fine(grace: str, tmp_path: Path) -> None:
    assert imported(rewritten(tmp_path / "good.zip", {}), grace).skipped == []


def test_wishes_that_are_alike_stay_two(client: Client, grace: str, tmp_path: Path) -> None:
    twin = json.loads(entries(KEPT)["wishlist.json"])
    (plain,) = [one for one in twin["items"] if one["image"] is None]
    twin["items"] = [plain, {**plain, "id": "0123456789ab"}]
    path = rewritten(tmp_path / "twins.zip", {"wishlist.json": json.dumps(twin).encode()})

    first, second = imported(path, grace), imported(path, grace)

    assert first.added["wishes"] == 2
    assert second.added == {}
    assert len(client.get("/api/wishlist", as_user=grace).data) == 2


@pytest.mark.parametrize("moment", [0, 5, 9, 12, 14, 19, 24, 31, 34, 37])
def test_an_import_whose_process_is_killed_is_whole_after_another(
    client: Client, grace: str, people: People, moment: int, handlers: dict[str, Any]
) -> None:
    script = Path(__file__).with_name("killed_import.py")
    other = people.add(name="Other")
    imported(KEPT, other)

    died = subprocess.run([sys.executable, script, KEPT, grace, str(moment)], check=False, stdout=subprocess.DEVNULL)
    result = imported(KEPT, grace)
    change("update object_deletions set due_at = now()")
    handlers["sweep"]({}, None)

    assert died.returncode == KILLED
    assert result.skipped == []
    assert seen(client, grace) == seen(client, other)
    assert leftovers(grace) == []


def test_many_small_entries_that_unpack_to_too_much_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(50):
            archive.writestr(f"{number}.txt", b"\0" * 1_000_000)

    with pytest.raises(Unusable, match="The archive unpacks to more than"):
        opened(tmp_path / "bomb.zip")
