"""The operator's figures: each thing that users did is counted once, and what came to nothing is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from integration.lists import upload
from integration.people import ada, people
from integration.pictures import change, send_picture
from integration.uploading import CSV, PDF, Sender, png, studio
from mocshelf.testing import Client

__all__ = ["ada", "people"]

Counted = Callable[[], Counter[str]]

DAMAGED = png(64, 64)[:60]
MOC = {"type": "moc", "title": "Keep", "author": "Ada", "partsCount": 9}


@pytest.fixture
def counted(moc: str, capsys: pytest.CaptureFixture[str]) -> Counted:
    """What was counted since the last time it was asked, without the cache's own figures."""

    def since() -> Counter[str]:
        found: Counter[str] = Counter()
        for line in capsys.readouterr().out.splitlines():
            told = json.loads(line) if line.startswith("{") else {}
            for group in told.get("_aws", {}).get("CloudWatchMetrics", ()):
                names = [one["Name"] for one in group["Metrics"] if not one["Name"].startswith("Cache")]
                found.update({name: told[name] for name in names})
        return found

    since()
    return since


def test_a_moc_counts_once_however_often_its_request_comes(client: Client, alice: str, counted: Counted) -> None:
    key = {"idempotency-key": "one"}
    answers = [client.post("/api/mocs", as_user=alice, json=MOC, headers=key) for _ in range(2)]
    taken = client.post("/api/mocs", as_user=alice, json=MOC)

    assert [answer.status for answer in answers] == [201, 201]
    assert taken.status == 409
    assert counted() == {"MocsCreated": 1}


def test_a_file_of_a_session_counts_when_it_is_ready(
    sender: Sender, alice: str, moc: str, counted: Counted, handlers: dict[str, Any]
) -> None:
    session = sender.upload(alice, moc, "castle.pdf", PDF, content_type="application/pdf")
    first = counted()
    again = {"Records": [{"messageId": "m", "body": json.dumps({"file": session["files"][0]["id"]})}]}
    handlers["process_upload"](again, None)

    assert first == {"FilesUploaded": 1}
    assert counted() == {}


def test_a_refused_file_does_not_count(sender: Sender, alice: str, moc: str, counted: Counted) -> None:
    sender.upload(alice, moc, "cut.png", DAMAGED, kind="gallery-image")

    assert counted() == {}


def test_a_model_counts_as_one_file_with_the_picture_and_the_parts_in_it(
    sender: Sender, alice: str, moc: str, counted: Counted
) -> None:
    sender.upload(alice, moc, "house.io", studio())

    assert counted() == {"FilesUploaded": 1, "ImagesProcessed": 1, "PartsParsed": 2}


def test_a_list_sent_in_the_request_counts_as_a_file_and_its_lots(
    client: Client, alice: str, moc: str, counted: Counted
) -> None:
    upload(client, alice, moc)
    good = counted()
    upload(client, alice, moc)
    upload(client, alice, moc, b"Part,Color,Quantity\n,4,6\n", name="broken.csv")

    assert good == {"FilesUploaded": 1, "PartsParsed": CSV.count(b"\n") - 1}
    assert counted() == {}


def test_files_of_a_moc_sent_in_the_request_count_each(
    client: Client, alice: str, moc: str, counted: Counted
) -> None:
    files = [
        ("files", "a.pdf", "application/pdf", PDF),
        ("files", "b.png", "image/png", png()),
        ("files", "cut.png", "image/png", DAMAGED),
    ]
    fields = {"fileType_0": "instruction", "fileType_1": "gallery-image", "fileType_2": "gallery-image"}
    answer = client.post(f"/api/mocs/{moc}/files", as_user=alice, files=files, fields=fields)

    assert answer.status < 300, answer.body
    assert counted() == {"FilesUploaded": 2, "ImagesProcessed": 1}


def test_pictures_outside_mocs_count_as_files_and_images(client: Client, ada: str, counted: Counted) -> None:
    item = client.post("/api/wishlist", json={"title": "Monorail"}, as_user=ada).data["id"]
    paths = ("/api/images", f"/api/wishlist/{item}/image", "/api/users/me/avatar")
    answers = [send_picture(client, path, ada, png(), fields={"title": "Tower"}) for path in paths]
    good = counted()
    refused = [send_picture(client, path, ada, DAMAGED, fields={"title": "Tower"}) for path in paths]

    assert [answer.status for answer in answers] == [201, 200, 200]
    assert good == {"FilesUploaded": 3, "ImagesProcessed": 3}
    assert [answer.status for answer in refused] == [400, 400, 400]
    assert counted() == {}


def test_searches_count_whether_or_not_the_answer_was_kept_and_lists_do_not(
    client: Client, alice: str, counted: Counted
) -> None:
    for path in ("/api/mocs", "/api/images", "/api/albums", "/api/wishlist"):
        client.get(path, as_user=alice)
    lists = counted()
    for path in ("/api/mocs", "/api/mocs", "/api/images", "/api/albums", "/api/wishlist"):
        client.get(path, params={"search": "castle"}, as_user=alice)

    assert lists == {}
    assert counted()["SearchesRun"] == 5


@pytest.mark.parametrize(
    ("topic", "attempts", "minutes", "waits"),
    [
        ("index", 0, 7, True),
        ("index", 10, 700, True),  # given up: somebody has to look at it
        ("picture", 0, 7, False),  # the next run of its schedule takes it
        ("picture", 1, 7, True),
        ("picture", 0, 12, True),  # its schedule does not run
    ],
)
def test_the_sweep_tells_how_long_the_oldest_change_has_waited(
    handlers: dict[str, Any], alice: str, counted: Counted, topic: str, attempts: int, minutes: int, waits: bool
) -> None:
    change("delete from outbox")
    handlers["sweep"]({}, None)
    before = counted()
    change(
        """
        insert into outbox (topic, entity, entity_id, user_id, version, created_at, available_at, attempts)
        values (%(topic)s, 'user', %(user)s, %(user)s, 1, now() - interval '1 minute' * %(minutes)s,
                now() + interval '1 hour', %(attempts)s)
        """,
        topic=topic,
        user=alice,
        minutes=minutes,
        attempts=attempts,
    )

    handlers["sweep"]({}, None)

    after = counted()
    change("delete from outbox")
    assert before["OutboxAge"] == 0
    assert after["OutboxAge"] == pytest.approx(minutes * 60 if waits else 0, abs=30)
