"""The search engine's client: what it makes of answers, and of none."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from mocshelf.runtime import search
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Resources

BEST, OTHER = "0b9e6a3c-0f2d-4b7e-9d9e-0c8f5f0a1b2c", "6f1c2d3e-4a5b-4c6d-8e7f-901a2b3c4d5e"
HITS = {
    "timed_out": False,
    "_shards": {"failed": 0},
    "hits": {"total": {"value": 7}, "hits": [{"_id": BEST, "_score": 2.5}, {"_id": OTHER, "_score": None}]},
}


class Engine:
    """A server that gives one answer to everything; `asked` is what it heard."""

    def __init__(self) -> None:
        self.status, self.body, self.delay = 200, json.dumps(HITS), 0.0
        self.hangs_up = False
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while heard := connection.recv(65536):
                while b"\r\n\r\n" not in heard:
                    more = connection.recv(65536)
                    if not more:
                        return
                    heard += more
                self.asked.append(heard.decode().split("\r\n", 1)[0])
                time.sleep(self.delay)
                body = self.body.encode()
                connection.sendall(f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                if self.hangs_up:
                    connection.close()
                    return


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    made = Engine()
    links = {
        "MOCSHELF_SEARCH": json.dumps({"url": made.url, "auth": "none"}),
        "MOCSHELF_STAGE": json.dumps({"name": "t", "region": "eu-central-1"}),
    }
    monkeypatch.setattr(search, "resources", Resources(links))
    monkeypatch.setattr(search, "breaker", Breaker("search"))
    # A metric names its stage, which no unit test is linked to.
    monkeypatch.setattr(search.telemetry, "metric", lambda *_: None)
    monkeypatch.setattr(search, "_state", search._State())
    yield made
    search.close()
    made.close()


def test_a_page_of_matches_is_ids_scores_and_total(engine: Engine) -> None:
    found = search.find("mocs", {"query": {}})

    assert found == search.Found({BEST: 2.5, OTHER: 0.0}, 7)
    assert engine.asked == ["POST /mocs/_search HTTP/1.1"]


def test_without_an_engine_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "resources", Resources({}))

    assert search.find("mocs", {}) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "no json",
        json.dumps({**HITS, "timed_out": True}),
        json.dumps({**HITS, "_shards": {"failed": 1}}),
        json.dumps({**HITS, "hits": {"total": None, "hits": []}}),
        json.dumps({**HITS, "hits": {"total": {"value": "x"}, "hits": []}}),
    ],
)
def test_an_answer_that_cannot_be_trusted_is_none(engine: Engine, body: str) -> None:
    engine.body = body

    assert search.find("mocs", {}) is None


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_a_refusal_is_no_answer(engine: Engine, status: int) -> None:
    engine.status, engine.body = status, "{}"

    assert search.find("mocs", {}) is None


def test_an_engine_that_hangs_is_waited_for_half_a_second_twice_and_then_left_alone(engine: Engine) -> None:
    engine.delay = 3
    start = time.monotonic()

    found = [search.find("mocs", {}) for _ in range(5)]

    assert found == [None] * 5
    assert 0.9 < time.monotonic() - start < 2
    assert len(engine.asked) == 2


def test_a_refused_question_is_no_sign_that_the_engine_is_unwell(engine: Engine) -> None:
    engine.status, engine.body = 400, "{}"

    for _ in range(3):
        search.find("mocs", {})

    assert len(engine.asked) == 3


def test_a_connection_that_was_closed_while_idle_is_made_anew(engine: Engine) -> None:
    engine.hangs_up = True
    search.find("mocs", {})
    time.sleep(0.05)

    assert search.find("mocs", {}) is not None


def test_work_says_so_when_the_engine_is_away(engine: Engine) -> None:
    engine.status, engine.body = 503, "{}"

    with pytest.raises(Unavailable):
        search.request("GET", "/")


def test_of_a_bulk_request_only_what_the_engine_refused_is_told(engine: Engine) -> None:
    engine.body = json.dumps(
        {
            "items": [
                {"index": {"_id": "new", "status": 201}},
                {"index": {"_id": "older", "status": 409, "error": {"type": "version_conflict_engine_exception"}}},
                {"delete": {"_id": "gone", "status": 404, "result": "not_found"}},
                {"index": {"_id": "odd", "status": 400, "error": {"type": "mapper_parsing_exception"}}},
                {"index": {"_id": "early", "status": 404, "error": {"type": "index_not_found_exception"}}},
            ]
        }
    )

    refused = search.bulk([{"index": {}}, {}], wait=True, alias=True)

    assert [(one.id, one.status) for one in refused] == [("odd", 400), ("early", 404)]
    assert engine.asked == ["POST /_bulk?refresh=wait_for&require_alias=true HTTP/1.1"]


def test_nothing_to_do_asks_nothing(engine: Engine) -> None:
    assert search.bulk([], wait=False, alias=False) == []
    assert engine.asked == []


def test_requests_are_signed_where_the_stage_has_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    links = {
        "MOCSHELF_SEARCH": json.dumps({"url": engine.url}),
        "MOCSHELF_STAGE": json.dumps({"name": "t", "region": "eu-central-1"}),
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    monkeypatch.setattr(search, "resources", Resources(links))

    headers: dict[str, Any] = search._headers("POST", "/mocs/_search", b"{}", "application/json", engine.url)

    assert "/eu-central-1/es/aws4_request" in headers["Authorization"]
