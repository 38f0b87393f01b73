"""A search goes on within its time and never fails, whatever the server at the engine's address says or does not."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from mocshelf.runtime import search, telemetry
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Search, Stage, resources

BEST = "0b9e6a3c-0f2d-4b7e-9d9e-0c8f5f0a1b2c"
HIT = {"_id": BEST, "_score": 2.5}
PAGE = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 7}, "hits": [HIT]}}

Talk = Callable[[socket.socket, int], None]


class Engine:
    """A server that says to each connection what the test wants it to; counts connections and requests."""

    def __init__(self, talk: Talk) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._talk = talk
        self.connections = 0
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            count = 0
            while received := self._read(client):
                self.requests.append(received)
                count += 1
                self._talk(client, count)

    def _read(self, client: socket.socket) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            more = client.recv(65536)
            if not more:
                return b""
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2]) if lengths else 0
        while len(body) < length:
            body += client.recv(65536)
        return head + b"\r\n\r\n" + body


def saying(content: object, status: int = 200) -> Talk:
    """Answers every request with this."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)
    return lambda client, _: client.sendall(answer)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Talk], Engine]]:
    """Starts an engine that talks so, and links this process to it."""
    started: list[Engine] = []

    def start(talk: Talk) -> Engine:
        started.append(Engine(talk))
        link(monkeypatch, started[-1].url)
        return started[-1]

    yield start
    search.close()
    for one in started:
        one.close()


def link(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MOCSHELF_SEARCH", json.dumps({"url": url, "auth": "none"}))
    monkeypatch.setitem(resources.__dict__, "search", Search(url, auth="none"))
    monkeypatch.setitem(resources.__dict__, "stage", Stage("test", "eu-central-1"))
    monkeypatch.setattr(search, "breaker", Breaker("search"))


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def test_a_page_of_matches_comes_over_one_connection(engine: Callable[[Talk], Engine]) -> None:
    server = engine(saying(PAGE))

    pages = [search.find("moc_instructions", {"size": 1}) for _ in range(3)]

    assert pages == [search.Found({BEST: 2.5}, 7)] * 3
    assert server.connections == 1


def test_a_connection_that_was_closed_while_idle_is_made_anew_at_once(engine: Callable[[Talk], Engine]) -> None:
    def hang_up(client: socket.socket, count: int) -> None:
        saying(PAGE)(client, count)
        client.shutdown(socket.SHUT_RDWR)

    server = engine(hang_up)

    pages = [search.find("moc_instructions", {}) for _ in range(3)]

    assert None not in pages
    assert server.connections == 3


def test_without_a_link_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOCSHELF_SEARCH", raising=False)

    assert search.find("moc_instructions", {}) is None


def test_an_engine_that_hangs_is_waited_for_half_a_second_and_then_left_alone(
    engine: Callable[[Talk], Engine], capsys: pytest.CaptureFixture[str]
) -> None:
    server = engine(lambda *_: None)

    times = [seconds_of(lambda: search.find("moc_instructions", {})) for _ in range(3)]

    assert max(times[:2]) < 1
    assert times[2] < 0.1
    assert len(server.requests) == 2
    assert capsys.readouterr().out.count("SearchFallback") >= 3


def drip(client: socket.socket, content: bytes) -> None:
    for byte in content:
        client.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 10,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 100,
    ],
    ids=["head", "body"],
)
def test_an_engine_that_drips_gets_no_more_time_than_one_that_hangs(
    engine: Callable[[Talk], Engine], content: bytes
) -> None:
    engine(lambda client, _: drip(client, content))

    took = seconds_of(lambda: search.find("moc_instructions", {}))

    assert 0.4 < took < 1.5


