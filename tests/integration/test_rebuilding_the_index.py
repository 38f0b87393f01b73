"""A reindex may be interrupted anywhere, and loses nothing that is written meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from integration.search_fixtures import waiting
from integration.uploading import Sender
from mocshelf.indexing import reindexing
from mocshelf.indexing.documents import KINDS
from mocshelf.indexing.service import handle
from mocshelf.runtime import cache, database, search
from mocshelf.testing import Client

pytest_plugins = ["integration.search_fixtures"]

Deliver = Callable[..., list[str]]
MOCS = KINDS["moc"]


def document(entity_id: str) -> dict[str, Any]:
    return search.request("GET", f"/{MOCS.alias}/_doc/{entity_id}")[1]


def when_filled(work: Callable[[], object]) -> reindexing.Report:
    """Does the work once, when every row is in the new index and the old one is still in use."""
    left = [work]

    def report(_alias: str, done: int, total: int) -> None:
        if done >= total and left:
            left.pop()()
            # The reindex has this process's connection, which transactions of the work have taken out of autocommit.
            database.run(lambda _: None, read_only=True)

    return report


def test_what_was_written_to_the_old_index_last_is_in_the_new_one_even_while_its_row_waits(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moc = sender.moc(alice, title="First")
    deliver(alice)
    # The consumer stands between the engine's answer and the end of the row.
    monkeypatch.setattr(cache, "renew", lambda *_: False)

    def write() -> None:
        client.patch(f"/api/mocs/{moc}", json={"title": "Second"}, as_user=alice)
        handle([json.dumps({"outbox": row}) for row in waiting(alice)])

    reindexing.reindex(["moc"], when_filled(write))

    assert waiting(alice) != []
    assert document(moc)["_source"]["title"] == "Second"


def test_a_reindex_that_died_before_it_caught_up_is_finished_by_whoever_prepares_the_index(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, gone = sender.moc(alice, title="First"), sender.moc(alice, title="Gone")
    deliver(alice)

    def write() -> None:
        client.patch(f"/api/mocs/{changed}", json={"title": "Second"}, as_user=alice)
        client.delete(f"/api/mocs/{gone}", as_user=alice)
        deliver(alice)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as deadly:
        deadly.setattr(reindexing, "repair", die)
        with pytest.raises(KeyboardInterrupt):
            reindexing.reindex(["moc"], when_filled(write))
    (in_place,) = reindexing._behind(MOCS)
    before = document(changed)["_source"]["title"]
    made = reindexing.prepare()

    assert before == "First"
    assert made == [in_place]
    assert reindexing._all(MOCS) == [in_place]
    assert document(changed)["_source"]["title"] == "Second"
    assert not document(gone)["found"]


def test_an_index_of_another_shape_is_built_anew_and_not_gone_on_with(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (in_place,) = reindexing._behind(MOCS)
    begun, _, _ = reindexing._new(MOCS)
    other = replace(MOCS, properties={**MOCS.properties, "theme": {"type": "keyword", "ignore_above": 500}})
    monkeypatch.setitem(KINDS, "moc", other)

    made = reindexing.prepare()

    assert begun != in_place
    assert made != [in_place]
    assert reindexing._about(made[0])["shape"] == other.shape
    assert reindexing._all(MOCS) == made
    assert reindexing.prepare() == []


def test_while_an_index_has_no_alias_its_rows_wait_and_no_attempt_is_counted(
    engine: str, sender: Sender, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.moc(alice, title="Bridge")
    (row,) = waiting(alice)
    monkeypatch.setitem(KINDS, "moc", replace(MOCS, alias="not_there_yet"))

    failed = handle([json.dumps({"outbox": row})])

    attempts = database.run(lambda conn: database.fetch_one(conn, f"select attempts from outbox where id = {row}"))
    assert failed == [0]
    assert attempts == {"attempts": 0}
    assert search.request("HEAD", "/not_there_yet")[0] == 404


@pytest.mark.parametrize("theme", ["①", "Cafe\u0301", "ﬁre"])
def test_a_filter_compares_byte_for_byte_in_the_index_too(
    client: Client, engine: str, deliver: Deliver, sender: Sender, alice: str, theme: str
) -> None:
    client.post(
        "/api/mocs",
        json={"type": "moc", "title": "Castle", "author": "A", "partsCount": 1, "theme": theme, "tags": [theme]},
        as_user=alice,
    )
    deliver(alice)

    by_theme, by_tag = (
        client.get("/api/mocs", params={"search": "castle", name: theme}, as_user=alice).json()["data"]
        for name in ("theme", "tag")
    )

    assert len(by_theme) == len(by_tag) == 1
