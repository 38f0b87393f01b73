"""No request and no message leaves anything in its session, nor asks what has RDS Proxy pin it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from integration.described_api import Operation, Shelf, operations
from integration.front_door import Handlers, front_door
from integration.lists import lines, lists_path, written
from integration.people import People, people
from integration.session_state import LONGEST, Watch, left, pins, watching
from integration.test_two_phase_creation import PLANS, finalize, initialize
from integration.uploading import CSV, PDF, Sender, png, send
from mocshelf.parts.inputs import MOST_TICKS
from mocshelf.runtime import database
from mocshelf.testing import Client
from mocshelf_tools.stack.linking import APP_ROLE
from mocshelf_tools.stack.stack import Stack

pytest_plugins = ["integration.search_fixtures"]

__all__ = ["people"]


class FrontDoor(httpx.BaseTransport):
    """Answers as the handlers do, without a network."""

    def __init__(self, client: Client, user: str) -> None:
        self._client, self._user = client, user

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._client.request(
            request.method,
            request.url.path,
            as_user=self._user,
            body=request.read(),
            params=dict(parse_qsl(request.url.query.decode())),
            headers={**request.headers, "idempotency-key": uuid.uuid4().hex},
        )
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


@pytest.fixture(scope="module")
def watch(stack: Stack) -> Iterator[Watch]:
    with watching(stack, APP_ROLE) as made:
        yield made


@pytest.fixture
def client(handlers: Handlers, watch: Watch) -> Client:
    """The front door to handlers that must not leave anything behind."""
    watch.pinned.clear()
    return front_door({name: watch.around(handler) for name, handler in handlers.items()})


@pytest.fixture
def sender(client: Client, sqs: Any, stack: Stack) -> Sender:
    return Sender(client, dict(client.handlers), sqs, stack.endpoints.queue_url)


@pytest.fixture
def shelf(client: Client, people: People) -> Iterator[Shelf]:
    user = people.add(name="Ada")
    with httpx.Client(transport=FrontDoor(client, user), base_url="http://localhost") as http:
        yield Shelf(http, user, "Castle")


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.key)
def test_a_route(operation: Operation, shelf: Shelf, watch: Watch) -> None:
    before = len(watch.statements)

    answer = shelf.client.request(**operation.request(shelf))

    assert answer.status_code < 500, answer.text
    assert len(watch.statements) > before
    assert watch.pinned == []


def test_what_the_examples_of_the_document_cannot_ask_for(shelf: Shelf, watch: Watch) -> None:
    """Orders of things that are there, and files of the right kind."""
    ask = shelf.client.post
    files = {"file": ("picture.png", png(), "image/png")}
    images = [
        shelf.made("/api/images", files=files, data={"title": shelf.title(), "albumId": shelf["albumId"]})
        for _ in range(2)
    ]
    wish = {"id": shelf["itemId"], "sortOrder": "1"}
    moc = f"/api/mocs/{shelf['mocId']}"

    answers = [
        ask(f"/api/albums/{shelf['albumId']}/reorder", json={"imageId": images[0], "after": images[1]}),
        ask("/api/wishlist/reorder", json={"items": [wish]}),
        ask(f"{moc}/gallery-images", json={"galleryImageId": images[0]}),
        ask(f"{moc}/upload-parts-list", files={"file": ("list.csv", CSV, "text/csv")}),
        ask(f"{moc}/files", files={"file": ("plans.pdf", PDF, "application/pdf")}, data={"fileType": "instruction"}),
    ]

    assert [answer.is_success for answer in answers] == [True] * 5, [answer.text for answer in answers]
    assert watch.pinned == []


def test_health_leaves_no_transaction_behind(client: Client, watch: Watch) -> None:
    """It closes its connection, and a pool throws away the server's when that is in the middle of a transaction."""
    watch.statements.clear()

    client.get("/health")

    assert watch.statements == ["select 1 as one"]


def test_what_is_no_route(client: Client, alice: str, watch: Watch) -> None:
    assert client.get("/api/nothing", as_user=alice).status == 404
    assert watch.pinned == []


def test_a_request_that_is_sent_twice_and_one_that_is_refused(client: Client, alice: str, watch: Watch) -> None:
    castle = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 9}
    call = {"as_user": alice, "headers": {"idempotency-key": "k"}}

    answers = [client.post("/api/mocs", json=castle, **call) for _ in range(2)]
    other = client.post("/api/mocs", json={**castle, "title": "Tower"}, **call)
    taken = client.post("/api/mocs", json=castle, as_user=alice)

    assert [answer.status for answer in (*answers, other, taken)] == [201, 201, 409, 409]
    assert watch.pinned == []


