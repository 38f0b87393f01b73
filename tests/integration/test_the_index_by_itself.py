"""Nobody has to make the search index of a new stage: the function that does runs by a schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from integration.uploading import Sender
from mocshelf.indexing.documents import KINDS
from mocshelf.runtime import search
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Search, resources
from mocshelf.testing import Client

pytest_plugins = ["integration.search_fixtures"]

Handlers = dict[str, Callable[[Any, Any], Any]]


def test_indices_that_are_missing_are_made_and_filled_and_then_left_alone(
    client: Client, engine: str, handlers: Handlers, sender: Sender, alice: str
) -> None:
    moc = sender.moc(alice, title="Lighthouse")
    for kind in KINDS.values():
        search.request("DELETE", f"/{kind.alias}_v*")

    made = handlers["reindex"]({"id": "timer"}, None)["indices"]
    again = handlers["reindex"]({"id": "timer"}, None)["indices"]

    assert len(made) == len(KINDS)
    assert again == []
    assert search.request("GET", f"/{KINDS['moc'].alias}/_doc/{moc}")[1]["_source"]["title"] == "Lighthouse"


def test_on_request_the_indices_of_the_kinds_are_made_anew(engine: str, handlers: Handlers) -> None:
    handlers["reindex"]({}, None)

    made = handlers["reindex"]({"entities": ["album"]}, None)["indices"]

    assert [name.rpartition("_v")[0] for name in made] == [KINDS["album"].alias]


def test_an_engine_that_is_away_fails_a_request_but_not_the_schedule(
    engine: str, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(resources.__dict__, "search", Search("http://127.0.0.1:9", "none"))
    search.close()

    by_schedule = handlers["reindex"]({"id": "timer"}, None)

    assert by_schedule == {"indices": []}
    with pytest.raises(Unavailable):
        handlers["reindex"]({"entities": ["moc"]}, None)
