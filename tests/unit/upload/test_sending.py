"""Sending files, to a server on this machine that answers as it is told."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from upload.multipart import parse
from upload.sending import ATTEMPTS, Request, SendingFailed, send

CONTENT = random.Random(7).randbytes(700_000)
_LOST = 0


@dataclass
class Storage:
    """A server that gives the prepared statuses one after the other, then 200; `_LOST` hangs up instead."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@pytest.fixture
def storage() -> Iterator[Storage]:
    kept = Storage()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            kept.lines.append(self.requestline)
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            kept.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            status = kept.statuses.pop(0) if kept.statuses else 200
            if status == _LOST:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            answer = b"<Error><Code>X</Code><Message>Not today</Message></Error>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_POST(self) -> None:
            self.do_PUT()

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/files/k?X-Amz-Signature=a%2Fb"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.io"
    path.write_bytes(CONTENT)
    return path


def put(storage: Storage) -> Request:
    return Request("PUT", storage.url, headers={"Content-Type": "application/zip", "If-None-Match": "*"})


def test_a_put_sends_the_bytes_with_exactly_the_headers(storage: Storage, file: Path) -> None:
    send(put(storage), file)

    assert storage.bodies == [CONTENT]
    assert storage.lines == ["PUT /files/k?X-Amz-Signature=a%2Fb HTTP/1.1"]
    assert set(storage.headers[0]) == {"host", "content-type", "if-none-match", "content-length"}
    assert storage.headers[0]["content-type"] == "application/zip"


def test_a_post_sends_the_fields_and_then_the_file(storage: Storage, file: Path) -> None:
    send(Request("POST", storage.url, fields={"key": "incoming/é", "policy": "abc="}), file)

    form = parse(storage.bodies[0], storage.headers[0]["content-type"])
    assert form.fields == [("key", "incoming/é"), ("policy", "abc=")]
    assert [(part.field, part.data) for part in form.files] == [("file", CONTENT)]
    assert storage.bodies[0].index(b'name="policy"') < storage.bodies[0].index(b'name="file"')


def test_an_empty_file_is_sent_too(storage: Storage, file: Path) -> None:
    file.write_bytes(b"")

    send(put(storage), file)

    assert storage.bodies == [b""]


def test_progress_counts_the_bytes_of_the_file(storage: Storage, file: Path) -> None:
    heard: list[int] = []

    send(put(storage), file, progress=heard.append)

    assert heard == sorted(heard)
    assert len(heard) > 1
    assert heard[-1] == len(CONTENT)


@pytest.mark.parametrize("status", [500, 503, 429, 408, 409, _LOST])
def test_what_may_pass_is_tried_again(storage: Storage, file: Path, status: int) -> None:
    storage.statuses = [status, status]
    pauses: list[float] = []

    send(put(storage), file, pause=pauses.append)

    assert storage.bodies == [CONTENT] * 3
    assert len(pauses) == 2


def test_pauses_grow_and_are_never_the_same(storage: Storage, file: Path) -> None:
    storage.statuses = [503] * 4
    pauses: list[float] = []

    send(put(storage), file, pause=pauses.append)

    assert all(0 <= pause <= 2 ** (number + 1) for number, pause in enumerate(pauses))
    assert len(set(pauses)) == 4


def test_it_gives_up_after_so_many_attempts(storage: Storage, file: Path) -> None:
    storage.statuses = [503] * 10

    with pytest.raises(SendingFailed, match="status 503: Not today") as failure:
        send(put(storage), file, pause=lambda _: None)

    assert failure.value.status == 503
    assert len(storage.bodies) == ATTEMPTS


@pytest.mark.parametrize("status", [307, 400, 403, 404, 412])
def test_a_refusal_is_not_repeated(storage: Storage, file: Path, status: int) -> None:
    storage.statuses = [status]

    with pytest.raises(SendingFailed, match=f"status {status}: Not today"):
        send(put(storage), file, pause=lambda _: None)

    assert len(storage.bodies) == 1


def test_an_object_that_is_there_after_a_lost_answer_is_ours(storage: Storage, file: Path) -> None:
    storage.statuses = [_LOST, 412]

    send(put(storage), file, pause=lambda _: None)

    assert len(storage.bodies) == 2


def test_nobody_listening_is_said_so(file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        request = Request("PUT", f"http://127.0.0.1:{taken.getsockname()[1]}/k")

        with pytest.raises(SendingFailed, match="The connection to the storage failed") as failure:
            send(request, file, pause=lambda _: None)

    assert failure.value.status is None


def test_an_early_refusal_is_read_although_sending_fails(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.write_bytes(b"x" * 20_000_000)
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        client, _ = listener.accept()
        client.recv(1000)
        client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        client.settimeout(5)
        received = 0
        while received < 1_000_000 and (chunk := client.recv(65_536)):
            received += len(chunk)
        client.close()

    server = threading.Thread(target=refuse)
    server.start()
    try:
        with pytest.raises(SendingFailed) as failure:
            send(Request("PUT", f"http://127.0.0.1:{listener.getsockname()[1]}/k"), big, pause=lambda _: None)
    finally:
        listener.close()
        server.join()

    assert failure.value.status == 403


def test_a_missing_file_is_no_matter_of_the_connection(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        send(put(storage), tmp_path / "gone")

    assert storage.bodies == []
