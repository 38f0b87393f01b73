"""What tests of bundles share: a library with everything in it, its bundle and back, and how its owner sees it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from integration.people import People
from integration.uploading import CSV, PDF, fetch, png
from mocshelf.runtime import users
from mocshelf.testing import Client
from mocshelf_tools.auditing.audit import audit
from mocshelf_tools.auditing.findings import Scope
from mocshelf_tools.auditing.places import linked
from mocshelf_tools.bundle.checking import checked, opened
from mocshelf_tools.bundle.exporting import export
from mocshelf_tools.bundle.importing import Import, Result
from mocshelf_tools.bundle.profile import take_over

_BUNDLES = Path(__file__).parents[1] / "fixtures" / "bundles"
FIRST, KEPT = _BUNDLES / "release-1.zip", _BUNDLES / "release-2.zip"
VOLATILE = ("id", "userId", "mocId", "fileId", "galleryImageId", "albumId", "coverImageId", "partsListId")


def quiet(_text: str) -> None:
    pass


def exported(user: str, target: Path, **options: Any) -> Any:
    return export(users.read(user), target, force=options.pop("force", False), tell=quiet)


def imported(path: Path, user: str, *, rename: bool = False, profile: bool = False) -> Result:
    with opened(path) as reader:
        bundle = checked(reader, quiet)
        result = Import(bundle, user, quiet, rename=rename).run()
        if profile:
            take_over(bundle, users.read(user))
    return result


@pytest.fixture
def grace(people: People) -> str:
    """Someone else, with nothing yet."""
    return people.add(name="Grace")


@pytest.fixture
def library(client: Client, ada: str) -> str:
    """A library with everything in it; its owner."""
    fill(client, ada)
    return ada


def fill(client: Client, user: str) -> None:
    def make(path: str, **call: Any) -> Any:
        answer = client.post(path, as_user=user, **call)
        assert answer.status in (200, 201), answer.body
        return answer.json()["data"]

    picture = [("file", "Türme.png", "image/png", png(60, 40))]
    moc = make(
        "/api/mocs", json={"type": "moc", "title": "Burg: “Ω/7”", "author": "Ada", "partsCount": 9, "tags": ["keep"]}
    )
    make(
        "/api/mocs",
        json={"type": "set", "title": "Café Corner", "brand": "LEGO", "setNumber": "10182", "releaseYear": 2007},
    )
    path = f"/api/mocs/{moc['id']}"
    make(f"{path}/files", files=[("file", "a b.pdf", "application/pdf", PDF)], fields={"fileType": "instruction"})
    make(f"{path}/files", files=picture, fields={"fileType": "thumbnail"})
    make(f"{path}/upload-parts-list", files=[("file", "list.csv", "text/csv", CSV)], fields={"scheme": "rebrickable"})
    parts = [{"partNumber": "3001", "quantity": 4, "acquiredQuantity": 3, "notes": ["=1+1"]}]
    manual = {"title": "By hand", "costEstimate": 12.5, "notes": "cheap", "parts": parts}
    answer = client.post(f"{path}/parts-lists", json=manual, as_user=user)
    if answer.status != 201:
        del parts[0]["notes"]
        make(f"{path}/parts-lists", json=manual)
    image = make("/api/images", files=picture, fields={"title": "Tower", "tags": '["north"]'})
    other = make("/api/images", files=picture, fields={"title": "Tower"})
    album = make("/api/albums", json={"title": "Towers", "coverImageId": image["id"]})
    for one in (other, image):
        client.patch(f"/api/images/{one['id']}", json={"albumId": album["id"]}, as_user=user)
    for one in (other, image):
        make(f"{path}/gallery-images", json={"galleryImageId": one["id"]})
    wish = make("/api/wishlist", json={"title": "Monorail", "category": "Trains", "sortOrder": "b"})
    make(f"/api/wishlist/{wish['id']}/image", files=picture)
    make("/api/wishlist", json={"title": "Airport", "sortOrder": "a", "imageUrl": "https://example.com/a.png"})
    make("/api/users/me/avatar", files=[("file", "me.png", "image/png", png(60, 60))])


def seen(client: Client, user: str) -> dict[str, Any]:
    """Everything of a library as its owner sees it, without ids; of addresses the bytes behind them."""

    def get(path: str, **params: Any) -> Any:
        answer = client.get(path, params=params, as_user=user)
        assert answer.status == 200, answer.body
        return answer.json()["data"]

    mocs = get("/api/mocs", sort="title")
    found = {
        "mocs": [get(f"/api/mocs/{moc['id']}") for moc in mocs],
        "lines": [
            get(f"/api/mocs/{moc['id']}/parts-lists/{one['id']}/parts")
            for moc in mocs
            for one in get(f"/api/mocs/{moc['id']}/parts-lists")
        ],
        "images": get("/api/images", albumId="all"),
        "albums": [get(f"/api/albums/{one['id']}") for one in get("/api/albums")],
        "wishlist": get("/api/wishlist"),
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {
            name: _bytes(one) if name.endswith(("Url", "url")) else _plain(one)
            for name, one in value.items()
            if name not in VOLATILE
        }
    return value


def _bytes(address: Any) -> Any:
    return fetch(address)[1] if isinstance(address, str) and "127.0.0.1" in address else address


def leftovers(user: str) -> list[str]:
    return [one.text for one in audit(Scope(linked(), owner=user, deep=True)).findings]


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
