"""The forever bundle: a library written into one ZIP, and the same library made of it again."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.bundles import FIRST, KEPT, entries, exported, imported, leftovers, seen
from integration.pictures import change
from integration.uploading import PDF
from mocshelf.intake import objects
from mocshelf.testing import Client
from mocshelf_tools.bundle.checking import opened
from mocshelf_tools.bundle.faults import Unusable
from mocshelf_tools.problems import CannotContinue

pytest_plugins = ["integration.people", "integration.bundles"]


def test_an_import_of_an_export_is_the_same_library(client: Client, library: str, grace: str, tmp_path: Path) -> None:
    before = seen(client, library)
    exported(library, tmp_path / "a.zip")

    result = imported(tmp_path / "a.zip", grace, profile=True)

    assert seen(client, grace) == before
    assert result.skipped == []
    assert client.get("/api/users/me", as_user=grace).json()["data"]["name"].startswith("Ada")
    assert leftovers(grace) == []


def test_the_restore_drill(
    client: Client, library: str, grace: str, tmp_path: Path, handlers: dict[str, Any]
) -> None:
    before = seen(client, library)
    exported(library, tmp_path / "a.zip")
    for path in ("/api/mocs", "/api/images", "/api/albums", "/api/wishlist"):
        params = {"albumId": "all"} if path == "/api/images" else {}
        for one in client.get(path, params=params, as_user=library).json()["data"]:
            client.delete(f"{path}/{one['id']}", as_user=library)
    handlers["sweep"]({}, None)

    imported(tmp_path / "a.zip", library)
    exported(library, tmp_path / "b.zip")

    assert seen(client, library) == before
    assert leftovers(library) == []
    assert entries(tmp_path / "b.zip") == entries(tmp_path / "a.zip")


def test_the_same_library_gives_the_same_bytes(library: str, tmp_path: Path) -> None:
    exported(library, tmp_path / "a.zip")
    exported(library, tmp_path / "b.zip")

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_person_finds_their_files_in_it(library: str, tmp_path: Path) -> None:
    exported(library, tmp_path / "a.zip")

    found = entries(tmp_path / "a.zip")

    (pdf,) = [name for name in found if name.endswith("a b.pdf")]
    assert pdf.startswith("mocs/Burg- “Ω-7” (")
    assert found[pdf] == PDF
    assert any(name.endswith("parts lists/By hand.csv") for name in found)
    assert json.loads(found["manifest.json"])["counts"]["mocs"] == 2
    assert "README.txt" in found


def test_importing_twice_adds_nothing(client: Client, library: str, grace: str, tmp_path: Path) -> None:
    exported(library, tmp_path / "a.zip")
    imported(tmp_path / "a.zip", grace)
    before = seen(client, grace)

    again = imported(tmp_path / "a.zip", grace)

    assert again.added == {}
    assert again.present == {"images": 2, "albums": 1, "wishes": 2, "MOCs": 2}
    assert seen(client, grace) == before


def test_a_moc_whose_title_another_has_is_left_out_or_renamed(
    client: Client, library: str, grace: str, tmp_path: Path
) -> None:
    exported(library, tmp_path / "a.zip")
    body = {"type": "set", "title": "Café Corner", "brand": "Other", "setNumber": "1"}
    client.post("/api/mocs", json=body, as_user=grace)

    skipped = imported(tmp_path / "a.zip", grace)
    renamed = imported(tmp_path / "a.zip", grace, rename=True)
    again = imported(tmp_path / "a.zip", grace, rename=True)

    titles = [one["title"] for one in client.get("/api/mocs", as_user=grace).json()["data"]]
    assert len(skipped.skipped) == 1
    assert renamed.added == {"MOCs": 1}
    assert again.added == {}
    assert sum(title.startswith("Café Corner") for title in titles) == 2


def test_an_object_that_is_missing_is_named_and_the_rest_is_there(
    client: Client, library: str, grace: str, tmp_path: Path, s3: Any, stack: Any
) -> None:
    image = client.get("/api/images", params={"albumId": "all"}, as_user=library).json()["data"][0]["id"]
    s3.delete_object(Bucket=stack.endpoints.bucket, Key=f"images/{library}/{image}.webp")

    manifest = exported(library, tmp_path / "a.zip")
    result = imported(tmp_path / "a.zip", grace)

    assert [one.problem for one in manifest.problems] == ["missing"]
    assert len(result.skipped) == 1
    assert result.added["images"] == 1
    assert leftovers(grace) == []


def test_a_file_that_is_there_is_not_replaced(library: str, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    target.write_text("mine")

    with pytest.raises(CannotContinue, match="is there already"):
        exported(library, target)
    exported(library, target, force=True)

    assert zipfile.is_zipfile(target)
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("stop_at", range(8))
def test_an_import_that_is_killed_goes_on_when_it_is_run_again(
    client: Client,
    library: str,
    grace: str,
    tmp_path: Path,
    stop_at: int,
    monkeypatch: pytest.MonkeyPatch,
    handlers: dict[str, Any],
) -> None:
    exported(library, tmp_path / "a.zip")
    calls = 0
    write = objects.write

    def killed(some: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > stop_at:
            raise KeyboardInterrupt
        write(some)

    with monkeypatch.context() as dying:
        # A kill cannot be timed from outside; an interrupt between two writes leaves the same behind.
        dying.setattr(objects, "write", killed)
        with contextlib.suppress(KeyboardInterrupt):
            imported(tmp_path / "a.zip", grace)

    imported(tmp_path / "a.zip", grace)
    change("update object_deletions set due_at = now()")
    handlers["sweep"]({}, None)

    assert seen(client, grace) == seen(client, library)
    assert leftovers(grace) == []


@pytest.mark.parametrize("kept", [FIRST, KEPT], ids=lambda path: path.stem)
def test_the_bundle_of_an_earlier_release_is_still_imported(client: Client, grace: str, kept: Path) -> None:
    result = imported(kept, grace, profile=True)

    found = seen(client, grace)
    assert result.skipped == []
    assert [moc["title"] for moc in found["mocs"]] == ["Burg: “Ω/7”", "Café Corner"]
    assert {one["originalFilename"] for one in found["mocs"][0]["files"]} == {"a b.pdf", "Türme.png", "list.csv"}
    assert found["mocs"][0]["files"][0]["fileUrl"] == PDF
    assert len(found["lines"]) == 2
    assert [one["title"] for one in found["wishlist"]] == ["Airport", "Monorail"]
    assert found["albums"][0]["images"][0]["tags"] == ["north"]
    assert leftovers(grace) == []


def test_what_this_release_writes_has_the_form_of_the_one_that_is_kept(library: str, tmp_path: Path) -> None:
    exported(library, tmp_path / "a.zip")
    if os.environ.get("MOCSHELF_WRITE_DOCS") and not KEPT.exists():
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / "a.zip", KEPT)

    # Another form needs another version, whose reader takes both.
    assert forms(entries(tmp_path / "a.zip")) == forms(entries(KEPT))


def forms(found: dict[str, bytes]) -> list[set[str]]:
    """The fields of each JSON file, at every depth."""
    return [set(fields(json.loads(data))) for path, data in sorted(found.items()) if path.endswith(".json")]


def fields(value: Any, place: str = "") -> Iterator[str]:
    """Where there is a value, as `images[].title`."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from (f"{place}.{name}", *fields(one, f"{place}.{name}"))
    elif isinstance(value, list):
        for one in value:
            yield from fields(one, f"{place}[]")


