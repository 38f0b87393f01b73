"""Every message of a queue comes several times and in any order, under load: the end is as with each once."""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Callable
from typing import Any

from faults.load import Load, Outcome
from faults.place import Site
from faults.user import User
from integration.running_gateway import eventually
from integration.uploading import CSV, PDF, png, send
from mocshelf_tools.stack.provision import client

FILES = (
    ("moc-file", "a.pdf", PDF, "application/pdf"),
    ("moc-file", "b.pdf", PDF + b"\n", "application/pdf"),
    ("parts-list", "c.csv", CSV, "text/csv"),
    ("gallery-image", "d.png", png(60, 40), "image/png"),
    ("avatar", "e.png", png(60, 60), "image/png"),
)


class Postman:
    """Sends each message that was ever due again and again, several times, in any order."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sqs = client("sqs", site.stack.endpoints.aws, site.stack.settings)
        self._seen: set[tuple[str, str]] = set()
        self._chance = random.Random(11)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends with everything once more, the other way round, and returns when it has been read."""
        self._over.set()
        self._thread.join()
        self._look()
        self._send(sorted(self._seen, reverse=True))
        assert eventually(self._read, 60)

    def _run(self) -> None:
        while not self._over.wait(0.3):
            self._look()
            some = self._chance.sample(sorted(self._seen), min(10, len(self._seen)))
            self._send(self._chance.sample(some * 2, len(some) * 2))

    def _look(self) -> None:
        endpoints = self._site.stack.endpoints
        changes = self._site.rows("select id from outbox where topic = 'index'")
        self._seen |= {(endpoints.index_queue_url, json.dumps({"outbox": one})) for (one,) in changes}
        files = self._site.rows("select id::text from upload_files where status <> 'waiting'")
        self._seen |= {(endpoints.queue_url, json.dumps({"file": one})) for (one,) in files}

    def _send(self, messages: list[tuple[str, str]]) -> None:
        for url in {url for url, _ in messages}:
            bodies = [body for address, body in messages if address == url]
            for start in range(0, len(bodies), 10):
                entries = [
                    {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[start : start + 10])
                ]
                assert not self._sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
                self.sent += len(entries)

    def _read(self) -> bool:
        endpoints = self._site.stack.endpoints
        return not any(self._waiting(url) for url in (endpoints.index_queue_url, endpoints.queue_url))

    def _waiting(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


def upload(user: User, moc: str, purpose: str, name: str, data: bytes, content_type: str) -> str:
    """A session with one file whose bytes have arrived; the session's id."""
    file = {"name": name, "size": len(data), "contentType": content_type}
    target = {"mocId": moc} if purpose in ("moc-file", "parts-list") else {}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    body: dict[str, Any] = {"purpose": purpose, "files": [file], **target}
    answer, _ = user.insist("POST", "/api/uploads", json=body, headers=headers)
    opened = answer.json()["data"]
    status, text = send(opened["files"][0], data)
    assert status == 204, text
    return str(opened["id"])


def test_messages_that_come_twice_and_in_any_order_end_the_same(
    site: Site, load: Load, tell: Callable[[Outcome], None]
) -> None:
    uploader = site.users(1)[0]
    uploader.add()
    (moc,) = uploader.library.mocs
    postman = Postman(site)
    sessions: list[str] = []

    def state(session: str) -> tuple[str, str]:
        found = uploader.insist("GET", f"/api/uploads/{session}")[0].json()["data"]
        return found["status"], found["files"][0]["status"]

    def send_files() -> None:
        postman.start()
        sessions.extend(upload(uploader, moc, *one) for one in FILES)

    load.around(send_files, lambda: None)
    settled = eventually(lambda: {state(one) for one in sessions} == {("finished", "ready")}, 30)
    load.stop()
    postman.stop()
    lost, agreed = site.finish(load)
    tell(load.outcome(f"{postman.sent:,} messages repeated", lost, recovery=None, agreed=agreed))
    detail = uploader.insist("GET", f"/api/mocs/{moc}")[0].json()["data"]

    assert settled, [state(one) for one in sessions]
    assert load.errors() + load.wrong() == []
    assert load.unavailable() == 0
    assert lost == []
    assert load.stale() == []
    assert agreed is not None
    assert sorted(one["originalFilename"] for one in detail["files"]) == ["a.pdf", "b.pdf", "c.csv"]
    assert [one["totalPartsCount"] for one in detail["partsLists"]] == [8]
    assert len(uploader.listed("/api/images")) == 1
    assert site.rows("select count(*) from avatars where user_id = %s", uploader.user_id) == [(1,)]
    assert site.findings() == []
