"""Who may do what with parts lists, under which address, and under which conditions."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from integration.lists import BRICK, lines, lists_path, upload, written
from integration.uploading import CSV, Sender
from mocshelf.testing import Client
from mocshelf_tools.stack.stack import Stack

TICK = {"parts": [{"id": str(uuid.uuid4()), "acquired": True}]}
ON_A_LIST: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PUT", "", {"title": "Mine"}),
    ("PATCH", "", {"title": "Mine"}),
    ("PATCH", "/status", {"built": True}),
    ("DELETE", "", None),
    ("GET", "/parts", None),
    ("PATCH", "/parts", TICK),
    ("GET", "/export?format=csv", None),
]


def call(client: Client, user: str, method: str, path: str, body: Any) -> int:
    path, _, query = path.partition("?")
    params = dict(pair.split("=") for pair in query.split("&")) if query else None
    return client.request(method, path, as_user=user, json=body, params=params).status


def wait_until_someone_waits(cursor: Any) -> None:
    """Returns once a statement of another session waits for a lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        cursor.execute("select count(*) from pg_locks where not granted")
        if cursor.fetchone()[0]:
            return
        time.sleep(0.01)
    pytest.fail("nobody waits for a lock")


@pytest.mark.parametrize(("method", "rest", "body"), ON_A_LIST)
def test_a_stranger_gets_403_and_what_is_not_there_404(
    client: Client, sender: Sender, alice: str, bob: str, moc: str, method: str, rest: str, body: Any
) -> None:
    made = written(client, alice, moc)
    other = sender.moc(alice, title="Other")

    statuses = [
        call(client, bob, method, lists_path(moc, made["id"]) + rest, body),
        call(client, alice, method, lists_path(str(uuid.uuid4()), made["id"]) + rest, body),
        call(client, alice, method, lists_path(other, made["id"]) + rest, body),
        call(client, alice, method, lists_path(moc, str(uuid.uuid4())) + rest, body),
    ]

    assert statuses == [403, 404, 404, 404]
    assert client.get(lists_path(moc, made["id"]), as_user=alice).data["title"] == "Tower"


def test_a_stranger_can_neither_list_nor_add(client: Client, alice: str, bob: str, moc: str) -> None:
    answers = [
        client.get(lists_path(moc), as_user=bob),
        client.post(lists_path(moc), as_user=bob, json={"title": "Mine"}),
        upload(client, bob, moc),
        client.post(
            f"/api/mocs/{moc}/upload-parts-list",
            as_user=bob,
            body=b"nonsense",
            headers={"content-type": "multipart/form-data; boundary=b"},
        ),
    ]

    assert [answer.status for answer in answers] == [403, 403, 403, 403]
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 0


def test_a_stale_if_match_changes_nothing(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)
    path = lists_path(moc, made["id"])
    (first, *_rest) = lines(client, alice, moc, made["id"])
    stale = {"headers": {"if-match": '"0", "999"'}}

    answers = [
        client.put(path, as_user=alice, json={"title": "a"}, **stale),
        client.patch(path, as_user=alice, json={"parts": []}, **stale),
        client.patch(f"{path}/status", as_user=alice, json={"built": True}, **stale),
        client.patch(
            f"{path}/parts", as_user=alice, json={"parts": [{"id": first["id"], "acquired": True}]}, **stale
        ),
        client.delete(path, as_user=alice, **stale),
    ]

    assert [answer.status for answer in answers] == [412] * 5
    assert client.get(path, as_user=alice).data == {**made, "receipt": None}
    assert len(lines(client, alice, moc, made["id"])) == 3


def test_the_version_that_was_answered_is_the_one_to_name(client: Client, alice: str, moc: str) -> None:
    made = client.post(lists_path(moc), as_user=alice, json={"title": "Tower", "parts": [BRICK]})
    path = lists_path(moc, made.data["id"])
    (line,) = lines(client, alice, moc, made.data["id"])
    steps: list[tuple[str, str, Any]] = [
        ("PATCH", path, {"parts": [{**BRICK, "id": line["id"], "quantity": 7}]}),
        ("PATCH", f"{path}/status", {"built": True}),
        ("PATCH", f"{path}/parts", {"parts": [{"id": line["id"], "acquired": True}]}),
        ("PUT", path, {"title": "Keep"}),
        ("DELETE", path, None),
    ]

    tag, statuses = made.headers["etag"], []
    for method, where, body in steps:
        answer = client.request(method, where, as_user=alice, json=body, headers={"if-match": tag})
        statuses.append(answer.status)
        tag = answer.headers.get("etag", tag)

    assert statuses == [200, 200, 200, 200, 204]


def test_of_two_changes_at_once_the_later_sees_the_earlier(
    client: Client, stack: Stack, alice: str, moc: str
) -> None:
    made = client.post(lists_path(moc), as_user=alice, json={"title": "Tower"})
    path, tag = f"{lists_path(moc, made.data['id'])}/status", made.headers["etag"]

    with closing(psycopg2.connect(stack.endpoints.postgres)) as other, ThreadPoolExecutor(1) as pool:
        with other, other.cursor() as cursor:
            cursor.execute("update moc_parts_lists set built = true where id = %s", [made.data["id"]])
            late = pool.submit(client.patch, path, as_user=alice, json={"purchased": True}, headers={"if-match": tag})
            wait_until_someone_waits(cursor)
        answer = late.result(timeout=10)

    state = client.get(lists_path(moc, made.data["id"]), as_user=alice).data
    assert answer.status == 412
    assert (state["built"], state["purchased"]) == (True, False)


def test_six_routes_answer_under_the_earlier_name_of_mocs(client: Client, alice: str, moc: str) -> None:
    under = "moc-instructions"
    made = client.post(lists_path(moc, under=under), as_user=alice, json={"title": "Tower"})
    path = lists_path(moc, made.data["id"], under=under)

    answers = [
        client.get(lists_path(moc, under=under), as_user=alice),
        client.get(path, as_user=alice),
        client.put(path, as_user=alice, json={"title": "Keep"}),
        client.patch(f"{path}/status", as_user=alice, json={"built": True}),
        client.delete(path, as_user=alice),
        client.patch(path, as_user=alice, json={"title": "Keep"}),
        client.get(f"{path}/parts", as_user=alice),
    ]

    assert made.status == 201
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 204, 404, 404]
    assert answers[5].error["message"] == answers[6].error["message"] == "There is no such route."
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 0


def test_a_repeated_keyed_request_adds_one_list(client: Client, alice: str, moc: str) -> None:
    by_hand = [
        client.post(lists_path(moc), as_user=alice, json={"title": "A"}, headers={"idempotency-key": "1"})
        for _ in range(2)
    ]
    by_file = [upload(client, alice, moc, headers={"idempotency-key": "2"}) for _ in range(2)]
    changed = upload(client, alice, moc, CSV + b"3005,4,1,False\n", headers={"idempotency-key": "2"})

    assert by_hand[0].body == by_hand[1].body
    assert by_file[0].body == by_file[1].body
    assert by_file[1].headers["idempotent-replayed"] == "true"
    assert by_file[0].headers["etag"] == by_file[1].headers["etag"]
    assert changed.status == 409
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 2
