"""What the console looks up, when servers answer, are gone, or stand still."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

from mocshelf_tools.console.looking import Looking
from unit.tools.console_parts import in_a_loop

MAILS = {
    "messages": {
        "000000000000": [
            {"MessageId": "a", "To": ["ada@example.com"], "Subject": "Your verification code", "Timestamp": 10.0}
            | {"BodyText": "Your verification code is 123456.", "BodyHtml": None},
            {"MessageId": "b", "To": ["grace@example.com"], "Subject": "Your temporary password", "Timestamp": 20.5}
            | {"BodyText": "", "BodyHtml": "<p>Your temporary password is <b>Mx7-y.es!</b>.</p>"},
            {"MessageId": "c", "To": ["c@example.com"], "Subject": "Hello", "Timestamp": 5.0}
            | {"BodyText": "Nothing to type.", "BodyHtml": None},
        ]
    }
}


class Aws(BaseHTTPRequestHandler):
    """Says what the embedded AWS says of mails and queues."""

    def do_GET(self) -> None:
        self._say(MAILS)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = 3 if asked["QueueUrl"].endswith("-dead") else 2
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        self._say({"Attributes": dict(zip(names, (str(number), "0"), strict=True))})

    def log_message(self, *_: Any) -> None:
        """Nothing is written to the terminal."""

    def _say(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def aws() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Aws) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def standing_still() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def nobody() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def looking(aws_at: str = "", postgres: int = 1) -> Looking:
    endpoints = SimpleNamespace(
        aws=aws_at,
        postgres=f"postgresql://postgres@127.0.0.1:{postgres}/mocshelf",
        queue_url="http://aws/000000000000/mocshelf-processing",
        index_queue_url="http://aws/000000000000/mocshelf-index",
    )
    return Looking(endpoints)  # type: ignore[arg-type]  # it has the same fields


@in_a_loop
async def test_mails_come_newest_first_with_their_code() -> None:
    with aws() as address:
        found = await looking(address).mail()

    assert found["count"] == 3
    assert [(mail["to"], mail["code"], mail["at"]) for mail in found["rows"]] == [
        ("grace@example.com", "Mx7-y.es!", 20_500),
        ("ada@example.com", "123456", 10_000),
        ("c@example.com", None, 5_000),
    ]


@in_a_loop
async def test_queues_come_with_what_waits_and_what_is_dead() -> None:
    with aws() as address:
        found = await looking(address).queues()

    assert found["rows"] == [
        {"name": "mocshelf-processing", "waiting": 2, "inFlight": 0, "dead": 3},
        {"name": "mocshelf-index", "waiting": 2, "inFlight": 0, "dead": 3},
    ]


@in_a_loop
async def test_servers_that_are_gone_are_said_in_words() -> None:
    gone = looking(f"http://127.0.0.1:{nobody()}", nobody())

    assert "`./mocshelf server start aws`" in (await gone.mail())["problem"]
    assert "`./mocshelf server start aws`" in (await gone.queues())["problem"]
    assert "`./mocshelf server start postgres`" in (await gone.outbox())["problem"]


@in_a_loop
async def test_servers_that_stand_still_are_not_waited_for_and_asked_once() -> None:
    with standing_still() as port:
        still = looking(f"http://127.0.0.1:{port}", port)
        threads = threading.active_count()
        begun = time.monotonic()

        found = await asyncio.gather(still.mail(), *[still.outbox() for _ in range(20)])

        assert time.monotonic() - begun < 4
        assert all("does not answer" in one["problem"] for one in found)
        assert threading.active_count() <= threads + 1
