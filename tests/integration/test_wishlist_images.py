"""The one image of a wishlist item: set, replaced, dropped, and never in a state between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from integration.pictures import HOSTILE, change, deletions, send_picture, size_of
from integration.uploading import fetch, png
from mocshelf.intake import objects
from mocshelf.runtime import database
from mocshelf.runtime.errors import Conflict
from mocshelf.runtime.resources import resources
from mocshelf.testing import Client, Reply
from mocshelf.wishlist import service

Send = Callable[..., Reply]


@pytest.fixture
def item(client: Client, alice: str) -> str:
    """An item of Alice's without an image."""
    return str(client.post("/api/wishlist", as_user=alice, json={"title": "Jazz Club"}).data["id"])


@pytest.fixture
def key(alice: str, item: str) -> str:
    return f"wishlist/{alice}/{item}.webp"


@pytest.fixture
def send(client: Client, alice: str, item: str) -> Send:
    """Sends an image to the item."""

    def sent(data: bytes, name: str = "a.png", owner: str = alice, **call: Any) -> Reply:
        return send_picture(client, f"/api/wishlist/{item}/image", owner, data, name, **call)

    return sent


@pytest.fixture
def shown(client: Client, alice: str, item: str) -> Callable[[], Any]:
    """The item as it now is."""
    return lambda: client.get(f"/api/wishlist/{item}", as_user=alice).data


@pytest.fixture
def there(s3: Any, stack: Any, key: str) -> Callable[[], bool]:
    """Whether S3 has the image's object."""
    return lambda: "Contents" in s3.list_objects_v2(Bucket=stack.endpoints.bucket, Prefix=key)


@pytest.fixture
def sweep(handlers: dict[str, Callable[[Any, Any], Any]]) -> Callable[[], Any]:
    return lambda: handlers["sweep"]({}, None)


@pytest.fixture
def other_connection(stack: Any) -> Iterator[database.Connection]:
    """A function beside this one."""
    conn = database.connect(resources.database)
    yield conn
    conn.close()


def test_an_image_is_shown_with_its_size_at_the_items_own_key(
    client: Client, send: Send, shown: Any, alice: str, key: str
) -> None:
    answer = send(png(1000, 500))

    image = answer.data
    status, _, headers = fetch(image["imageUrl"])
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert (image["imageWidth"], image["imageHeight"]) == size_of(image["imageUrl"]) == (800, 400)
    assert image["imageUrl"].partition("?")[0].endswith(key)
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/webp", "private, no-cache")
    assert shown() == image
    assert client.get("/api/wishlist", as_user=alice).json()["data"] == [image]
    assert deletions(key) == []


def test_small_images_are_not_enlarged_and_long_ones_fit(send: Send) -> None:
    small, long = send(png(20, 10)).data, send(png(100, 6400)).data

    assert (small["imageWidth"], small["imageHeight"]) == (20, 10)
    assert (long["imageWidth"], long["imageHeight"]) == (50, 3200)


def test_a_new_image_takes_the_place_of_the_one_before(send: Send, shown: Any, key: str, sweep: Any) -> None:
    first = send(png(8, 6)).data

    second = send(png(12, 9)).data
    sweep()

    assert second["imageUrl"].partition("?")[0] == first["imageUrl"].partition("?")[0]
    assert size_of(shown()["imageUrl"]) == (second["imageWidth"], second["imageHeight"]) == (12, 9)
    assert deletions(key) == []


@pytest.mark.parametrize(("name", "data", "status", "code"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_refused_image_leaves_the_one_before(
    send: Send, shown: Any, key: str, name: str, data: bytes, status: int, code: str
) -> None:
    before = send(png(8, 6)).data
    bytes_before = fetch(before["imageUrl"])[1]

    answer = send(data, name)

    assert (answer.status, answer.error["code"]) == (status, code)
    assert shown() == before
    assert fetch(shown()["imageUrl"])[1] == bytes_before
    assert deletions(key) == []


def test_one_file_is_taken_no_more_and_no_less(client: Client, send: Send, alice: str, item: str) -> None:
    path = f"/api/wishlist/{item}/image"
    files = [(f"file{n}", "a.png", "image/png", png()) for n in range(2)]

    answers = [
        client.post(path, as_user=alice, files=files),
        client.post(path, as_user=alice, fields={"title": "x"}),
        client.post(path, as_user=alice, json={"imageUrl": "https://example.com/a.png"}),
        client.post(path, as_user=alice, files=[("file", "a.png", "application/pdf", png())]),
        send(b"x" * 4_500_000),
    ]

    assert [answer.status for answer in answers] == [400, 400, 415, 400, 413]


def test_the_items_403_and_412_come_before_anything_about_the_picture(send: Send, bob: str) -> None:
    stranger = send(b"nonsense", "x.exe", owner=bob)
    stale = send(b"nonsense", "x.exe", headers={"if-match": '"9"'})

    assert [stranger.status, stale.status] == [403, 412]


def test_a_stale_tag_leaves_the_image_before_byte_for_byte(send: Send, shown: Any) -> None:
    before = fetch(send(png(8, 6)).data["imageUrl"])[1]

    stale = send(png(12, 9), headers={"if-match": '"1"'})
    after = fetch(shown()["imageUrl"])[1]
    current = send(png(12, 9), headers={"if-match": '"7", "2"'})

    assert (stale.status, after) == (412, before)
    assert (current.status, current.headers["etag"]) == (200, '"3"')
    assert shown()["imageWidth"] == 12


def test_an_item_changed_between_check_and_transaction_keeps_its_image(
    client: Client, send: Send, shown: Any, alice: str, item: str
) -> None:
    before = fetch(send(png(8, 6)).data["imageUrl"])[1]
    picture = service.new_picture(alice, UUID(item), png(12, 9), "a.png")
    objects.write([picture.object])
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={"title": "Second"})

    after = fetch(shown()["imageUrl"])[1]

    assert after == before


@pytest.mark.parametrize("address", ["https://example.com/jazz.png", None, ""])
def test_an_address_or_nothing_drops_the_image_and_the_sweep_deletes_it(
    client: Client, send: Send, there: Any, sweep: Any, alice: str, item: str, address: str | None
) -> None:
    send(png())

    answer = client.patch(f"/api/wishlist/{item}", as_user=alice, json={"imageUrl": address})
    before = there()
    sweep()

    image = answer.data
    assert (image["imageUrl"], image["imageWidth"], image["imageHeight"]) == (address or None, None, None)
    assert (before, there()) == (True, False)


def test_an_image_takes_the_place_of_an_address(client: Client, send: Send, alice: str, item: str) -> None:
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={"imageUrl": "https://example.com/jazz.png"})

    assert f"{item}.webp?" in send(png()).data["imageUrl"]


