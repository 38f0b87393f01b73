"""Gallery images of a MOC, and what an image's deletion takes with it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from integration.curator import Curator, latest_versions
from integration.uploading import Sender, fetch
from mocshelf.gallery import links
from mocshelf.runtime import database
from mocshelf.runtime.conditions import IfMatch

pytest_plugins = ["integration.gallery_fixtures"]


def linked(ada: Curator, moc: str, **params: Any) -> Any:
    return ada.get(f"/api/mocs/{moc}/gallery-images", **params)


def version(ada: Curator, path: str) -> str:
    return ada.get(path).headers["etag"]


def test_a_linked_image_is_listed_and_shown_with_the_moc(ada: Curator, moc: str) -> None:
    first, second = ada.image("First", description="At night"), ada.image("Second")
    before = version(ada, f"/api/mocs/{moc}")

    answer = ada.link(moc, first["id"])
    ada.link(moc, second["id"])

    listed = linked(ada, moc).json()
    shown = ada.get(f"/api/mocs/{moc}").data["images"]
    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert set(answer.data) == {"id", "mocId", "galleryImageId", "createdAt"}
    assert (answer.data["mocId"], answer.data["galleryImageId"]) == (moc, first["id"])
    assert ([image["title"] for image in listed["data"]], listed["total"]) == (["First", "Second"], 2)
    assert listed["data"][0] == {**first, "url": first["imageUrl"]}
    assert (shown[0]["galleryImageId"], shown[0]["alt"], shown[0]["caption"]) == (first["id"], "First", "At night")
    assert (before, version(ada, f"/api/mocs/{moc}")) == ('"1"', '"3"')
    assert latest_versions("moc", ada.user) == {moc: 3}


def test_the_images_of_a_moc_come_in_pages(ada: Curator, moc: str) -> None:
    for title in ("One", "Two", "Three"):
        ada.link(moc, ada.image(title)["id"])

    page = linked(ada, moc, page=2, limit=2).json()
    past = linked(ada, moc, page=5).json()

    assert ([image["title"] for image in page["data"]], page["total"], page["page"]) == (["Three"], 3, 2)
    assert (past["data"], past["total"]) == ([], 3)


def test_an_image_is_linked_to_a_moc_once(ada: Curator, sender: Sender, moc: str) -> None:
    image = ada.image()["id"]
    ada.link(moc, image)

    again = ada.link(moc, image)
    elsewhere = ada.link(sender.moc(ada.user, title="Tower"), image)

    assert (again.status, again.error["code"], elsewhere.status) == (409, "CONFLICT", 201)
    assert version(ada, f"/api/mocs/{moc}") == '"2"'


def test_a_moc_holds_at_most_100_linked_images(ada: Curator, moc: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert links.MOST_LINKS == 100
    # A hundred uploads would say nothing that two do not.
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    answers = [ada.link(moc, ada.image()["id"]) for _ in range(3)]

    assert [answer.status for answer in answers] == [201, 201, 409]
    assert linked(ada, moc).json()["total"] == 2


def test_both_ends_must_be_there_and_the_callers(ada: Curator, ben: Curator, sender: Sender, moc: str) -> None:
    own, secret = ada.image()["id"], ben.image("Secret")["id"]
    theirs = sender.moc(ben.user, title="Hidden")
    nowhere = str(uuid.uuid4())

    answers = [ada.link(moc, secret), ada.link(theirs, own), ada.link(moc, nowhere), ada.link(nowhere, own)]
    malformed = ada.link(moc, "x")

    assert [answer.status for answer in answers] == [403, 403, 404, 404]
    assert all(b"Secret" not in answer.body and b"Hidden" not in answer.body for answer in answers)
    assert (malformed.status, malformed.error["details"][0]["field"]) == (400, "galleryImageId")
    assert linked(ada, moc).json()["total"] == 0


def test_a_stranger_sees_and_unlinks_nothing(ada: Curator, ben: Curator, moc: str) -> None:
    image = ada.image("Secret")["id"]
    ada.link(moc, image)

    answers = [linked(ben, moc), ben.delete(f"/api/mocs/{moc}/gallery-images/{image}")]

    assert [answer.status for answer in answers] == [403, 403]
    assert all(b"Secret" not in answer.body for answer in answers)
    assert linked(ada, moc).json()["total"] == 1
    assert linked(ada, str(uuid.uuid4())).status == 404


def test_an_unlinked_image_stays(ada: Curator, moc: str) -> None:
    image = ada.image()
    ada.link(moc, image["id"])
    path = f"/api/mocs/{moc}/gallery-images/{image['id']}"

    stale = ada.delete(path, tag='"1"')
    gone = ada.delete(path, tag='"2"')
    again = ada.delete(path)

    assert [stale.status, gone.status, again.status] == [412, 204, 404]
    assert ada.get(f"/api/images/{image['id']}").data["title"] == image["title"]
    assert (linked(ada, moc).json()["total"], version(ada, f"/api/mocs/{moc}")) == (0, '"3"')


def test_a_repeated_keyed_link_is_made_once(ada: Curator, client: Any, moc: str) -> None:
    call: dict[str, Any] = {
        "as_user": ada.user,
        "json": {"galleryImageId": ada.image()["id"]},
        "headers": {"idempotency-key": "k"},
    }

    first, again = (client.post(f"/api/mocs/{moc}/gallery-images", **call) for _ in range(2))

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["idempotent-replayed"] == "true"


def test_a_deleted_moc_leaves_its_gallery_images(ada: Curator, moc: str) -> None:
    image = ada.image()["id"]
    ada.link(moc, image)

    ada.delete(f"/api/mocs/{moc}")

    assert ada.get(f"/api/images/{image}").status == 200


def test_a_deleted_image_leaves_no_link_cover_or_object_behind(
    ada: Curator, moc: str, handlers: dict[str, Callable[[Any, Any], Any]]
) -> None:
    image = ada.image()
    album = ada.album(coverImageId=image["id"])
    ada.link(moc, image["id"])
    ada.client.post("/api/flag", as_user=ada.user, json={"imageId": image["id"]})

    answer = ada.delete(f"/api/images/{image['id']}", tag='"1"')
    queued = _queued(image["id"])
    handlers["sweep"]({}, None)

    assert (answer.status, answer.body) == (204, b"")
    assert ada.get(f"/api/images/{image['id']}").status == 404
    assert linked(ada, moc).json()["data"] == []
    left = ada.get(f"/api/albums/{album['id']}")
    assert (left.data["coverImageId"], left.data["coverImageUrl"], left.headers["etag"]) == (None, None, '"2"')
    assert version(ada, f"/api/mocs/{moc}") == '"3"'
    assert latest_versions("image", ada.user) == {image["id"]: 2}
    assert latest_versions("album", ada.user) == {album["id"]: 2}
    assert latest_versions("moc", ada.user) == {moc: 3}
    assert queued == [True, True]
    assert [fetch(image[url])[0] for url in ("imageUrl", "thumbnailUrl")] == [404, 404]
    assert _queued(image["id"]) == []


def test_linking_and_deleting_at_once_leaves_no_half(ada: Curator, sender: Sender) -> None:
    mocs = [sender.moc(ada.user, title=f"MOC {number}") for number in range(4)]
    image = ada.image()["id"]
    for moc in mocs[:2]:
        ada.link(moc, image)
    faults: list[Exception] = []
    begin = threading.Barrier(3)

    def work(change: Callable[[Any], object]) -> None:
        from mocshelf.runtime.resources import resources

        # The driver's connection of this process serves one request at a time, so each worker has its own.
        conn = database.connect(resources.database)
        begin.wait()
        try:
            change(conn)
            conn.commit()
        except Exception as problem:
            faults.append(problem)
        finally:
            conn.close()

    target, added = uuid.UUID(image), [uuid.UUID(moc) for moc in mocs[2:]]
    changes: list[Callable[[Any], object]] = [
        lambda conn: links.delete_image(conn, ada.user, target, IfMatch()),
        lambda conn: links.link(conn, ada.user, added[0], target),
        lambda conn: links.link(conn, ada.user, added[1], target),
    ]
    workers = [threading.Thread(target=work, args=[change]) for change in changes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert {type(fault).__name__ for fault in faults} <= {"NotFound"}
    assert ada.get(f"/api/images/{image}").status == 404
    for moc in mocs:
        assert linked(ada, moc).json()["total"] == 0
        assert latest_versions("moc", ada.user)[moc] == int(version(ada, f"/api/mocs/{moc}").strip('"'))


def _queued(image_id: str) -> list[bool]:
    """Whether the deletions of an image's objects are due."""
    with database.reading() as conn:
        rows = database.fetch_all(
            conn,
            "select due_at <= now() as due from object_deletions where object_key like %(like)s",
            {"like": f"%{image_id}%"},
        )
    return [row["due"] for row in rows]