def test_an_upload_all_the_way(sender: Sender, alice: str, watch: Watch) -> None:
    moc = sender.moc(alice)

    done = [
        sender.upload(alice, moc, "plans.pdf", PDF, content_type="application/pdf", kind="instruction"),
        sender.upload(alice, moc, "list.csv", CSV, content_type="text/csv", kind="parts-list"),
        sender.upload(alice, moc, "front.png", png(), content_type="image/png", kind="gallery-image"),
    ]

    assert [one["status"] for one in done] == ["finished"] * 3
    assert watch.pinned == []


def test_a_moc_in_two_calls(client: Client, sender: Sender, alice: str, watch: Watch) -> None:
    begun = initialize(client, alice, PLANS)
    send(begun["uploadUrls"][0], PDF)

    answer = finalize(client, sender, alice, begun, True)

    assert answer.status == 200
    assert watch.pinned == []


@pytest.mark.parametrize("name", ["sweep", "profiles", "reindex"])
def test_what_a_schedule_runs(name: str, client: Client, shelf: Shelf, watch: Watch) -> None:
    shelf.forget()
    assert shelf["imageId"]

    client.handlers[name]({"id": "timer"}, None)

    assert watch.pinned == []


def test_the_index_follows(
    engine: str, client: Client, shelf: Shelf, deliver: Callable[..., list[str]], watch: Watch
) -> None:
    assert shelf["mocId"]

    failed = deliver(shelf.user_id)
    found = client.get("/api/mocs", as_user=shelf.user_id, params={"search": "castle"})

    assert (failed, found.status) == ([], 200)
    assert watch.pinned == []


def test_a_reindex_gives_its_connection_back_with_its_lock(engine: str, client: Client, watch: Watch) -> None:
    client.handlers["reindex"]({"entities": ["moc"]}, None)

    assert {reason for _, why in watch.pinned for reason in why} == {"a lock of the session"}
    assert database._connection is None


def test_a_long_statement_is_the_last_of_its_connection(
    sender: Sender, client: Client, alice: str, watch: Watch
) -> None:
    moc = sender.moc(alice)
    many = [{"partNumber": f"{number}", "quantity": 1} for number in range(3001, 3001 + MOST_TICKS)]
    made = written(client, alice, moc, parts=many)["id"]
    ticks = [{"id": line["id"], "acquired": True} for line in lines(client, alice, moc, made, limit=MOST_TICKS)]
    path = f"{lists_path(moc, made)}/parts"

    kept = database._connection
    few = client.patch(path, as_user=alice, json={"parts": ticks[:9]})
    after_few = database._connection
    all_of_them = client.patch(path, as_user=alice, json={"parts": ticks})
    after_all = database._connection

    assert (few.status, all_of_them.status, len(ticks)) == (200, 200, MOST_TICKS)
    assert kept is after_few is not None
    assert {reason for _, why in watch.pinned for reason in why} == {"its length"}
    assert after_all is None


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("set local lock_timeout = '5s'", ["a setting"]),
        ("begin; SET x = 1", ["a setting"]),
        ("select\n set_config ('a', 'b', true)", ["a setting"]),
        ("prepare one as select 1", ["a prepared statement"]),
        ("create temp table t (x int)", ["a temporary object"]),
        ("declare c cursor for select 1", ["a cursor"]),
        ("listen here", ["a channel"]),
        ("select nextval('s')", ["a sequence"]),
        ("select pg_try_advisory_lock(1)", ["a lock of the session"]),
        (f"select '{'x' * LONGEST}'", ["its length"]),
        ("select pg_advisory_xact_lock(1)", []),
        ("update t set x = 'a; set y' where z = 'it''s; listen here'", []),
        ("insert into t values (1) on conflict (x) do update set x = 2", []),
        ("select claim_key('a', 'b', 'c')", []),
    ],
)
def test_what_pins_is_known_by_its_text(statement: str, why: list[str]) -> None:
    assert pins(statement) == why


def test_what_a_session_holds_is_seen(stack: Stack, watch: Watch) -> None:
    with database.reading() as conn:
        database.execute(conn, "set lock_timeout = '1s'")
        database.execute(conn, "prepare one as select 1")
        database.execute(conn, "listen here")
        database.execute(conn, "select pg_advisory_lock(7)")
        database.execute(conn, "declare held cursor with hold for select 1")

    seen = left()
    database.close()

    assert seen == ["setting lock_timeout", "prepared statement one", "cursor held", "channel here", "lock 7"]
    assert left() == []
