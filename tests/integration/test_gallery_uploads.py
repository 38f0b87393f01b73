"""Sending an image to the gallery in the request itself: what is taken, what is refused, and in which order."""

from __future__ import annotations

import uuid

import pytest
import pyvips

from integration.curator import Curator
from integration.uploading import fetch, png
from mocshelf.runtime import database
from mocshelf.testing import Client
from unit.runtime.photos import BLUE, HEIC, PLACE, RED, animation, halves, phone_jpeg, pixel, webp_chunks

pytest_plugins = ["integration.gallery_fixtures"]

FLOOD = png(1, 1).replace(b"\x00\x00\x00\x01\x00\x00\x00\x01", (24_000).to_bytes(4, "big") * 2)
JPEG = halves(64, 48).jpegsave_buffer()


def test_a_photo_from_a_phone_is_upright_and_its_place_is_gone(ada: Curator) -> None:
    image = ada.send(phone_jpeg(3000, 2000), "IMG_2041.JPG", title="Castle").data

    stored, thumbnail = fetch(image["imageUrl"])[1], fetch(image["thumbnailUrl"])[1]
    sizes = [
        (one.width, one.height) for one in (pyvips.Image.new_from_buffer(data, "") for data in (stored, thumbnail))
    ]
    assert sizes == [(2000, 3000), (400, 600)]
    for data in (stored, thumbnail):
        assert webp_chunks(data) == [b"VP8 "]
        assert PLACE not in data
        assert abs(pixel(data, 0.5, 0.1)[0] - RED[0]) < 10
        assert abs(pixel(data, 0.5, 0.9)[2] - BLUE[2]) < 10


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.heic", HEIC),
        ("a.webp", animation(".webp")),
        ("a.avif", halves(64, 48).heifsave_buffer(compression="av1")),
        ("a.png", png(1, 65_000)),
        ("a.jpg", halves(64, 48).icc_transform("cmyk", input_profile="srgb").jpegsave_buffer()),
    ],
    ids=["heic", "animated-webp", "avif", "1-by-65000", "cmyk"],
)
def test_every_kind_of_picture_people_have_is_taken(ada: Curator, name: str, data: bytes) -> None:
    answer = ada.send(data, name, title="Any")

    assert answer.status == 201, answer.body
    assert fetch(answer.data["imageUrl"])[1][8:12] == b"WEBP"


def test_the_row_keeps_size_and_checksum_of_what_was_sent_and_the_size_of_what_is_shown(ada: Curator) -> None:
    import hashlib

    data = phone_jpeg(3000, 2000)
    image = ada.send(data, "a.jpg", title="Castle").data

    with database.reading() as conn:
        row = database.fetch_one(
            conn,
            "select width, height, size_bytes, sha256 from gallery_images where id = %(id)s",
            {"id": image["id"]},
        )
    assert row is not None
    assert (row["width"], row["height"], row["size_bytes"]) == (2000, 3000, len(data))
    assert bytes(row["sha256"]) == hashlib.sha256(data).digest()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.gif", animation(".gif"), "VALIDATION_ERROR"),
        ("a.png", JPEG, "VALIDATION_ERROR"),
        ("a.jpg", b"<svg onload='alert(1)'/>", "VALIDATION_ERROR"),
        ("a.svg", b"<svg/>", "VALIDATION_ERROR"),
        ("../a.jpg", JPEG, "VALIDATION_ERROR"),
        ("a.jpg", b"", "VALIDATION_ERROR"),
        ("a.png", FLOOD, "FILE_ERROR"),
        ("a.jpg", JPEG[: len(JPEG) // 2], "FILE_ERROR"),
        ("a.png", png(64, 64)[:-30], "FILE_ERROR"),
        ("a.heic", HEIC[:500], "FILE_ERROR"),
    ],
    ids=["gif", "wrong-extension", "text", "svg", "path", "zero-bytes", "flood", "cut-jpeg", "cut-png", "cut-heic"],
)
def test_a_hostile_or_damaged_file_is_refused_and_nothing_is_stored(
    ada: Curator, name: str, data: bytes, code: str
) -> None:
    answer = ada.send(data, name, title="Bad")

    assert (answer.status, answer.error["code"]) == (400, code)
    assert ada.get("/api/images").json()["total"] == 0