def test_an_engine_that_refuses_connections_is_away(
    engine: Callable[[Talk], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    link(monkeypatch, f"http://127.0.0.1:{port}")

    found = search.find("moc_instructions", {})

    assert found is None
    with pytest.raises(Unavailable):
        search.request("GET", "/")


ODD: dict[str, object] = {
    "no JSON": b"<html>",
    "no text": b"\xff\xfe\x00",
    "a list": [],
    "a number": 7,
    "nothing": b"",
    "deep": b"[" * 200_000,
    "no hits": {"timed_out": False, "_shards": {"failed": 0}},
    "hits that are none": {**PAGE, "hits": 3},
    "a hit that is none": {**PAGE, "hits": {"total": {"value": 1}, "hits": ["x"]}},
    "an id that is a list": {**PAGE, "hits": {"total": {"value": 1}, "hits": [{"_id": [], "_score": 1}]}},
    "an id that is a number": {**PAGE, "hits": {"total": {"value": 1}, "hits": [{"_id": 3, "_score": 1}]}},
    "an id that no row can have": {**PAGE, "hits": {"total": {"value": 1}, "hits": [{"_id": "x", "_score": 1}]}},
    "a score that is none": {**PAGE, "hits": {"total": {"value": 1}, "hits": [{**HIT, "_score": "high"}]}},
    "a score without end": json.dumps(PAGE).replace("2.5", "1e999").encode(),
    "a total without end": json.dumps(PAGE).replace("7", "1e999").encode(),
    "part of the shards": {**PAGE, "_shards": {"failed": 1}},
    "half an answer": {**PAGE, "timed_out": True},
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_odd_answer_is_none_and_no_error(engine: Callable[[Talk], Engine], content: object) -> None:
    engine(saying(content))

    assert search.find("moc_instructions", {}) is None


@pytest.mark.parametrize(
    "content", [b"\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
)
def test_what_is_no_http_is_none_and_no_error(engine: Callable[[Talk], Engine], content: bytes) -> None:
    engine(lambda client, _: client.sendall(content))

    assert search.find("moc_instructions", {}) is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_engine_that_says_it_cannot_is_left_alone(engine: Callable[[Talk], Engine], status: int) -> None:
    server = engine(saying({}, status))

    for _ in range(4):
        search.find("moc_instructions", {})

    assert len(server.requests) == 2


def test_a_refused_question_is_logged_without_its_text_and_the_next_is_asked(
    engine: Callable[[Talk], Engine], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The logger holds the standard output of the moment it was made; this test reads that of now.
    monkeypatch.setattr(telemetry.logger.handlers[0], "stream", sys.stdout)
    server = engine(saying({"error": {"reason": "secret castle"}}, 400))

    for _ in range(4):
        search.find("moc_instructions", {"query": "secret castle"})

    written = capsys.readouterr().out
    assert len(server.requests) == 4
    assert "search.refused" in written
    assert "castle" not in written


def test_work_that_succeeds_is_no_sign_that_questions_are_answered_in_time(
    engine: Callable[[Talk], Engine],
) -> None:
    server = engine(saying(PAGE))
    for _ in range(2):
        search.breaker.failed(TimeoutError())

    search.request("GET", "/")

    assert search.find("moc_instructions", {}) is None
    assert len(server.requests) == 1


def test_a_large_bulk_is_sent_in_parts(engine: Callable[[Talk], Engine]) -> None:
    server = engine(saying({"items": []}))
    large = {"title": "x" * (search.LARGEST_BULK // 3)}
    lines: list[object] = [{"delete": {"_id": "gone"}}]
    for number in range(5):
        lines += [{"index": {"_id": str(number)}}, large]

    search.bulk(lines, wait=False, alias=True)

    assert [one.count(b'"_id"') for one in server.requests] == [3, 2, 1]
    assert all(one.endswith(b"\n") for one in server.requests)


def test_a_bulk_says_what_was_refused_and_takes_an_overloaded_engine_for_one_that_is_away(
    engine: Callable[[Talk], Engine],
) -> None:
    items = [
        {"index": {"_id": "new", "status": 201}},
        {"index": {"_id": "old", "status": 409, "error": {"type": "version_conflict_engine_exception"}}},
        {"delete": {"_id": "gone", "status": 404, "result": "not_found"}},
        {"index": {"_id": "odd", "status": 400, "error": {"type": "strict_dynamic_mapping_exception"}}},
        {"index": {"_id": "late", "status": 429, "error": {"type": "rejected_execution_exception"}}},
        {"index": {"_id": "lost", "status": 404, "error": {"type": "index_not_found_exception"}}},
        {"index": {"_id": "down", "status": 503, "error": {"type": "unavailable_shards_exception"}}},
    ]
    engine(saying({"items": items}))

    failed = search.bulk([{"index": {}}, {}], wait=False, alias=True)

    assert {one.id: one.document_at_fault for one in failed} == {
        "odd": True,
        "late": False,
        "lost": False,
        "down": False,
    }
