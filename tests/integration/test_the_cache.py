"""Cached answers: the same as uncached ones, never stale for their writer, and there without a cache too."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from integration.uploading import Sender, png
from mocshelf.runtime import cache
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.resources import Cache, resources
from mocshelf.testing import Client, Reply
from mocshelf_tools.stack.stack import Stack

LINK = "MOCSHELF_CACHE"


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has not spoken to the cache yet."""
    monkeypatch.setattr(cache, "_state", cache._State())
    monkeypatch.setattr(cache, "breaker", Breaker("cache"))


@pytest.fixture
def relinked(monkeypatch: pytest.MonkeyPatch, stack: Stack, fresh: None) -> Callable[[int], None]:
    """Links this process to a cache at another port."""

    def relink(port: int) -> None:
        monkeypatch.setenv(LINK, json.dumps({"host": "127.0.0.1", "port": port, "tls": False}))
        monkeypatch.setitem(resources.__dict__, "cache", Cache("127.0.0.1", port, tls=False))

    return relink


@contextlib.contextmanager
def server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that treats each connection in one way; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                taken.append(connection)
                threading.Thread(target=behave, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()
    for connection in taken:
        connection.close()


def hang(_connection: socket.socket) -> None:
    time.sleep(5)


def chatter(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            connection.sendall(b"hello\r\n!?\r\n")


def refuse(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            connection.sendall(b"-OOM command not allowed\r\n" * 2)


def read(client: Client, path: str, user: str) -> Reply:
    """The answer to a path with its query."""
    place, _, query = path.partition("?")
    return client.get(place, params=dict(parse_qsl(query)), as_user=user)


READS = (
    "/api/mocs",
    "/api/mocs?sort=title&limit=1",
    "/api/mocs?search=castle",
    "/api/mocs/{moc}",
    "/api/mocs/stats/by-category",
    "/api/mocs/stats/uploads-over-time",
    "/api/mocs/{moc}/parts-lists/{list}/parts",
    "/api/user/parts-lists/summary",
    "/api/images",
    "/api/images?search=tower",
    "/api/images?albumId={album}",
    "/api/images/{image}",
    "/api/albums",
    "/api/albums?search=towers",
    "/api/albums/{album}",
    "/api/wishlist",
    "/api/wishlist?search=monorail",
    "/api/wishlist/{item}",
)


@pytest.fixture
def library(client: Client, sender: Sender, alice: str) -> dict[str, str]:
    """One of everything, by the names that READS has."""
    moc = sender.moc(alice, title="Castle")
    parts = [{"partNumber": "3001", "quantity": 4, "colorId": 4, "colorScheme": "rebrickable"}]
    made = client.post(
        f"/api/mocs/{moc}/parts-lists", json={"title": "All", "costEstimate": 12.5, "parts": parts}, as_user=alice
    )
    album = client.post("/api/albums", json={"title": "Towers"}, as_user=alice).json()["data"]["id"]
    image = client.post(
        "/api/images", files=[("file", "t.png", "image/png", png())], fields={"title": "Tower"}, as_user=alice
    ).json()["data"]["id"]
    client.patch(f"/api/images/{image}", json={"albumId": album}, as_user=alice)
    client.post(f"/api/mocs/{moc}/gallery-images", json={"galleryImageId": image}, as_user=alice)
    item = client.post("/api/wishlist", json={"title": "Monorail"}, as_user=alice).json()["data"]["id"]
    return {"moc": moc, "list": made.json()["data"]["id"], "album": album, "image": image, "item": item}


@pytest.mark.parametrize("path", READS)
def test_a_hit_is_the_same_answer_as_a_miss(
    client: Client, library: dict[str, str], alice: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path.format(**library)
    with monkeypatch.context() as without:
        without.delenv(LINK)
        plain = read(client, path, alice)

    miss = read(client, path, alice)
    before = dict(cache._state.counts)
    hit = read(client, path, alice)

    assert cache._state.counts["CacheHits"] > before["CacheHits"]
    assert plain.status == miss.status == hit.status == 200
    assert plain.json()["data"] == miss.json()["data"] == hit.json()["data"]
    assert plain.headers.get("etag") == miss.headers.get("etag") == hit.headers.get("etag")


WRITES: tuple[tuple[str, str, dict[str, Any] | None, tuple[str, ...]], ...] = (
    ("PATCH", "/api/mocs/{moc}", {"title": "Keep"}, ("/api/mocs", "/api/mocs/{moc}")),
    ("DELETE", "/api/mocs/{moc}/parts-lists/{list}", None, ("/api/mocs/{moc}", "/api/user/parts-lists/summary")),
    (
        "PATCH",
        "/api/mocs/{moc}/parts-lists/{list}/status",
        {"built": True},
        ("/api/mocs/{moc}", "/api/user/parts-lists/summary"),
    ),
    ("PATCH", "/api/mocs/{moc}/parts-lists/{list}", {"title": "Some"}, ("/api/mocs/{moc}",)),
    ("PATCH", "/api/images/{image}", {"title": "Keep"}, ("/api/images/{image}", "/api/mocs/{moc}")),
    ("DELETE", "/api/images/{image}", None, ("/api/albums/{album}", "/api/mocs/{moc}")),
    ("PATCH", "/api/albums/{album}", {"title": "Keeps"}, ("/api/albums", "/api/albums/{album}")),
    ("DELETE", "/api/albums/{album}", None, ("/api/albums", "/api/images", "/api/images/{image}")),
    ("PATCH", "/api/wishlist/{item}", {"title": "Train"}, ("/api/wishlist", "/api/wishlist/{item}")),
    ("DELETE", "/api/wishlist/{item}", None, ("/api/wishlist",)),
    (
        "DELETE",
        "/api/mocs/{moc}",
        None,
        ("/api/mocs", "/api/mocs/stats/by-category", "/api/user/parts-lists/summary"),
    ),
)


@pytest.mark.parametrize(("method", "path", "body", "reads"), WRITES, ids=lambda value: str(value)[:60])
def test_whoever_has_written_reads_what_was_written(
    client: Client,
    library: dict[str, str],
    alice: str,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    reads: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads = tuple(one.format(**library) for one in reads)
    old = [read(client, one, alice).json().get("data") for one in reads]

    client.request(method, path.format(**library), json=body, as_user=alice)

    new = [read(client, one, alice).json().get("data") for one in reads]
    with monkeypatch.context() as without:
        without.delenv(LINK)
        true = [read(client, one, alice).json().get("data") for one in reads]
    assert new == true
    assert any(before != after for before, after in zip(old, new, strict=True))


def test_ticking_pieces_off_shows_in_the_moc_at_once(client: Client, library: dict[str, str], alice: str) -> None:
    parts = f"/api/mocs/{library['moc']}/parts-lists/{library['list']}/parts"
    line = client.get(parts, as_user=alice).json()["data"][0]["id"]
    client.get(f"/api/mocs/{library['moc']}", as_user=alice)

    client.patch(parts, json={"parts": [{"id": line, "acquiredQuantity": 3}]}, as_user=alice)

    detail = client.get(f"/api/mocs/{library['moc']}", as_user=alice).json()["data"]
    assert detail["partsLists"][0]["acquiredPartsCount"] == 3
    assert client.get(parts, as_user=alice).json()["data"][0]["acquiredQuantity"] == 3


def test_a_reader_that_a_writer_overtook_leaves_nothing_behind(stack: Stack, alice: str, fresh: None) -> None:
    def overtaken() -> str:
        cache.renew(alice, "mocs")
        return "old"

    cache.kept(alice, "mocs", "thing", 60, overtaken)

    assert cache.kept(alice, "mocs", "thing", 60, lambda: "new") == "new"
    assert cache.kept(alice, "mocs", "thing", 60, lambda: "newer") == "new"


def test_nobody_gets_what_was_kept_for_another(client: Client, library: dict[str, str], alice: str, bob: str) -> None:
    for path in READS:
        read(client, path.format(**library), alice)

    answers = [read(client, path.format(**library), bob) for path in READS]

    assert {answer.status for answer in answers} == {200, 403}
    assert not any(
        library["moc"] in text or "Castle" in text for text in (answer.body.decode() for answer in answers)
    )


def test_a_value_that_is_too_large_is_not_kept(stack: Stack, alice: str, fresh: None) -> None:
    large = "x" * (cache.LARGEST + 1)

    cache.kept(alice, "mocs", "large", 60, lambda: large)

    assert cache.kept(alice, "mocs", "large", 60, lambda: "again") == "again"


@pytest.mark.parametrize("behave", [hang, chatter, refuse])
def test_a_sick_cache_changes_no_answer(
    client: Client,
    library: dict[str, str],
    alice: str,
    behave: Callable[[socket.socket], None],
    relinked: Callable[[int], None],
) -> None:
    with server(behave) as port:
        relinked(port)

        answer = client.get(f"/api/mocs/{library['moc']}", as_user=alice)
        changed = client.patch(f"/api/mocs/{library['moc']}", json={"title": "Keep"}, as_user=alice)
        after = client.get("/api/mocs", as_user=alice)

    assert answer.json()["data"]["title"] == "Castle"
    assert changed.status == 200
    assert after.json()["data"][0]["title"] == "Keep"


def test_a_cache_that_hangs_is_soon_left_alone(alice: str, relinked: Callable[[int], None]) -> None:
    with server(hang) as port:
        relinked(port)
        for _ in range(2):
            cache.kept(alice, "mocs", "thing", 60, lambda: 1)

        start = time.perf_counter()
        values = [cache.kept(alice, "mocs", "thing", 60, lambda: 2) for _ in range(100)]
        took = time.perf_counter() - start

    assert values == [2] * 100
    assert took < 0.05


def test_a_renewal_that_a_hanging_cache_did_not_confirm_reaches_it_when_it_goes_on(
    alice: str, relinked: Callable[[int], None]
) -> None:
    heard: list[bytes] = []
    awake = threading.Event()

    def wake_up_later(connection: socket.socket) -> None:
        awake.wait(5)
        with contextlib.suppress(OSError):
            heard.append(connection.recv(4096))

    with server(wake_up_later) as port:
        relinked(port)
        for _ in range(2):
            cache.kept(alice, "mocs", "thing", 60, lambda: 1)

        confirmed = cache.renew(alice, "mocs", "profile")
        awake.set()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not any(b"gen:profile" in one for one in heard):
            time.sleep(0.01)

    assert not confirmed
    assert any(b"SET" in one and b"gen:mocs" in one and b"gen:profile" in one for one in heard)


def test_after_an_outage_nothing_from_before_is_trusted(stack: Stack, alice: str, fresh: None) -> None:
    cache.kept(alice, "mocs", "thing", 60, lambda: "before the outage")
    cache.breaker.failed(OSError())

    assert cache.kept(alice, "mocs", "other", 60, lambda: 1) == 1
    assert cache.kept(alice, "mocs", "thing", 60, lambda: "changed meanwhile") == "changed meanwhile"


def test_a_restarted_cache_is_used_again_without_a_failure(stack: Stack, alice: str, fresh: None) -> None:
    cache.kept(alice, "mocs", "thing", 60, lambda: "kept")
    assert cache._state.valkey is not None
    for connection in cache._state.valkey._connections.values():
        connection._socket.shutdown(socket.SHUT_RDWR)

    found = cache.kept(alice, "mocs", "thing", 60, lambda: "read again")

    assert found == "kept"


def test_entries_of_a_user_share_one_slot_of_a_cluster(alice: str) -> None:
    assert "{" + alice + "}" in cache._generation_key(alice, "mocs")
    assert cache._generation_key(alice, "mocs").startswith(cache._prefix(alice))


def test_the_name_of_a_query_does_not_depend_on_the_order_of_its_fields() -> None:
    one, other = {"page": 1, "limit": 20}, {"limit": 20, "page": 1}

    assert cache.named("list", one) == cache.named("list", other)
    assert cache.named("list", one) != cache.named("list", {"page": 2, "limit": 20})
    assert cache.named("list", one) != cache.named("search", one)
    assert len(cache.named("list", {"albumId": uuid.uuid4()})) == len("list:") + 16
