"""Albums and flags: images grouped under a cover, found by title, and pointed out by anyone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from integration.curator import Curator, latest_versions
from integration.uploading import fetch

pytest_plugins = ["integration.gallery_fixtures"]

ALBUMS = "/api/albums"


def path_of(album: dict[str, Any]) -> str:
    return f"{ALBUMS}/{album['id']}"


def test_a_new_album_has_every_field_and_its_cover_can_be_fetched(ada: Curator, client: Any) -> None:
    image = ada.image()

    answer = client.post(
        ALBUMS, as_user=ada.user, json={"title": " Baker Street ", "coverImageId": image["id"], "description": ""}
    )

    album = answer.data
    assert (answer.status, answer.headers["etag"], answer.headers["location"]) == (201, '"1"', path_of(album))
    assert set(album) == {
        "id", "userId", "title", "description", "coverImageId", "coverImageUrl", "imageCount", "createdAt",
        "lastUpdatedAt",
    }  # fmt: skip
    assert (album["title"], album["description"], album["imageCount"]) == ("Baker Street", None, 0)
    assert album["coverImageUrl"] == image["imageUrl"]
    assert fetch(album["coverImageUrl"])[0] == 200
    assert latest_versions("album", ada.user) == {album["id"]: 1}


def test_an_album_comes_with_its_images_newest_first(ada: Curator) -> None:
    album = ada.album()
    for title in ("One", "Two"):
        ada.image(title, albumId=album["id"])
    ada.image("Outside")

    answer = ada.get(path_of(album))

    assert (answer.status, answer.headers["etag"], answer.data["imageCount"]) == (200, '"1"', 2)
    assert [image["title"] for image in answer.data["images"]] == ["Two", "One"]
    assert answer.data["coverImageUrl"] is None


def test_albums_are_listed_newest_first_in_pages_and_two_may_have_one_title(ada: Curator, ben: Curator) -> None:
    for title in ("Street", "Street", "Castle"):
        ada.album(title)
    ben.album("Someone else's")

    page = ada.get(ALBUMS, limit=2).json()

    assert ([album["title"] for album in page["data"]], page["total"]) == (["Castle", "Street"], 3)
    assert ada.titles(ALBUMS, page=2, limit=2) == ["Street"]
    assert ada.get(ALBUMS, page=7).json()["total"] == 3


def test_albums_are_found_in_spite_of_a_typo_titles_before_descriptions(ada: Curator, ben: Curator) -> None:
    ada.album("Streets", description="of a castle")
    ada.album("Castle")
    ben.album("Castle")

    found = ada.get(ALBUMS, search="castle").json()

    assert [album["title"] for album in found["data"]] == ["Castle", "Streets"]
    assert found["data"][0]["score"] > found["data"][1]["score"] > 0
    assert ada.titles(ALBUMS, search="castel") == ["Castle", "Streets"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"coverImageId": "x"}, "coverImageId"),
        ({"coverImageId": str(uuid.uuid4())}, "coverImageId"),
        ({"imageCount": 3}, "imageCount"),
    ],
)
def test_an_album_out_of_the_rules_is_refused(ada: Curator, client: Any, change: dict[str, Any], field: str) -> None:
    album = ada.album()

    changed = ada.patch(path_of(album), change)
    created = client.post(ALBUMS, as_user=ada.user, json={"title": "x", **change})

    for answer in (changed, created):
        assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])
    assert ada.get(path_of(album)).headers["etag"] == '"1"'
    assert ada.get(ALBUMS).json()["total"] == 1


def test_a_change_touches_only_the_fields_given(ada: Curator) -> None:
    image = ada.image()
    album = ada.album(description="Old")

    covered = ada.patch(path_of(album), {"coverImageId": image["id"]}, tag='"1"')
    cleared = ada.patch(path_of(album), {"coverImageId": None, "description": None})
    stale = ada.patch(path_of(album), {"title": "x"}, tag='"1"')

    assert (covered.data["description"], covered.data["coverImageUrl"]) == ("Old", image["imageUrl"])
    assert (cleared.data["coverImageId"], cleared.data["description"], cleared.headers["etag"]) == (None, None, '"3"')
    assert stale.status == 412
    assert latest_versions("album", ada.user) == {album["id"]: 3}


def test_someone_elses_image_is_no_cover(ada: Curator, ben: Curator, client: Any) -> None:
    secret, album = ben.image("Secret"), ada.album()

    answers = [
        client.post(ALBUMS, as_user=ada.user, json={"title": "x", "coverImageId": secret["id"]}),
        ada.patch(path_of(album), {"coverImageId": secret["id"]}),
    ]

    assert [answer.status for answer in answers] == [403, 403]
    assert all(b"Secret" not in answer.body for answer in answers)


def test_a_stranger_can_neither_see_nor_change_an_album(ada: Curator, ben: Curator) -> None:
    path = path_of(ada.album("Secret"))

    answers = [ben.get(path), ben.patch(path, {"title": "Mine"}), ben.delete(path)]

    assert [answer.status for answer in answers] == [403, 403, 403]
    assert all(b"Secret" not in answer.body for answer in answers)
    assert ada.get(path).data["title"] == "Secret"


def test_an_album_that_is_not_there_is_404(ada: Curator) -> None:
    path = f"{ALBUMS}/{uuid.uuid4()}"

    assert [ada.get(path).status, ada.patch(path, {}).status, ada.delete(path).status] == [404, 404, 404]


def test_the_images_of_a_deleted_album_stay_outside_with_a_new_version(ada: Curator) -> None:
    album = ada.album()
    image = ada.image("Inside", albumId=album["id"])
    other = ada.image("Outside")

    stale = ada.delete(path_of(album), tag='"2"')
    answer = ada.delete(path_of(album), tag='"1"')

    left = ada.get(f"/api/images/{image['id']}")
    assert (stale.status, answer.status, answer.body) == (412, 204, b"")
    assert ada.get(path_of(album)).status == 404
    assert (left.data["albumId"], left.headers["etag"]) == (None, '"2"')
    assert left.data["lastUpdatedAt"] > image["lastUpdatedAt"]
    assert latest_versions("image", ada.user) == {image["id"]: 2, other["id"]: 1}
    assert latest_versions("album", ada.user) == {album["id"]: 2}


def test_a_repeated_keyed_album_is_made_once(ada: Curator, client: Any) -> None:
    call: dict[str, Any] = {"as_user": ada.user, "json": {"title": "Once"}, "headers": {"idempotency-key": "k"}}

    first, again = client.post(ALBUMS, **call), client.post(ALBUMS, **call)

    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert ada.get(ALBUMS).json()["total"] == 1


def test_anyone_may_flag_an_image_once_and_sees_nothing_of_it(ada: Curator, ben: Curator, client: Any) -> None:
    image = ada.image("Secret")
    body = {"imageId": image["id"], "reason": " not a MOC "}

    first, again = (client.post("/api/flag", as_user=ben.user, json=body) for _ in range(2))
    own = client.post("/api/flag", as_user=ada.user, json={"imageId": image["id"]})

    flag = first.data
    assert (first.status, first.headers["etag"], again.status, own.status) == (201, '"1"', 409, 201)
    assert set(flag) == {"id", "imageId", "userId", "reason", "createdAt", "lastUpdatedAt"}
    assert (flag["imageId"], flag["userId"], flag["reason"]) == (image["id"], ben.user, "not a MOC")
    assert own.data["reason"] is None
    assert b"Secret" not in first.body + again.body
    assert ada.get(f"/api/images/{image['id']}").data["flagged"] is False


def test_a_flag_needs_an_image_that_is_there(ada: Curator, client: Any) -> None:
    missing = client.post("/api/flag", as_user=ada.user, json={"imageId": str(uuid.uuid4())})
    malformed = client.post("/api/flag", as_user=ada.user, json={"imageId": "x", "reason": "x" * 501})

    assert missing.status == 404
    assert [detail["field"] for detail in malformed.error["details"]] == ["imageId", "reason"]
