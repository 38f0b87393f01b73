"""TLS: whose certificates are believed, by the database's driver, which brings its own OpenSSL, and by ours."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from mocshelf.runtime import database, tls
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.exchange import Exchange
from mocshelf.runtime.resources import Cache, Database
from mocshelf.runtime.valkey import Valkey
from unit.runtime.authority import Authority, accept_tls, serving

GREETED = "the handshake is done"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No context that was made with another test's authorities."""
    tls.context.cache_clear()
    yield
    tls.context.cache_clear()


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the functions have in the cloud, where the file is the operating system's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def refuse_login(secured: ssl.SSLSocket) -> None:
    """Whoever hears this has sent its name and token, so it has believed the certificate."""
    secured.recv(4096)
    fields = b"SFATAL\0VFATAL\0C28000\0M" + GREETED.encode() + b"\0\0"
    secured.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)


def database_says(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the driver says of this server, connected as a function connects."""
    said: list[BaseException] = []
    monkeypatch.setattr("mocshelf.runtime.telemetry.error", lambda _, problem: said.append(problem))
    with pytest.raises(Unavailable):
        database.connect(Database(host, port, "mocshelf", "mocshelf_app", auth="trust"))
    assert isinstance(said[0], psycopg2.OperationalError)
    return str(said[0])


def test_the_database_is_believed_when_the_authorities_of_the_system_know_it(
    authority: Authority, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(authority.server_context("localhost"), refuse_login, greet=accept_tls) as port:
        said = database_says("localhost", port, monkeypatch)

    assert GREETED in said


def test_without_the_variable_the_drivers_openssl_knows_nobody(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    with serving(authority.server_context("localhost"), refuse_login, greet=accept_tls) as port:
        said = database_says("localhost", port, monkeypatch)

    assert "certificate verify failed" in said


def test_a_database_of_another_authority_is_not_believed(
    tmp_path: Path, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Authority(tmp_path, "strangers")

    with serving(stranger.server_context("localhost"), refuse_login, greet=accept_tls) as port:
        said = database_says("localhost", port, monkeypatch)

    assert "certificate verify failed" in said


def test_a_database_under_another_name_is_not_believed(
    authority: Authority, trusted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(authority.server_context("elsewhere.example"), refuse_login, greet=accept_tls) as port:
        said = database_says("localhost", port, monkeypatch)

    assert 'does not match host name "localhost"' in said


def test_a_database_that_does_not_speak_tls_gets_no_token(trusted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    with listener:
        Plain(listener)
        said = database_says("localhost", listener.getsockname()[1], monkeypatch)

    assert "server does not support SSL" in said


class Plain:
    """Answers that it has no TLS."""

    def __init__(self, listener: socket.socket) -> None:
        threading.Thread(target=self._serve, args=[listener], daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            client.recv(8)
            client.sendall(b"N")
            client.recv(1)


def answer_http(secured: ssl.SSLSocket) -> None:
    """One request, and then the connection is closed."""
    secured.recv(65536)
    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def answer_valkey(secured: ssl.SSLSocket) -> None:
    secured.recv(65536)
    secured.sendall(b"+PONG\r\n")


def ask_http(port: int) -> object:
    return Exchange(f"https://localhost:{port}").ask("GET", "/", b"", {}, 2)


def ask_valkey(port: int) -> object:
    return Valkey(Cache("localhost", port)).ask("u", [("PING",)])


ASKING: dict[str, tuple[Callable[[ssl.SSLSocket], None], Callable[[int], object], object]] = {
    "search": (answer_http, ask_http, (200, b"{}")),
    "cache": (answer_valkey, ask_valkey, [b"PONG"]),
}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine needs longer for a handshake than a cache may take."""
    monkeypatch.setattr("mocshelf.runtime.valkey.CONNECT_SECONDS", 2)
    monkeypatch.setattr("mocshelf.runtime.valkey.ANSWER_SECONDS", 2)


@pytest.mark.parametrize("what", ASKING)
def test_a_server_that_the_authorities_know_is_asked(
    authority: Authority, trusted: None, patient: None, what: str
) -> None:
    talk, ask, expected = ASKING[what]

    with serving(authority.server_context("localhost"), talk) as port:
        answer = ask(port)

    assert answer == expected


@pytest.mark.parametrize("what", ASKING)
@pytest.mark.parametrize(("authority_of", "host"), [("strangers", "localhost"), ("ours", "elsewhere.example")])
def test_a_server_that_nobody_vouches_for_is_not_asked(
    tmp_path: Path, authority: Authority, trusted: None, patient: None, what: str, authority_of: str, host: str
) -> None:
    talk, ask, _ = ASKING[what]
    signer = authority if authority_of == "ours" else Authority(tmp_path, authority_of)

    with serving(signer.server_context(host), talk) as port, pytest.raises(ssl.SSLCertVerificationError):
        ask(port)


@pytest.mark.parametrize("what", ASKING)
def test_a_connection_that_was_closed_while_idle_is_made_anew(
    authority: Authority, trusted: None, patient: None, what: str
) -> None:
    talk, _, expected = ASKING[what]

    with serving(authority.server_context("localhost"), talk) as port:
        exchange, valkey = Exchange(f"https://localhost:{port}"), Valkey(Cache("localhost", port))
        answers: list[object] = [
            exchange.ask("GET", "/", b"", {}, 2) if what == "search" else valkey.ask("u", [("PING",)])
            for _ in range(3)
        ]

    assert answers == [expected] * 3


def test_reading_the_authorities_is_done_once(trusted: None) -> None:
    assert tls.context() is tls.context()
