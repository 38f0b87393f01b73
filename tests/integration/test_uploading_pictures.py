"""Gallery images, wishlist images and avatars through upload sessions."""

from __future__ import annotations

from typing import Any

import pytest

from integration.uploading import PDF, Sender, fetch, png, send
from mocshelf.testing import Client, Reply

PHOTO: dict[str, Any] = {"name": "night.png", "contentType": "image/png"}


def open_session(client: Client, owner: str, purpose: str, *files: dict[str, Any], **target: str) -> Reply:
    return client.post("/api/uploads", as_user=owner, json={"purpose": purpose, "files": list(files), **target})


def upload(sender: Sender, owner: str, purpose: str, data: bytes, options: dict[str, Any], **target: str) -> Any:
    """One picture through a session, all the way; its file as the session shows it then."""
    file = {**PHOTO, "size": len(data), **options}
    opened = open_session(sender.client, owner, purpose, file, **target)
    assert opened.status == 201, opened.body
    assert send(opened.data["files"][0], data)[0] == 204
    sender.drain()
    session = sender.session(owner, opened.data["id"])
    assert session["status"] == "finished"
    return session["files"][0]


@pytest.fixture
def item(client: Client, alice: str) -> str:
    return str(client.post("/api/wishlist", as_user=alice, json={"title": "Jazz Club"}).data["id"])


@pytest.fixture
def album(client: Client, alice: str) -> str:
    return str(client.post("/api/albums", as_user=alice, json={"title": "Street"}).data["id"])


def test_a_gallery_image_arrives_with_its_words_and_in_its_album(
    sender: Sender, client: Client, alice: str, album: str
) -> None:
    words = {"title": "221B at night", "description": "lit", "tags": ["night"]}

    file = upload(sender, alice, "gallery-image", png(3000, 30), words, albumId=album)

    image = client.get(f"/api/images/{file['resource']['id']}", as_user=alice).data
    assert (file["status"], file["resource"]["type"]) == ("ready", "image")
    assert (image["title"], image["description"], image["tags"]) == ("221B at night", "lit", ["night"])
    assert image["albumId"] == album
    assert fetch(image["imageUrl"])[1][8:12] == fetch(image["thumbnailUrl"])[1][8:12] == b"WEBP"


def test_an_image_is_named_after_its_file_and_survives_its_album(
    sender: Sender, client: Client, alice: str, album: str
) -> None:
    data = png()
    opened = open_session(client, alice, "gallery-image", {**PHOTO, "size": len(data)}, albumId=album).data
    client.delete(f"/api/albums/{album}", as_user=alice)

    send(opened["files"][0], data)
    sender.drain()

    images = client.get("/api/images", as_user=alice).json()["data"]
    assert [(image["title"], image["albumId"]) for image in images] == [("night", None)]


def test_a_wishlist_image_replaces_the_one_before(sender: Sender, client: Client, alice: str, item: str) -> None:
    upload(sender, alice, "wishlist-image", png(8, 6), {}, itemId=item)

    file = upload(sender, alice, "wishlist-image", png(20, 10), {}, itemId=item)

    shown = client.get(f"/api/wishlist/{item}", as_user=alice).data
    assert file["resource"] == {"type": "wishlist-item", "id": item}
    assert (shown["imageWidth"], shown["imageHeight"]) == (20, 10)
    assert fetch(shown["imageUrl"])[2]["cache-control"] == "private, no-cache"


def test_an_item_deleted_meanwhile_takes_its_upload_along(
    sender: Sender, client: Client, alice: str, item: str
) -> None:
    data = png()
    opened = open_session(client, alice, "wishlist-image", {**PHOTO, "size": len(data)}, itemId=item).data
    send(opened["files"][0], data)
    client.delete(f"/api/wishlist/{item}", as_user=alice)

    sender.drain()

    assert client.get(f"/api/uploads/{opened['id']}", as_user=alice).status == 404


def test_an_avatar_is_a_square_of_the_users_own(sender: Sender, alice: str, s3: Any, stack: Any) -> None:
    file = upload(sender, alice, "avatar", png(40, 20), {})

    stored = s3.get_object(Bucket=stack.endpoints.bucket, Key=f"avatars/{alice}/avatar.webp")
    assert file["resource"] == {"type": "user", "id": alice}
    assert stored["Body"].read()[8:12] == b"WEBP"
    assert stored["CacheControl"] == "private, no-cache"


@pytest.mark.parametrize("purpose", ["gallery-image", "avatar"])
def test_a_picture_that_is_none_leaves_everything_as_it_was(
    sender: Sender, client: Client, alice: str, purpose: str
) -> None:
    file = upload(sender, alice, purpose, PDF, {})

    assert (file["status"], file["reason"]["code"]) == ("rejected", "TYPE_MISMATCH")
    assert client.get("/api/images", as_user=alice, params={"albumId": "all"}).json()["total"] == 0


def test_the_target_must_be_there_and_the_callers(
    client: Client, alice: str, bob: str, item: str, album: str
) -> None:
    file = {**PHOTO, "size": 9}
    unknown = "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"

    statuses = [
        open_session(client, bob, "wishlist-image", file, itemId=item).status,
        open_session(client, bob, "gallery-image", file, albumId=album).status,
        open_session(client, alice, "wishlist-image", file, itemId=unknown).status,
        open_session(client, alice, "gallery-image", file, albumId=unknown).status,
        open_session(client, alice, "moc-file", file, mocId=unknown, itemId=item).status,
    ]

    assert statuses == [403, 403, 404, 404, 400]