def test_other_changes_keep_the_image(
    client: Client, send: Send, there: Any, sweep: Any, alice: str, item: str
) -> None:
    before = send(png()).data

    answer = client.patch(f"/api/wishlist/{item}", as_user=alice, json={"title": "Second"})
    sweep()

    assert [answer.data[name] for name in ("imageUrl", "imageWidth")] == [before["imageUrl"], 8]
    assert there()


def test_a_deleted_items_image_is_gone_after_the_sweep(
    client: Client, send: Send, there: Any, sweep: Any, alice: str, item: str
) -> None:
    send(png())

    client.delete(f"/api/wishlist/{item}", as_user=alice)
    sweep()

    assert not there()


def test_a_new_image_takes_a_pending_deletion_of_its_key_back(
    client: Client, send: Send, shown: Any, there: Any, sweep: Any, alice: str, item: str, key: str
) -> None:
    send(png(8, 6))
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={"imageUrl": None})

    send(png(12, 9))
    pending = deletions(key)
    sweep()

    assert pending == []
    assert there()
    assert size_of(shown()["imageUrl"]) == (12, 9)


def test_a_deletion_queued_while_a_new_image_is_made_is_taken_back_too(
    client: Client, send: Send, there: Any, sweep: Any, alice: str, item: str, key: str
) -> None:
    send(png(8, 6))
    picture = service.new_picture(alice, UUID(item), png(12, 9), "a.png")
    objects.write([picture.object])
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={"imageUrl": None})

    database.run(lambda conn: service.set_image(conn, alice, UUID(item), picture))
    sweep()

    assert deletions(key) == []
    assert there()


def test_an_image_whose_promise_the_sweep_has_kept_is_not_set(
    client: Client, send: Send, shown: Any, there: Any, sweep: Any, alice: str, item: str
) -> None:
    send(png(8, 6))
    picture = service.new_picture(alice, UUID(item), png(12, 9), "a.png")
    objects.write([picture.object])
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={"imageUrl": None})
    sweep()

    with pytest.raises(Conflict):
        database.run(lambda conn: service.set_image(conn, alice, UUID(item), picture))

    assert shown()["imageUrl"] is None
    assert not there()


def test_an_image_in_use_survives_the_promise_of_a_replacement_that_never_came(
    send: Send, there: Any, sweep: Any, alice: str, item: str, key: str
) -> None:
    send(png(8, 6))
    objects.write([service.new_picture(alice, UUID(item), png(12, 9), "a.png").object])

    change("update object_deletions set due_at = now() where object_key = %(key)s", key=key)
    sweep()

    assert there()
    assert deletions(key) == []


def test_of_two_images_at_once_bytes_and_size_belong_together(
    shown: Any, alice: str, item: str, other_connection: database.Connection
) -> None:
    wide, tall = (service.new_picture(alice, UUID(item), png(*size), "a.png") for size in ((16, 4), (4, 16)))
    objects.write([wide.object])
    objects.write([tall.object])
    written = threading.Event()
    order: list[str] = []

    def other() -> None:
        written.wait(5)
        service.set_image(other_connection, alice, UUID(item), tall)
        other_connection.commit()
        order.append("tall")

    thread = threading.Thread(target=other)
    thread.start()
    with database.transaction() as conn:
        service.set_image(conn, alice, UUID(item), wide)
        written.set()
        # The other one is given time to overtake, which only the held row keeps it from.
        thread.join(0.5)
        order.append("wide")
    thread.join()

    image = shown()
    assert order == ["wide", "tall"]
    assert size_of(image["imageUrl"]) == (image["imageWidth"], image["imageHeight"]) == (4, 16)


def test_when_storage_is_away_nothing_changes(send: Send, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = send(png(8, 6)).data

    # The embedded storage cannot be stopped for one test, so this one's writes go where nobody listens.
    with monkeypatch.context() as patch:
        patch.setattr(objects, "storage", unreachable_storage())
        answer = send(png(12, 9))

    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert shown() == before
    assert size_of(shown()["imageUrl"]) == (8, 6)


def unreachable_storage() -> Any:
    from obstore.store import S3Store

    from mocshelf.runtime.storage import Storage

    storage = Storage()
    storage.__dict__["_store"] = S3Store(
        "nowhere",
        region="eu-central-1",
        endpoint="http://127.0.0.1:1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    return storage
