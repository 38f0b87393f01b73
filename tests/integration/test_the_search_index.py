"""The search index follows the tables: every change arrives, in any order, and nothing old ever wins."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from integration.pictures import change
from integration.search_fixtures import waiting
from integration.uploading import Sender, png
from mocshelf.indexing import reindexing
from mocshelf.indexing.comparing import Difference, compare, repair
from mocshelf.indexing.documents import KINDS
from mocshelf.indexing.service import handle
from mocshelf.runtime import cache, database, search
from mocshelf.runtime.errors import Conflict
from mocshelf.testing import Client

pytest_plugins = ["integration.search_fixtures"]

Deliver = Callable[..., list[str]]


def found(client: Client, path: str, text: str, user: str) -> list[str]:
    """The titles that a search finds."""
    answer = client.get(path, params={"search": text}, as_user=user)
    return [one["title"] for one in answer.json()["data"]]


def document(entity: str, entity_id: str) -> dict[str, Any]:
    """The document as it is in the index; `found` says whether it is."""
    return search.request("GET", f"/{KINDS[entity].alias}/_doc/{entity_id}")[1]


def differences(entity: str, ids: list[str]) -> list[Difference]:
    """What the index has otherwise of these."""
    with database.reading() as conn:
        return [one for one in compare(conn, entity) if one.id in ids]


def test_what_is_added_is_found_by_the_engine_once_its_row_is_handled(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="Monorail station")
    album = client.post("/api/albums", json={"title": "Monorail views"}, as_user=alice).json()["data"]["id"]
    client.post(
        "/api/images", files=[("file", "a.png", "image/png", png())], fields={"title": "Monorail"}, as_user=alice
    )
    client.post("/api/wishlist", json={"title": "Monorail track", "category": "Trains"}, as_user=alice)

    failed = deliver(alice)

    assert failed == []
    assert waiting(alice) == []
    assert document("moc", moc)["_source"]["title"] == "Monorail station"
    assert document("album", album)["_version"] == 1
    assert found(client, "/api/mocs", "monorial", alice) == ["Monorail station"]
    assert found(client, "/api/albums", "monorail", alice) == ["Monorail views"]
    assert found(client, "/api/images", "monorail", alice) == ["Monorail"]
    assert found(client, "/api/wishlist", "trains", alice) == ["Monorail track"]


def test_a_deleted_moc_is_found_no_more_and_never_comes_back(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="Lighthouse")
    first = waiting(alice)
    handle([json.dumps({"outbox": row}) for row in first])
    client.delete(f"/api/mocs/{moc}", as_user=alice)

    deliver(alice)
    # A late delivery of the first write: what it names is looked up, and an older version loses.
    late = search.bulk(
        [
            {"index": {"_index": "moc_instructions", "_id": moc, "version": 1, "version_type": "external"}},
            {"id": moc, "userId": alice, "title": "Lighthouse"},
        ],
        wait=True,
        alias=True,
    )

    assert late == []
    assert not document("moc", moc)["found"]


def test_an_older_version_never_overwrites_a_newer_one(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="First")
    client.patch(f"/api/mocs/{moc}", json={"title": "Second"}, as_user=alice)
    deliver(alice)

    search.bulk(
        [
            {"index": {"_index": "moc_instructions", "_id": moc, "version": 1, "version_type": "external"}},
            {"id": moc, "userId": alice, "title": "First"},
        ],
        wait=True,
        alias=True,
    )

    assert document("moc", moc)["_source"]["title"] == "Second"


def test_messages_that_come_twice_and_out_of_order_end_the_same(
    client: Client, engine: str, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="One")
    other = sender.moc(alice, title="Other")
    client.patch(f"/api/mocs/{moc}", json={"title": "Two"}, as_user=alice)
    client.delete(f"/api/mocs/{other}", as_user=alice)
    bodies = [json.dumps({"outbox": row}) for row in waiting(alice)]

    results = [handle(batch) for batch in ([bodies[-1]], bodies[::-1], bodies * 2)]

    assert results == [[], [], []]
    assert waiting(alice) == []
    assert document("moc", moc)["_source"]["title"] == "Two"
    assert not document("moc", other)["found"]


def test_a_message_that_nobody_can_read_is_let_go_and_harms_no_other(engine: str, sender: Sender, alice: str) -> None:
    sender.moc(alice, title="Bridge")
    (row,) = waiting(alice)
    garbage = ["", "[]", "{}", "null", '{"outbox": "x"}', '{"outbox": -1}', '{"outbox": true}', '{"outbox": 1e99}']

    failed = handle([*garbage, json.dumps({"outbox": row})])

    assert failed == []
    assert waiting(alice) == []


def test_while_the_engine_is_away_rows_wait_and_no_attempt_is_counted(
    engine: str, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.moc(alice, title="Bridge")
    (row,) = waiting(alice)
    body = json.dumps({"outbox": row})
    with monkeypatch.context() as away:
        away.setattr(search, "_send", refuse)
        failed = handle([body])

    attempts = database.run(lambda conn: database.fetch_one(conn, f"select attempts from outbox where id = {row}"))
    assert failed == [0]
    assert attempts == {"attempts": 0}
    assert handle([body]) == []


def refuse(*_: object, **__: object) -> None:
    raise search._Away


def test_a_document_that_the_engine_refuses_is_counted_and_named(
    engine: str, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moc, good = sender.moc(alice, title="Odd"), sender.moc(alice, title="Good")
    original = KINDS["moc"].document
    spoilt = lambda row: original(row) | ({"surprise": 1} if str(row["id"]) == moc else {})  # noqa: E731 - one use
    # Nothing that a user can send is refused, so only a document of another shape shows what would happen.
    monkeypatch.setattr(type(KINDS["moc"]), "document", lambda self, row: spoilt(row))

    failed = handle([json.dumps({"outbox": row}) for row in waiting(alice)])

    (left,) = database.run(
        lambda conn: database.fetch_all(
            conn, "select entity_id, attempts, last_error from outbox where user_id = %(user)s", {"user": alice}
        )
    )
    assert failed == [0]
    assert left["entity_id"] == moc
    assert left["attempts"] == 1
    assert "strict_dynamic_mapping_exception" in left["last_error"]
    assert document("moc", good)["found"]


def test_a_renewal_that_the_cache_missed_is_tried_again(
    engine: str, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moc = sender.moc(alice, title="Bridge")
    (row,) = waiting(alice)
    monkeypatch.setattr(cache, "renew", lambda *_: False)

    failed = handle([json.dumps({"outbox": row})])
    change("update outbox set created_at = now() - interval '31 minutes' where id = %(id)s", id=row)
    aged = handle([json.dumps({"outbox": row})])

    assert document("moc", moc)["found"]
    assert failed == [0]
    assert aged == []


def test_what_is_noted_while_a_row_is_handled_is_not_taken_for_handled(
    sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moc = sender.moc(alice, title="Bridge")
    (row,) = waiting(alice)

    def renew(*_: object) -> bool:
        # A parts list of the MOC changes: the MOC's version stays, its cached details are old again.
        change(
            "insert into outbox (topic, entity, entity_id, user_id, version)"
            " values ('index', 'moc', %(moc)s, %(user)s, 1)",
            moc=moc,
            user=alice,
        )
        return True

    monkeypatch.setattr(cache, "renew", renew)

    handle([json.dumps({"outbox": row})])

    (left,) = waiting(alice)
    assert left > row


def test_without_an_engine_rows_are_still_handled(sender: Sender, alice: str) -> None:
    sender.moc(alice, title="Bridge")
    rows = waiting(alice)

    failed = handle([json.dumps({"outbox": row}) for row in rows])

    assert failed == []
    assert waiting(alice) == []


def test_what_differs_is_found_and_mended_once(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str
) -> None:
    missing = sender.moc(alice, title="Missing")
    change("delete from outbox where entity_id = %(id)s", id=missing)
    stale, same, gone = (sender.moc(alice, title=title) for title in ("Stale", "Same", "Gone"))
    deliver(alice)
    change("update moc_instructions set title = 'Changed' where id = %(id)s", id=stale)
    change("delete from moc_instructions where id = %(id)s", id=gone)
    ids = [missing, stale, same, gone]

    before = differences("moc", ids)
    with database.reading() as conn:
        mended = repair(conn, before)
    after = differences("moc", ids)

    assert {one.id: one.kind for one in before} == {missing: "missing", stale: "stale", gone: "orphaned"}
    assert mended == 3
    assert after == []
    assert document("moc", stale)["_source"]["title"] == "Changed"


def test_a_document_that_is_ahead_of_its_row_is_reported_and_left_to_a_reindex(
    engine: str, deliver: Deliver, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="Ahead")
    deliver(alice)
    search.bulk(
        [
            {"index": {"_index": "moc_instructions", "_id": moc, "version": 9, "version_type": "external"}},
            {"id": moc, "userId": alice, "title": "Ahead"},
        ],
        wait=True,
        alias=True,
    )

    before = differences("moc", [moc])
    with database.reading() as conn:
        mended = repair(conn, before)
    reindexing.reindex(["moc"])

    assert [(one.kind, one.row_version, one.document_version) for one in before] == [("stale", 1, 9)]
    assert mended == 0
    assert differences("moc", [moc]) == []


def test_what_an_outbox_row_waits_for_is_no_difference(engine: str, sender: Sender, alice: str) -> None:
    moc = sender.moc(alice, title="On its way")

    assert differences("moc", [moc]) == []


def test_a_reindex_fills_a_new_index_and_puts_it_in_place(
    client: Client, engine: str, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="Harbour crane")
    before = reindexing._behind(KINDS["moc"])
    told: list[tuple[str, int, int]] = []

    made = reindexing.reindex(["moc"], lambda *step: told.append(step))

    assert reindexing._behind(KINDS["moc"]) == made != before
    assert reindexing._all(KINDS["moc"]) == made
    assert document("moc", moc)["found"]
    assert told[-1][1] == told[-1][2] > 0
    assert found(client, "/api/mocs", "harbour", alice) == ["Harbour crane"]


def test_an_interrupted_reindex_goes_on_where_it_was(
    engine: str, deliver: Deliver, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        sender.moc(alice, title=f"Crane {number}")
    monkeypatch.setattr(reindexing, "PAGE", 2)
    monkeypatch.setattr(reindexing, "NOTED", 1)

    def stop(_alias: str, done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindexing.reindex(["moc"], stop)
    begun = reindexing._latest(KINDS["moc"])
    late = sender.moc(alice, title="Added meanwhile")
    # Handled while the new index is being filled, so the old one has it and nothing waits any more.
    deliver(alice)
    told: list[int] = []
    made = reindexing.reindex(["moc"], lambda _alias, done, _total: told.append(done))

    assert made == [begun]
    assert told[0] == 4
    assert document("moc", late)["found"]
    assert differences("moc", [late]) == []


def test_of_two_reindexes_at_once_one_is_refused(engine: str, stack: Any) -> None:
    import psycopg2

    with psycopg2.connect(stack.endpoints.postgres) as other, other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", (0x6D6F6373,))

        with pytest.raises(Conflict):
            reindexing.reindex(["album"])
