"""Where the process's AWS credentials come from: its environment, or the endpoint that Lambda puts beside it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mocshelf.runtime import container, database, storage
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Database, Files, Resources, Stage, resources

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
ENDPOINT, TOKEN = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
SECRET = "wJalr-secret"

Respond = Callable[[str, dict[str, str]], tuple[int, bytes]]


class Server:
    """An HTTP server on loopback that answers so, and remembers what it was asked."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.asked.append((self.path, headers))
                status, content = server.respond(self.path, headers)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Last-Modified", "Sat, 28 Nov 2026 12:00:00 GMT")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def credentials(number: int, seconds: float) -> bytes:
    """What the endpoint says of the key of that number, which is good for so long."""
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    stamp = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(
        {"AccessKeyId": f"AK{number}", "SecretAccessKey": SECRET, "Token": f"T{number}", "Expiration": stamp}
    ).encode()


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "PAUSE", 0)
    container.forget()


@pytest.fixture
def serve() -> Iterator[Callable[[Respond], Server]]:
    started: list[Server] = []

    def start(respond: Respond) -> Server:
        started.append(Server(respond))
        return started[-1]

    yield start
    for one in started:
        one.close()


def lasting(seconds: float) -> Respond:
    """New credentials for every question, each good for so long."""
    numbers = iter(range(1, 100))
    return lambda *_: (200, credentials(next(numbers), seconds))


def test_keys_in_the_environment_are_taken_without_asking_anybody(serve: Callable[[Respond], Server]) -> None:
    endpoint = serve(lasting(3600))
    environment = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "S", ENDPOINT: endpoint.url}

    found = Resources(environment).credentials()

    assert (found.access_key, found.session_token, found.expires) == ("AK", None, None)
    assert endpoint.asked == []


def test_the_endpoint_is_asked_once_with_its_token(serve: Callable[[Respond], Server]) -> None:
    endpoint = serve(lasting(3600))
    linked = Resources({ENDPOINT: f"{endpoint.url}/2024/credentials?v=1", TOKEN: "let me in"})

    found = [linked.credentials() for _ in range(3)]

    ((path, headers),) = endpoint.asked
    assert {one.access_key for one in found} == {"AK1"}
    assert (found[0].secret_key, found[0].session_token) == (SECRET, "T1")
    assert (path, headers["authorization"]) == ("/2024/credentials?v=1", "let me in")


def test_credentials_that_end_soon_are_renewed_with_the_token_of_that_moment(
    serve: Callable[[Respond], Server], tmp_path: Path
) -> None:
    endpoint = serve(lasting(container.RENEWAL.total_seconds() - 1))
    file = tmp_path / "token"
    linked = Resources({ENDPOINT: endpoint.url, TOKEN: "old way", f"{TOKEN}_FILE": str(file)})

    file.write_text("first\n")
    first = linked.credentials()
    file.write_text("second\n")
    second = linked.credentials()

    assert (first.access_key, second.access_key) == ("AK1", "AK2")
    assert [headers["authorization"] for _, headers in endpoint.asked] == ["first", "second"]


def test_what_is_still_good_is_used_while_the_endpoint_fails(serve: Callable[[Respond], Server]) -> None:
    endpoint = serve(lasting(60))
    linked = Resources({ENDPOINT: endpoint.url})
    first = linked.credentials()

    endpoint.respond = lambda *_: (500, b"")
    second = linked.credentials()

    assert second == first
    assert len(endpoint.asked) == 1 + container.ATTEMPTS


def test_what_has_ended_is_not_used_and_no_secret_is_told(serve: Callable[[Respond], Server]) -> None:
    endpoint = serve(lasting(-1))
    linked = Resources({ENDPOINT: endpoint.url})
    linked.credentials()

    endpoint.respond = lambda *_: (200, credentials(1, 60)[:-3])
    with pytest.raises(OSError, match="gives none") as raised:
        linked.credentials()

    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>", b'{"AccessKeyId": "A", "SecretAccessKey": "B"}'])
def test_an_odd_answer_gives_no_credentials(serve: Callable[[Respond], Server], content: bytes) -> None:
    linked = Resources({ENDPOINT: serve(lambda *_: (200, content)).url})

    with pytest.raises(OSError, match="gives none"):
        linked.credentials()


def test_an_endpoint_that_is_not_there_at_first_is_asked_again(serve: Callable[[Respond], Server]) -> None:
    answers = iter([(503, b""), (200, credentials(7, 3600))])
    linked = Resources({ENDPOINT: serve(lambda *_: next(answers)).url})

    assert linked.credentials().access_key == "AK7"


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], None]:
    """Makes this process a restored function that has its credentials from that endpoint."""

    def restored(endpoint: Server) -> None:
        for name in KEYS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(ENDPOINT, endpoint.url)

    return restored


def test_without_credentials_database_and_bucket_are_unavailable(
    serve: Callable[[Respond], Server], function: Callable[[Server], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    function(serve(lambda *_: (500, b"")))
    monkeypatch.setitem(vars(resources), "stage", Stage("test", "eu-central-1"))
    monkeypatch.setitem(vars(resources), "files", Files("shelf"))

    with pytest.raises(Unavailable):
        database.connect(Database("127.0.0.1", 1, "mocshelf", "mocshelf_app", tls=False))
    with pytest.raises(Unavailable):
        storage.bucket()


def test_objects_are_read_with_the_endpoints_credentials_and_then_with_newer_ones(
    serve: Callable[[Respond], Server], function: Callable[[Server], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    function(serve(lasting(60)))
    bucket = serve(lambda *_: (200, b"bricks"))
    monkeypatch.setitem(vars(resources), "stage", Stage("test", "eu-central-1", endpoint=bucket.url))
    monkeypatch.setitem(vars(resources), "files", Files("shelf"))
    files = storage.Storage()

    found = [files.read("mocs/1")]
    # The store asks ten times a second at most.
    time.sleep(0.15)
    found.append(files.read("mocs/2"))

    signed: list[dict[str, Any]] = [headers for _, headers in bucket.asked]
    keys = [headers["authorization"].partition("Credential=")[2].partition("/")[0] for headers in signed]
    assert found == [b"bricks", b"bricks"]
    assert keys[0].startswith("AK")
    assert keys[0] != keys[-1]
    assert [headers["x-amz-security-token"] for headers in signed] == [key.replace("AK", "T") for key in keys]
