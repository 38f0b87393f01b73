"""Keeping gallery images: listing, searching, changing, and nobody else's in sight."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from integration.curator import Curator, latest_versions
from integration.uploading import fetch, png

pytest_plugins = ["integration.gallery_fixtures"]

IMAGES = "/api/images"


def path_of(image: dict[str, Any]) -> str:
    return f"{IMAGES}/{image['id']}"


def test_a_stored_image_has_every_field_and_both_pictures_can_be_fetched(ada: Curator) -> None:
    answer = ada.send(png(900, 600), title=" 221B at night ", tags=["night", "lights", "night"], description="")

    image = answer.data
    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == path_of(image)
    assert set(image) == {
        "id", "userId", "title", "description", "tags", "imageUrl", "thumbnailUrl", "albumId", "flagged", "createdAt",
        "lastUpdatedAt",
    }  # fmt: skip
    assert (image["title"], image["tags"], image["description"]) == ("221B at night", ["night", "lights"], None)
    assert (image["userId"], image["albumId"], image["flagged"]) == (ada.user, None, False)
    for url, place in ((image["imageUrl"], ""), (image["thumbnailUrl"], "thumbnails/")):
        status, data, headers = fetch(url)
        assert f"/images/{ada.user}/{place}{image['id']}.webp?" in url
        assert (status, data[8:12], headers["content-type"]) == (200, b"WEBP", "image/webp")
        assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert ada.get(path_of(image)).data["title"] == "221B at night"
    assert latest_versions("image", ada.user) == {image["id"]: 1}


def test_the_list_shows_images_outside_albums_newest_first(ada: Curator, ben: Curator) -> None:
    album = ada.album()["id"]
    for title in ("One", "Two", "Three"):
        ada.image(title)
    ada.image("Inside", albumId=album)
    ben.image("Someone else's")

    outside = ada.titles(IMAGES)
    inside = ada.titles(IMAGES, albumId=album)
    everything = ada.titles(IMAGES, albumId="all")

    assert outside == ["Three", "Two", "One"]
    assert inside == ["Inside"]
    assert everything == ["Inside", "Three", "Two", "One"]


def test_lists_come_in_pages_and_a_page_past_the_end_still_counts(ada: Curator) -> None:
    for title in ("One", "Two", "Three"):
        ada.image(title)

    second = ada.get(IMAGES, page=2, limit=2)
    past = ada.get(IMAGES, page=9, limit=2).json()
    found = ada.get(IMAGES, page=9, limit=2, search="three").json()

    assert [image["title"] for image in second.json()["data"]] == ["One"]
    assert (second.json()["total"], second.json()["page"], second.json()["limit"]) == (3, 2, 2)
    assert (past["data"], past["total"]) == ([], 3)
    assert (found["data"], found["total"]) == ([], 1)
    assert ada.get(IMAGES, page=10_000, limit=100, search="three").json()["data"] == []


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"page": 0}, "page"),
        ({"limit": 101}, "limit"),
        ({"albumId": "some"}, "albumId"),
        ({"search": "x" * 201}, "search"),
    ],
)
def test_a_parameter_out_of_its_rules_is_named(ada: Curator, params: dict[str, Any], field: str) -> None:
    answer = ada.get(IMAGES, **params)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])


def test_an_album_in_the_list_must_be_there_and_the_callers(ada: Curator, ben: Curator) -> None:
    album = ada.album()["id"]

    answers = [ben.get(IMAGES, albumId=album), ben.get(IMAGES, albumId=str(uuid.uuid4()))]

    assert [answer.status for answer in answers] == [403, 404]


def test_search_forgives_typos_accents_and_case_and_weighs_titles_over_tags_over_descriptions(
    ada: Curator, ben: Curator
) -> None:
    ada.image("Château at dawn")
    ada.image("Dawn", tags=["chateau"])
    ada.image("Morning", description="The chateau far away")
    ada.image("Tower")
    ben.image("Château")

    exact = ada.get(f"{IMAGES}/search", search="CHATEAU").json()
    typo = sorted(ada.titles(IMAGES, search="chatea"))

    assert [image["title"] for image in exact["data"]] == ["Château at dawn", "Dawn", "Morning"]
    assert exact["total"] == 3
    scores = [image["score"] for image in exact["data"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    assert typo == ["Château at dawn", "Dawn", "Morning"]


def test_search_covers_every_image_unless_an_album_is_named(ada: Curator) -> None:
    album = ada.album()["id"]
    ada.image("Castle outside")
    ada.image("Castle inside", albumId=album)

    assert sorted(ada.titles(IMAGES, search="castle")) == ["Castle inside", "Castle outside"]
    assert ada.titles(f"{IMAGES}/search", search="castle", albumId=album) == ["Castle inside"]


def test_the_search_alias_needs_words(ada: Curator) -> None:
    ada.image()

    assert ada.get(f"{IMAGES}/search").status == 400
    assert ada.get(f"{IMAGES}/search", search=" ").status == 400
    assert ada.titles(IMAGES, search=" ") == ["Night"]
    assert ada.titles(f"{IMAGES}/search", search="?!") == []


def test_a_change_touches_only_the_fields_given_and_grows_the_version(ada: Curator) -> None:
    image = ada.image(description="Old", tags=["a"])

    answer = ada.patch(path_of(image), {"description": None, "tags": ["b"]})
    nothing = ada.patch(path_of(image), {})

    changed = {**image, "description": None, "tags": ["b"]}
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert {**answer.data, "lastUpdatedAt": ""} == {**changed, "lastUpdatedAt": ""}
    assert (nothing.status, nothing.headers["etag"]) == (200, '"3"')
    assert image["lastUpdatedAt"] < answer.data["lastUpdatedAt"] < nothing.data["lastUpdatedAt"]
    assert latest_versions("image", ada.user) == {image["id"]: 3}


def test_an_image_moves_into_an_album_and_out_again(ada: Curator) -> None:
    image, album = ada.image(), ada.album()["id"]

    moved = ada.patch(path_of(image), {"albumId": album})
    count = ada.get(f"/api/albums/{album}").data["imageCount"]
    taken_out = ada.patch(path_of(image), {"albumId": None})

    assert (moved.data["albumId"], count, taken_out.data["albumId"]) == (album, 1, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"tags": None}, "tags"),
        ({"tags": ["x", " "]}, "tags[1]"),
        ({"description": "x" * 2001}, "description"),
        ({"albumId": "x"}, "albumId"),
        ({"albumId": str(uuid.uuid4())}, "albumId"),
        ({"flagged": True}, "flagged"),
    ],
)
def test_a_change_out_of_the_rules_changes_nothing(ada: Curator, change: dict[str, Any], field: str) -> None:
    image = ada.image()

    answer = ada.patch(path_of(image), change)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])
    assert ada.get(path_of(image)).headers["etag"] == '"1"'


def test_an_image_cannot_go_into_someone_elses_album(ada: Curator, ben: Curator) -> None:
    image, album = ada.image(), ben.album("Secret")["id"]

    answer = ada.patch(path_of(image), {"albumId": album})

    assert answer.status == 403
    assert b"Secret" not in answer.body
    assert ben.get(f"/api/albums/{album}").data["imageCount"] == 0


def test_a_stranger_can_neither_see_nor_change_an_image(ada: Curator, ben: Curator) -> None:
    image = ada.image("Secret")
    path = path_of(image)

    answers = [ben.get(path), ben.patch(path, {"title": "Mine"}), ben.delete(path)]

    assert [answer.status for answer in answers] == [403, 403, 403]
    assert all(b"Secret" not in answer.body for answer in answers)
    assert ada.get(path).data["title"] == "Secret"


def test_what_is_not_there_is_404(ada: Curator) -> None:
    path = f"{IMAGES}/{uuid.uuid4()}"

    assert [ada.get(path).status, ada.patch(path, {}).status, ada.delete(path).status] == [404, 404, 404]


def test_a_stale_if_match_changes_nothing(ada: Curator) -> None:
    image = ada.image()
    ada.patch(path_of(image), {"title": "One"})

    answers = [ada.patch(path_of(image), {"title": "Two"}, tag='"1"'), ada.delete(path_of(image), tag='"1"')]
    current = ada.patch(path_of(image), {"title": "Three"}, tag='"1", "2"')

    assert [answer.status for answer in answers] == [412, 412]
    assert (current.status, current.data["title"]) == (200, "Three")
