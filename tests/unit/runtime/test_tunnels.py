"""Servers at the end of a tunnel: connected to on this machine, believed and spoken to under their own names."""

from __future__ import annotations

import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from mocshelf.runtime import database, tls
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.exchange import Exchange
from mocshelf.runtime.resources import Cache, Database, Resources, Stage, Tunnels, resources
from mocshelf.runtime.valkey import Valkey
from unit.runtime.authority import Authority, accept_tls, serving

# No resolver knows such a name, so whoever skips the tunnel finds nobody.
HOST = "server.stage.invalid"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """The one that this process believes."""
    made = Authority(tmp_path, "ours")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    tls.context.cache_clear()
    yield made
    tls.context.cache_clear()


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Opens a tunnel from the port of this machine to a port of the host."""

    def open_tunnel(local: int, port: int) -> None:
        monkeypatch.setitem(vars(resources), "tunnels", Tunnels({f"{HOST}:{port}": local}, patience=20))

    return open_tunnel


def answer_valkey(secured: ssl.SSLSocket) -> None:
    secured.recv(65536)
    secured.sendall(b"+PONG\r\n")


def login_of(packet: bytes) -> dict[str, str]:
    """The settings that PostgreSQL's first message carries."""
    words = packet[8:].rstrip(b"\0").split(b"\0")
    return dict(zip(*[iter(word.decode() for word in words)] * 2, strict=True))


def test_without_tunnels_the_way_leads_to_the_server() -> None:
    assert Resources({}).way("proxy", 5432) == ("proxy", 5432)


def test_a_tunnel_leads_to_one_port_of_one_host() -> None:
    linked = Resources({"MOCSHELF_TUNNELS": json.dumps({"ports": {"proxy:5432": 15432}, "patience": 5})})

    assert linked.way("proxy", 5432) == ("127.0.0.1", 15432)
    assert linked.way("proxy", 5433) == ("proxy", 5433)
    assert linked.way("other", 5432) == ("other", 5432)


def test_search_is_asked_under_its_own_name(authority: Authority, through: Callable[[int, int], None]) -> None:
    heard: list[bytes] = []

    def talk(secured: ssl.SSLSocket) -> None:
        heard.append(secured.recv(65536))
        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serving(authority.server_context(HOST), talk) as port:
        through(port, 443)
        exchange = Exchange(f"https://{HOST}")
        # The server closes the connection after each answer.
        answers = [exchange.ask("GET", "/", b"", {}, 5) for _ in range(2)]

    assert answers == [(200, b"{}")] * 2
    # What a signature is made for.
    assert all(f"\r\nHost: {HOST}\r\n".encode() in request for request in heard)


def test_the_cache_is_asked(authority: Authority, through: Callable[[int, int], None]) -> None:
    with serving(authority.server_context(HOST), answer_valkey) as port:
        through(port, 6379)
        answer = Valkey(Cache(HOST, 6379)).ask("u", [("PING",)])

    assert answer == [b"PONG"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Exchange(f"https://{HOST}:6379").ask("GET", "/", b"", {}, 5),
        lambda: Valkey(Cache(HOST, 6379)).ask("u", [("PING",)]),
    ],
    ids=["search", "cache"],
)
def test_another_server_at_the_end_of_the_tunnel_is_not_believed(
    authority: Authority, through: Callable[[int, int], None], ask: Callable[[], object]
) -> None:
    # Its certificate is good, and for the address that the connection goes to.
    with serving(authority.server_context("localhost"), answer_valkey) as port:
        through(port, 6379)
        with pytest.raises(ssl.SSLCertVerificationError):
            ask()


def test_a_far_away_cache_may_take_longer(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    def talk(secured: ssl.SSLSocket) -> None:
        time.sleep(0.3)
        answer_valkey(secured)

    def ask(patience: float) -> list[object]:
        monkeypatch.setitem(vars(resources), "tunnels", Tunnels({f"{HOST}:6379": port}, patience))
        return Valkey(Cache(HOST, 6379)).ask("u", [("PING",)])

    with serving(authority.server_context(HOST), talk) as port:
        with pytest.raises(TimeoutError):
            ask(1)
        assert ask(30) == [b"PONG"]


# The database.


class Proxy:
    """Speaks as RDS Proxy does until it has heard who wants in; then it refuses."""

    def __init__(self) -> None:
        self.login: Mapping[str, str] = {}
        self.password = ""

    def __call__(self, secured: ssl.SSLSocket) -> None:
        packet = secured.recv(4096)
        if not packet:
            # Who does not believe the certificate says nothing.
            return
        self.login = login_of(packet)
        # A password in clear, which is inside TLS.
        secured.sendall(b"R" + (8).to_bytes(4, "big") + (3).to_bytes(4, "big"))
        self.password = secured.recv(8192)[5:].rstrip(b"\0").decode()
        fields = b"SFATAL\0VFATAL\0C28000\0Mrefused\0\0"
        secured.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)


@pytest.fixture
def database_says(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the driver says of the database, connected as a function connects."""
    said: list[Any] = []
    monkeypatch.setattr("mocshelf.runtime.telemetry.error", lambda _, problem: said.append(problem))
    monkeypatch.setitem(vars(resources), "stage", Stage("dev", "eu-central-1"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "S")

    def connect() -> str:
        with pytest.raises(Unavailable):
            database.connect(Database(HOST, 5432, "mocshelf", "mocshelf_app"))
        assert isinstance(said[-1], psycopg2.OperationalError)
        return str(said[-1])

    return connect


def test_the_database_gets_a_token_for_its_own_name(
    authority: Authority, through: Callable[[int, int], None], database_says: Callable[[], str]
) -> None:
    proxy = Proxy()

    with serving(authority.server_context(HOST), proxy, greet=accept_tls) as port:
        through(port, 5432)
        said = database_says()

    assert "refused" in said
    assert proxy.login["user"] == "mocshelf_app"
    assert proxy.password.startswith(f"{HOST}:5432/?Action=connect&DBUser=mocshelf_app")


def test_another_database_at_the_end_of_the_tunnel_gets_no_token(
    authority: Authority, through: Callable[[int, int], None], database_says: Callable[[], str]
) -> None:
    proxy = Proxy()

    with serving(authority.server_context("localhost"), proxy, greet=accept_tls) as port:
        through(port, 5432)
        said = database_says()

    assert f'does not match host name "{HOST}"' in said
    assert (proxy.login, proxy.password) == ({}, "")


def test_a_tunnel_that_is_down_is_an_unavailable_database(
    through: Callable[[int, int], None], database_says: Callable[[], str]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        through(closed.getsockname()[1], 5432)
        said = database_says()

    assert "refused" in said