Spoil = Callable[[dict[str, bytes]], dict[str, bytes]]


def spoilt(name: str, old: bytes, new: bytes) -> Spoil:
    def spoil(found: dict[str, bytes]) -> dict[str, bytes]:
        return {path: data.replace(old, new) if path == name else data for path, data in found.items()}

    return spoil


HOSTILE: dict[str, tuple[Spoil, str]] = {
    "another format": (spoilt("manifest.json", b"mocshelf-bundle", b"other"), "format"),
    "a later version": (spoilt("manifest.json", b'"version": 2', b'"version": 3'), "version"),
    "an unknown field": (spoilt("manifest.json", b'"counts"', b'"surprise": 1, "counts"'), "surprise"),
    "changed bytes": (spoilt("README.txt", b"library", b"LIBRARY"), "size or SHA-256"),
    "a file too many": (lambda found: {**found, "extra.exe": b"MZ"}, "not in the manifest"),
    "a file too few": (
        lambda found: {k: v for k, v in found.items() if not k.endswith(".pdf")},
        "not in the archive",
    ),
    "a path that leads out": (lambda found: {**found, "../../etc/passwd": b"x"}, "outside"),
    "no manifest": (lambda found: {k: v for k, v in found.items() if k != "manifest.json"}, "no bundle"),
    "no JSON": (lambda found: {**found, "manifest.json": b"\xff{"}, "manifest.json"),
    "a bomb": (lambda found: {**found, "bomb.bin": b"\0" * 30_000_000}, "times its size"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_bundle_that_was_tampered_with_is_refused_before_anything_is_written(
    client: Client, grace: str, tmp_path: Path, what: str
) -> None:
    spoil, said = HOSTILE[what]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in spoil(entries(KEPT)).items():
            archive.writestr(name, data)
    (tmp_path / "bad.zip").write_bytes(buffer.getvalue())

    with pytest.raises(Unusable, match=said):
        imported(tmp_path / "bad.zip", grace)

    assert client.get("/api/mocs", as_user=grace).json()["data"] == []


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all" * 10, b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(data)

    with pytest.raises(Unusable):
        opened(tmp_path / "bad.zip")
