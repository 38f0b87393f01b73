"""The order of an album's images: the owner's own, and right however often and by how many at once it is changed."""

from __future__ import annotations

import random
import threading
import uuid
from typing import Any

import pytest

from integration.curator import Curator, latest_versions
from integration.pictures import change, rows
from mocshelf.gallery import albums
from mocshelf.gallery.schemas import AlbumMove
from mocshelf.runtime import database
from mocshelf.runtime.conditions import IfMatch
from mocshelf.testing import Reply

pytest_plugins = ["integration.gallery_fixtures"]

IMAGES = "/api/images"


class Hung:
    """An album with images of one letter each, added in this order, so that the last stands first."""

    def __init__(self, curator: Curator, letters: str) -> None:
        self.curator = curator
        self.id = str(curator.album()["id"])
        self.path = f"/api/albums/{self.id}"
        self.images = {letter: self.add(letter) for letter in letters}

    def add(self, title: str) -> str:
        return str(self.curator.image(title, albumId=self.id)["id"])

    def move(self, letter: str, after: str | None, tag: str | None = None) -> Reply:
        body = {"imageId": self.images[letter], "after": None if after is None else self.images[after]}
        return self.send(body, tag)

    def send(self, body: dict[str, Any], tag: str | None = None) -> Reply:
        headers = {"if-match": tag} if tag else None
        return self.curator.client.post(f"{self.path}/reorder", as_user=self.curator.user, json=body, headers=headers)

    def order(self) -> str:
        """The letters as the list and the album itself have them."""
        listed = "".join(self.curator.titles(IMAGES, albumId=self.id, limit=100))
        assert listed == "".join(image["title"] for image in self.curator.get(self.path).data["images"])
        return listed


@pytest.fixture
def album(ada: Curator) -> Hung:
    return Hung(ada, "DCBA")


@pytest.mark.parametrize(
    ("letter", "after", "order"),
    [
        ("D", "A", "ADBC"),
        ("A", "B", "BACD"),
        ("A", "D", "BCDA"),
        ("C", None, "CABD"),
        ("A", None, "ABCD"),
        ("B", "A", "ABCD"),
        ("D", "C", "ABCD"),
    ],
)
def test_an_image_goes_behind_another_or_first(album: Hung, letter: str, after: str | None, order: str) -> None:
    before = album.order()

    answer = album.move(letter, after)

    assert before == "ABCD"
    assert (answer.status, answer.data["id"], answer.data["imageCount"]) == (200, album.id, 4)
    assert album.order() == order


def test_pages_follow_the_order_and_lists_of_all_images_stay_newest_first(ada: Curator, album: Hung) -> None:
    album.move("D", None)

    assert [ada.titles(IMAGES, albumId=album.id, page=page, limit=2) for page in (1, 2)] == [["D", "A"], ["B", "C"]]
    assert ada.titles(IMAGES, albumId="all") == ["A", "B", "C", "D"]
    assert ada.titles(IMAGES, albumId=album.id, search="d") == ["D"]


def test_the_order_is_a_change_of_the_album_and_of_no_image(ada: Curator, album: Hung) -> None:
    image = ada.get(f"{IMAGES}/{album.images['D']}")

    moved = album.move("D", None, tag='"1"')
    stale = album.move("C", None, tag='"1"')
    again = album.move("D", None, tag='"2"')

    assert (moved.headers["etag"], stale.status, again.headers["etag"]) == ('"2"', 412, '"3"')
    assert ada.get(album.path).headers["etag"] == '"3"'
    assert album.order() == "DABC"
    after = ada.get(f"{IMAGES}/{album.images['D']}")
    assert after.headers["etag"] == image.headers["etag"] == '"1"'
    assert after.data["lastUpdatedAt"] == image.data["lastUpdatedAt"]
    assert latest_versions("album", ada.user) == {album.id: 3}
    assert set(latest_versions("image", ada.user).values()) == {1}


def test_moving_to_where_it_is_changes_no_image(ada: Curator, album: Hung) -> None:
    for _ in range(2):
        album.move("C", "A")

    assert album.order() == "ACBD"
    assert ada.get(f"{IMAGES}/{album.images['C']}").headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"imageId": "A"}, ["after"]),
        ({"after": None}, ["imageId"]),
        ({"imageId": "x", "after": "y"}, ["imageId", "after"]),
        ({"imageId": None, "after": None}, ["imageId"]),
        ({"imageId": "A", "after": None, "place": 3}, ["place"]),
        ({"imageId": "A", "after": "A"}, ["after"]),
        ({"imageId": "outside", "after": "A"}, ["imageId"]),
        ({"imageId": "outside", "after": "elsewhere"}, ["imageId", "after"]),
        ({"imageId": "A", "after": "unknown"}, ["after"]),
        ({"imageId": "unknown", "after": None}, ["imageId"]),
    ],
)
def test_what_cannot_be_moved_is_named(ada: Curator, album: Hung, body: dict[str, Any], fields: list[str]) -> None:
    known = {
        **album.images,
        "outside": ada.image()["id"],
        "elsewhere": ada.image(albumId=ada.album()["id"])["id"],
        "unknown": str(uuid.uuid4()),
    }

    answer = album.send({name: known.get(value, value) for name, value in body.items()})

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, fields)
    assert album.order() == "ABCD"
    assert ada.get(album.path).headers["etag"] == '"1"'


