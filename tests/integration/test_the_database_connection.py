"""One connection a process: it comes back after a restart, and a lost server is a 503."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from mocshelf.runtime import database
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Database, resources
from mocshelf.testing import Client

CASTLE = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 2200}


@pytest.fixture
def owner(stack: Any) -> Iterator[Any]:
    """A connection of the server's owner, beside the one the functions use."""
    conn = psycopg2.connect(stack.endpoints.postgres)
    yield conn
    conn.close()


def own_pid() -> int:
    with database.reading() as conn:
        return int(conn.info.backend_pid)


def terminate(owner: Any, pid: int) -> None:
    with owner.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 2000)", [pid])
    owner.commit()


def test_a_connection_that_the_server_closed_is_replaced_without_an_error(
    client: Client, owner: Any, alice: str
) -> None:
    client.post("/api/mocs", as_user=alice, json=CASTLE)
    before = own_pid()

    terminate(owner, before)
    read = client.get("/api/mocs", as_user=alice)
    terminate(owner, own_pid())
    written = client.post("/api/mocs", as_user=alice, json={**CASTLE, "title": "Tower"})

    assert (read.status, read.json()["total"]) == (200, 1)
    assert written.status == 201
    assert own_pid() != before


def test_work_that_was_interrupted_before_its_commit_is_done_once(owner: Any, alice: str) -> None:
    runs = []

    def work(conn: Any) -> None:
        runs.append(conn.info.backend_pid)
        database.execute(conn, "insert into avatars (user_id, object_key) values (%(id)s, %(id)s)", {"id": alice})
        if len(runs) == 1:
            terminate(owner, runs[0])
            database.execute(conn, "select 1", {})

    database.run(work)

    with database.reading() as conn:
        rows = database.fetch_all(conn, "select user_id from avatars where user_id = %(id)s", {"id": alice})
    assert len(runs) == 2
    assert len(rows) == 1


def test_a_server_that_cannot_be_reached_is_a_503_that_says_when_to_come_back(
    client: Client, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setitem(vars(resources), "database", Database("127.0.0.1", 1, "x", "x", "trust", tls=False))

    answer = client.get("/api/mocs", as_user=alice)
    health = client.get("/health")

    assert (answer.status, answer.error["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"
    assert (health.status, health.json()["status"]) == (503, "unhealthy")
    assert health.json()["components"]["cache"] == "healthy"


def test_health_degrades_when_only_the_cache_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from mocshelf.runtime.resources import Cache

    healthy = client.get("/health")
    monkeypatch.setitem(vars(resources), "cache", Cache("127.0.0.1", 1, tls=False))
    degraded = client.get("/health")

    assert (healthy.status, healthy.json()["status"]) == (200, "healthy")
    assert healthy.json()["components"]["search"] == "disabled"
    assert (degraded.status, degraded.json()["status"]) == (200, "degraded")


def patience(owner: Any, seconds: str) -> None:
    """How long a twin waits."""
    with owner, owner.cursor() as cursor:
        cursor.execute("alter function claim_key set lock_timeout = %s", [seconds])


def test_a_twin_waits_for_the_first_request_with_its_key_and_then_gives_up(
    client: Client, stack: Any, owner: Any, alice: str
) -> None:
    patience(owner, "200ms")
    first = psycopg2.connect(stack.endpoints.postgres_app)
    with first.cursor() as cursor:
        cursor.execute(
            "insert into idempotency_keys (user_id, key, request_hash) values (%s, 'k', sha256('x'))", [alice]
        )

    waiting = client.post("/api/mocs", as_user=alice, json=CASTLE, headers={"idempotency-key": "k"})
    first.rollback()
    after = client.post("/api/mocs", as_user=alice, json=CASTLE, headers={"idempotency-key": "k"})
    first.close()
    patience(owner, "5s")

    assert (waiting.status, waiting.headers["retry-after"]) == (409, "1")
    assert after.status == 201


def test_a_failed_effect_after_the_commit_changes_nothing(alice: str) -> None:
    ran: list[str] = []

    def fail() -> None:
        ran.append("failed")
        raise Unavailable

    with database.transaction() as conn:
        database.execute(conn, "insert into avatars (user_id, object_key) values (%(id)s, %(id)s)", {"id": alice})
        database.after_commit(fail)
        database.after_commit(lambda: ran.append("ran"))

    assert ran == ["failed", "ran"]


def test_an_effect_of_a_transaction_that_rolled_back_never_runs(alice: str) -> None:
    ran: list[str] = []

    with pytest.raises(ZeroDivisionError), database.transaction():
        database.after_commit(lambda: ran.append("ran"))
        raise ZeroDivisionError

    with database.transaction() as conn:
        database.execute(conn, "select 1", {})
    assert ran == []


def test_an_outbox_row_is_written_with_the_change_and_sent_after_it(
    client: Client, sqs: Any, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mocshelf.runtime import outbox
    from mocshelf.runtime.resources import Queue

    url = sqs.create_queue(QueueName=f"index-{alice}")["QueueUrl"]
    monkeypatch.setitem(vars(resources), "index_queue", Queue(url))
    monkeypatch.setattr(outbox.resources, "linked", lambda name: name == "index_queue")

    moc = client.post("/api/mocs", as_user=alice, json=CASTLE).data["id"]
    client.delete(f"/api/mocs/{moc}", as_user=alice)

    with database.reading() as conn:
        rows = database.fetch_all(
            conn, "select id, entity, version from outbox where entity_id = %(id)s order by id", {"id": moc}
        )
    sent = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [(row["entity"], row["version"]) for row in rows] == [("moc", 1), ("moc", 2)]
    assert sorted(message["Body"] for message in sent) == [f'{{"outbox": {row["id"]}}}' for row in rows]
