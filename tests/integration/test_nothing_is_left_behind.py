"""The sweep and deletions: no object without a row, no row without its object, nothing waiting for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from integration.uploading import CSV, PDF, Sender, png, send, studio
from mocshelf.runtime import database
from mocshelf.runtime.storage import Storage
from mocshelf.testing import Client
from mocshelf.uploads.processing import process

INSTRUCTION = {"name": "castle.pdf", "size": len(PDF), "contentType": "application/pdf"}


@pytest.fixture
def sweep(handlers: dict[str, Callable[[Any, Any], Any]]) -> Callable[..., dict[str, int]]:
    return lambda **event: dict(handlers["sweep"](event, None))


@pytest.fixture
def keys(stack: Any, s3: Any) -> Callable[[str], list[str]]:
    """The keys under a prefix, as S3 has them."""

    def listed(prefix: str) -> list[str]:
        found = s3.list_objects_v2(Bucket=stack.endpoints.bucket, Prefix=prefix)
        return [item["Key"] for item in found.get("Contents", [])]

    return listed


def change(sql: str, **values: object) -> None:
    """Moves time: what a test cannot wait for is written into the row."""
    with database.transaction() as conn:
        database.execute(conn, sql, values)


def rows(sql: str, **values: object) -> list[dict[str, Any]]:
    with database.reading() as conn:
        return database.fetch_all(conn, sql, values)


def test_a_deleted_mocs_rows_and_objects_are_gone_after_the_sweep(
    sender: Sender, client: Client, sweep: Any, keys: Any, alice: str, moc: str
) -> None:
    sender.upload(alice, moc, "house.io", studio())
    sender.upload(alice, moc, "list.csv", CSV, purpose="parts-list")
    pending = sender.open(alice, moc, INSTRUCTION).data["files"][0]
    send(pending, PDF)
    before = keys(f"mocs/{alice}/") + keys(f"incoming/{alice}/")

    client.delete(f"/api/mocs/{moc}", as_user=alice)
    sender.drain()
    sweep()

    assert len(before) >= 4
    assert keys(f"mocs/{alice}/") + keys(f"incoming/{alice}/") == []
    for table in ("moc_files", "moc_parts_lists", "upload_sessions"):
        assert rows(f"select 1 from {table} where user_id = %(user)s", user=alice) == []


def test_a_settled_files_incoming_object_is_gone_after_the_sweep(
    sender: Sender, sweep: Any, keys: Any, alice: str, moc: str
) -> None:
    sender.upload(alice, moc, "castle.pdf", PDF)
    sender.upload(alice, moc, "broken.pdf", PDF[:50])

    sweep()

    assert keys(f"incoming/{alice}/") == []
    assert len(keys(f"mocs/{alice}/")) == 1


def test_bytes_sent_again_after_the_end_change_nothing_and_are_cleared(
    sender: Sender, sweep: Any, keys: Any, alice: str, moc: str
) -> None:
    request = sender.open(alice, moc, INSTRUCTION).data["files"][0]
    send(request, PDF)
    sender.drain()
    sweep()

    send(request, PDF)
    sender.drain()
    sweep()

    assert keys(f"incoming/{alice}/") == []
    assert len(sender.detail(alice, moc)["files"]) == 1


def test_an_object_written_for_a_transaction_that_never_came_is_deleted_when_its_intent_is_due(
    sweep: Any, keys: Any, s3: Any, stack: Any, alice: str, moc: str
) -> None:
    key = f"mocs/{alice}/{moc}/lost.pdf"
    s3.put_object(Bucket=stack.endpoints.bucket, Key=key, Body=PDF)
    change("insert into object_deletions (object_key, due_at) values (%(key)s, now() + interval '1 hour')", key=key)
    sweep()
    early = keys(f"mocs/{alice}/")

    change("update object_deletions set due_at = now() where object_key = %(key)s", key=key)
    sweep()

    assert early == [key]
    assert keys(f"mocs/{alice}/") == []
    assert rows("select 1 from object_deletions where object_key = %(key)s", key=key) == []


def test_an_object_that_a_row_refers_to_is_never_deleted(
    sender: Sender, sweep: Any, keys: Any, alice: str, moc: str
) -> None:
    sender.upload(alice, moc, "castle.pdf", PDF)
    key = keys(f"mocs/{alice}/")[0]
    change("insert into object_deletions (object_key) values (%(key)s)", key=key)

    sweep()

    assert keys(f"mocs/{alice}/") == [key]


def test_a_session_past_its_end_is_finished_and_later_deleted(
    sender: Sender, client: Client, sweep: Any, alice: str, moc: str
) -> None:
    upload = sender.open(alice, moc, INSTRUCTION).data["id"]
    change("update upload_sessions set expires_at = now() where id = %(id)s", id=upload)
    sweep()
    session = sender.session(alice, upload)

    change("update upload_sessions set finished_at = now() - interval '8 days' where id = %(id)s", id=upload)
    sweep()

    assert (session["status"], session["files"][0]["reason"]["code"]) == ("finished", "EXPIRED")
    assert client.get(f"/api/uploads/{upload}", as_user=alice).status == 404


def test_a_file_whose_worker_died_is_processed_again(sender: Sender, sweep: Any, alice: str, moc: str) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    send(opened["files"][0], PDF)
    change(
        """
        update upload_files set status = 'processing', attempts = 1, lease_until = now() - interval '1 minute',
               updated_at = now() - interval '6 minutes' where id = %(id)s
        """,
        id=opened["files"][0]["id"],
    )

    sent = sweep()["files_sent_again"]
    sender.drain()

    assert sent >= 1
    assert sender.session(alice, opened["id"])["files"][0]["status"] == "ready"


def test_a_file_that_is_being_processed_is_left_alone(
    sender: Sender, handlers: dict[str, Any], alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    file_id = opened["files"][0]["id"]
    change(
        """
        update upload_files set status = 'processing', attempts = 1, lease_until = now() + interval '2 minutes'
         where id = %(id)s
        """,
        id=file_id,
    )
    send(opened["files"][0], PDF)

    handlers["process_upload"]({"Records": [{"messageId": "1", "body": json.dumps({"file": file_id})}]}, None)
    sender.drain()

    assert sender.session(alice, opened["id"])["files"][0]["status"] == "processing"
    assert sender.detail(alice, moc)["files"] == []


def test_a_file_out_of_attempts_is_given_up(sender: Sender, sweep: Any, alice: str, moc: str) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    change("update upload_files set status = 'received', attempts = 5 where id = %(id)s", id=opened["files"][0]["id"])

    sweep()

    session = sender.session(alice, opened["id"])
    assert (session["status"], session["files"][0]["reason"]["code"]) == ("finished", "FAILED")


def test_a_lost_storage_event_is_made_good_by_the_daily_look(
    sender: Sender, sqs: Any, sweep: Any, keys: Any, s3: Any, stack: Any, alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    send(opened["files"][0], PDF)
    sqs.purge_queue(QueueUrl=stack.endpoints.queue_url)
    orphan = f"incoming/{alice}/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c12"
    s3.put_object(Bucket=stack.endpoints.bucket, Key=orphan, Body=b"x")
    sqs.purge_queue(QueueUrl=stack.endpoints.queue_url)

    sweep(incoming=True)
    sender.drain()
    sweep()

    assert sender.session(alice, opened["id"])["files"][0]["status"] == "ready"
    assert keys(f"incoming/{alice}/") == []


def test_expired_keys_are_forgotten(client: Client, sweep: Any, alice: str) -> None:
    body = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 1}
    client.post("/api/mocs", as_user=alice, json=body, headers={"idempotency-key": "k"})
    change("update idempotency_keys set expires_at = now() where user_id = %(user)s", user=alice)

    sweep()

    assert rows("select 1 from idempotency_keys where user_id = %(user)s", user=alice) == []


def test_storage_that_does_not_answer_postpones_a_deletion(
    sweep: Any, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mocshelf.runtime.errors import Unavailable

    def refuse(self: Storage, keys: list[str]) -> None:
        raise Unavailable

    key = f"mocs/{alice}/slow.pdf"
    change("insert into object_deletions (object_key) values (%(key)s)", key=key)
    # The embedded S3 always answers, so its silence has to be played.
    monkeypatch.setattr(Storage, "delete", refuse)

    sweep()

    kept = rows("select attempts, due_at > now() as later from object_deletions where object_key = %(key)s", key=key)
    assert kept == [{"attempts": 1, "later": True}]


def test_an_attempt_that_was_overtaken_does_not_settle_a_second_time(
    sender: Sender, client: Client, sqs: Any, stack: Any, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = png()
    body = {
        "purpose": "gallery-image",
        "files": [{"name": "a.png", "size": len(picture), "contentType": "image/png"}],
    }
    opened = client.post("/api/uploads", as_user=alice, json=body).data
    file_id = UUID(opened["files"][0]["id"])
    send(opened["files"][0], picture)
    sqs.purge_queue(QueueUrl=stack.endpoints.queue_url)
    read, overtaken = Storage.read, []

    def slowly(self: Storage, key: str) -> bytes | None:
        if not overtaken:
            overtaken.append(key)
            change("update upload_files set lease_until = now() - interval '1 second' where id = %(id)s", id=file_id)
            process(file_id)
        return read(self, key)

    # The moment between claim and settling is too short to be met from outside.
    monkeypatch.setattr(Storage, "read", slowly)

    process(file_id)

    assert rows("select attempts from upload_files where id = %(id)s", id=file_id) == [{"attempts": 2}]
    assert sender.session(alice, opened["id"])["files"][0]["status"] == "ready"
    assert client.get("/api/images", as_user=alice).json()["total"] == 1