def test_a_stranger_cannot_put_an_album_into_order(ada: Curator, ben: Curator, album: Hung) -> None:
    own, secret = Hung(ben, "Z"), ada.image("Secret")["id"]
    body = {"imageId": own.images["Z"], "after": None}

    answers = [
        ben.client.post(f"{album.path}/reorder", as_user=ben.user, json=body),
        own.send({"imageId": secret, "after": None}),
        own.send({"imageId": own.images["Z"], "after": secret}),
    ]
    missing = ben.client.post(f"/api/albums/{uuid.uuid4()}/reorder", as_user=ben.user, json=body)

    assert [answer.status for answer in answers] == [403, 403, 403]
    assert all(b"Secret" not in answer.body for answer in answers)
    assert missing.status == 404
    assert album.order() == "ABCD"


def test_an_image_that_enters_an_album_stands_first(ada: Curator, album: Hung) -> None:
    old = ada.image("O")["id"]
    change("update gallery_images set created_at = created_at - interval '3 years' where id = %(id)s", id=old)
    album.move("D", None)

    ada.patch(f"{IMAGES}/{old}", {"albumId": album.id})
    put_in = album.order()
    album.add("N")

    assert put_in == "ODABC"
    assert album.order() == "NODABC"


def test_a_place_is_kept_by_other_changes_and_lost_by_leaving(ada: Curator, album: Hung) -> None:
    album.move("A", "D")
    path = f"{IMAGES}/{album.images['A']}"

    ada.patch(path, {"title": "a", "albumId": album.id})
    kept = album.order()
    ada.patch(path, {"albumId": None})
    ada.patch(path, {"albumId": album.id})
    returned = album.order()
    ada.delete(album.path)

    assert (kept, returned) == ("BCDa", "aBCD")
    assert rows("select distinct album_place from gallery_images where user_id = %(user)s", user=ada.user) == [
        {"album_place": None}
    ]


def test_images_of_the_same_moment_can_be_moved_between(album: Hung) -> None:
    change("update gallery_images set created_at = now() where album_id = %(album)s", album=album.id)
    first, second, third, fourth = album.order()

    album.move(fourth, first)

    assert album.order() == f"{first}{fourth}{second}{third}"


def test_no_number_of_moves_runs_out_of_room(ada: Curator) -> None:
    album = Hung(ada, "HGFEDCBA")
    dice = random.Random(7)
    expected = list(album.order())

    for _ in range(150):
        # Mostly between the same two, which halves the room each time.
        letter, after = dice.sample("ABCDEFGH", 2) if dice.random() < 0.3 else (expected[-1], expected[0])
        album.move(letter, after)
        expected.remove(letter)
        expected.insert(expected.index(after) + 1, letter)

        assert ada.titles(IMAGES, albumId=album.id) == expected

    assert {image["albumId"] for image in ada.get(album.path).data["images"]} == {album.id}
    assert set(latest_versions("image", ada.user).values()) == {1}
    versions = rows("select distinct version from gallery_images where album_id = %(id)s", id=album.id)
    assert versions == [{"version": 1}]


def test_moves_at_once_are_all_done(ada: Curator) -> None:
    from mocshelf.runtime.resources import resources

    album = Hung(ada, "FEDCBA")
    # Without room between any two of them each move has to make some.
    change("update gallery_images set created_at = now() where album_id = %(album)s", album=album.id)
    a, b, c, d, e, f = album.order()
    begin = threading.Barrier(3)
    faults: list[Exception] = []

    def work(letter: str, after: str) -> None:
        # The driver's connection of this process serves one request at a time, so each worker has its own.
        conn = database.connect(resources.database)
        move = AlbumMove.model_validate({"imageId": album.images[letter], "after": album.images[after]})
        begin.wait()
        try:
            albums.reorder(conn, ada.user, uuid.UUID(album.id), move, IfMatch())
            conn.commit()
        except Exception as problem:
            faults.append(problem)
        finally:
            conn.close()

    workers = [threading.Thread(target=work, args=pair) for pair in ((d, a), (e, b), (f, c))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert faults == []
    assert ada.titles(IMAGES, albumId=album.id) == [a, d, b, e, c, f]
    assert rows("select version from gallery_albums where id = %(id)s", id=album.id) == [{"version": 4}]