def test_a_second_format_behind_a_picture_does_not_survive(ada: Curator) -> None:
    script = b"<script>alert(document.cookie)</script>"
    comment = b"\xff\xfe" + (len(script) + 2).to_bytes(2, "big") + script

    answer = ada.send(JPEG[:2] + comment + JPEG[2:], "a.jpg", title="Two in one")

    assert answer.status == 201
    assert script not in fetch(answer.data["imageUrl"])[1]


def test_every_field_out_of_its_rules_is_named_before_the_file_is_looked_at(ada: Curator) -> None:
    answer = ada.send(b"nonsense", title=" ", tags="night", description="x" * 2001, albumId="mine")

    fields = {detail["field"] for detail in answer.error["details"]}
    assert (answer.status, fields) == (400, {"title", "tags", "description", "albumId"})


@pytest.mark.parametrize("tags", ["night, lights", '{"a": 1}', '[["a"]]', "[1]", '["' + "x" * 51 + '"]', "[" * 5000])
def test_tags_are_a_json_array_of_texts(ada: Curator, tags: str) -> None:
    answer = ada.send(png(), title="x", tags=tags)

    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert answer.error["details"][0]["field"].startswith("tags")


def test_blank_fields_are_as_if_absent_and_unknown_ones_are_ignored(ada: Curator) -> None:
    image = ada.image(tags=" ", albumId="", colour="red")

    assert (image["tags"], image["albumId"]) == ([], None)


def test_the_album_must_be_there_and_the_callers(ada: Curator, ben: Curator) -> None:
    secret = ben.album("Secret")["id"]

    unknown = ada.send(png(), title="x", albumId=str(uuid.uuid4()))
    foreign = ada.send(png(), title="x", albumId=secret)
    foreign_and_damaged = ada.send(png()[:40], title="x", albumId=secret)

    assert (unknown.status, unknown.error["details"][0]["field"]) == (400, "albumId")
    assert foreign.status == 403
    assert b"Secret" not in foreign.body
    assert foreign_and_damaged.status == 400
    assert promised(f"images/{ada.user}/%") == []


@pytest.mark.parametrize("count", [0, 2])
def test_the_request_has_exactly_one_file(client: Client, alice: str, count: int) -> None:
    files = [("image", "a.png", "image/png", png())] * count

    answer = client.post("/api/images", as_user=alice, files=files, fields={"title": "x"})

    assert (answer.status, answer.error["code"]) == (400, "BAD_REQUEST")


def test_other_bodies_are_415_and_bodies_over_the_limit_413(client: Client, alice: str, ada: Curator) -> None:
    json_body = client.post("/api/images", as_user=alice, json={"title": "x"})
    too_large = ada.send(bytes(4_500_001), title="x")

    assert (json_body.status, too_large.status) == (415, 413)
    assert "POST /api/uploads" in too_large.error["message"]


def test_a_repeated_keyed_upload_stores_one_image(ada: Curator) -> None:
    headers = {"idempotency-key": "once"}

    first, again = (ada.send(png(), title="Once", headers=headers) for _ in range(2))
    other = ada.send(png(9, 9), title="Once", headers=headers)

    assert [first.status, again.status, other.status] == [201, 201, 409]
    assert (first.body, first.headers["etag"]) == (again.body, again.headers["etag"])
    assert again.headers["idempotent-replayed"] == "true"
    assert ada.get("/api/images").json()["total"] == 1


def test_the_objects_of_a_stored_image_are_promised_to_no_deletion(ada: Curator) -> None:
    ada.image()

    assert promised(f"images/{ada.user}/%") == []


def promised(pattern: str) -> list[str]:
    """The keys like this one that the sweep would delete unless a row refers to them."""
    with database.reading() as conn:
        rows = database.fetch_all(
            conn, "select object_key from object_deletions where object_key like %(like)s", {"like": pattern}
        )
    return [row["object_key"] for row in rows]
