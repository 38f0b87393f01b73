"""The console at a running gateway: what it streams over HTTP, to whom, and that it holds nothing up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from integration.running_gateway import HERE, RunningGateway, eventually
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.stack import Stack
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.site import Site

pytest_plugins = ["integration.gateway_fixtures"]


def options(*, console: bool = True) -> Options:
    site = Site(Settings("http://127.0.0.1:1", "client", console=console), "http://127.0.0.1:1", {})
    environment = {"PYTHONPATH": str(HERE)}
    return Options(package="trial", environment=environment, workers=1, triggers=False, site=site)


@pytest.fixture(scope="module")
def watched(spare_stack: Stack) -> Iterator[RunningGateway]:
    with RunningGateway(spare_stack, options()) as running:
        yield running


class Reader:
    """Reads the stream in a thread; `events` are (id, kind, data) as they come, `ended` is when it did."""

    def __init__(self, gateway: RunningGateway, last_id: str = "") -> None:
        self.events: list[tuple[str, str, Any]] = []
        self.ended: float | None = None
        self._gateway = gateway
        self._headers = {"Last-Event-ID": last_id} if last_id else {}
        threading.Thread(target=self._read, daemon=True).start()

    def of(self, kind: str) -> list[Any]:
        return [data for _, found, data in self.events if found == kind]

    def _read(self) -> None:
        fields: dict[str, str] = {}
        with (
            self._gateway.client(headers=self._headers) as client,
            client.stream("GET", "/_console/events") as answer,
        ):
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                fields[name] = value
                if not line and "data" in fields:
                    self.events.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
                    fields = {}
        self.ended = time.monotonic()


def test_requests_are_told_of_with_what_the_functions_wrote(watched: RunningGateway) -> None:
    reader = Reader(watched)

    with watched.client() as client:
        for path in ("/health?name=ada", "/api/do/raise", "/api/things/7", "/api/nowhere"):
            client.get(path, headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
    assert eventually(lambda: len(reader.of("request")) == 4)
    assert eventually(lambda: bool(reader.of("log")))

    found = reader.of("request")
    assert [(one["path"], one["route"], one["status"]) for one in found] == [
        ("/health", "GET /health", 200),
        ("/api/do/raise", "GET /api/do/{what}", 500),
        ("/api/things/7", "GET /api/things/{id}", 401),
        ("/api/nowhere", "$default", 404),
    ]
    assert [one["cold"] for one in found] == [True, False, False, False]
    assert [span["name"] for span in found[0]["spans"]] == ["waiting for a process", "function echo"]
    assert found[2]["spans"] == []
    (line,) = [json.loads(one["line"]) for one in reader.of("log")]
    assert (line["event"], line["requestId"]) == ("function.raised", found[1]["id"])
    assert "eyJ" not in json.dumps(reader.events)
    assert "ada" not in json.dumps(found)


def test_who_comes_back_gets_what_came_meanwhile_and_nothing_twice(watched: RunningGateway) -> None:
    first = Reader(watched)
    with watched.client() as client:
        client.get("/api/seen")
        assert eventually(lambda: "/api/seen" in [data["path"] for data in first.of("request")])
        last_id = first.events[-1][0]
        client.get("/api/do/echo")

        again = Reader(watched, last_id)

        assert eventually(lambda: bool(again.events))
        assert [data["path"] for data in again.of("request")] == ["/api/do/echo"]


def test_the_page_is_told_of_the_console_and_others_are_refused(watched: RunningGateway) -> None:
    with watched.client() as client:
        assert client.get("/config.json").json()["console"] == "/v/dev/console/page.js"
        assert client.get("/v/dev/console/page.js").status_code == 200
        assert client.get("/_console/mail").status_code == 200
        assert client.get("/_console/mail", headers={"Host": "evil.example"}).status_code == 403
        refused = client.get("/_console/events", headers={"Origin": watched.url.replace("127.0.0.1", "localhost")})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


def test_without_a_console_there_is_none(spare_stack: Stack) -> None:
    with RunningGateway(spare_stack, options(console=False)) as plain, plain.client() as client:
        assert "console" not in client.get("/config.json").json()
        assert client.get("/v/dev/console/page.js").status_code == 404
        assert client.get("/_console/mail").headers["content-type"] != "application/json"


def test_an_open_console_does_not_hold_up_the_end(spare_stack: Stack) -> None:
    with RunningGateway(spare_stack, options()) as running:
        reader = Reader(running)
        httpx.get(f"{running.url}/health", trust_env=False)
        assert eventually(lambda: bool(reader.events))
        begun = time.monotonic()

    # Uvicorn would wait two seconds for a stream that goes on.
    assert time.monotonic() - begun < 1.8
    assert eventually(lambda: reader.ended is not None)
