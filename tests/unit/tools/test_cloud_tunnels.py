"""Tunnels are opened, looked after, opened again and closed; a program of the tests' own stands in for AWS's."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mocshelf_tools.cloud.live_links import Inside
from mocshelf_tools.cloud.probing import probe
from mocshelf_tools.cloud.tunnelling import Server
from mocshelf_tools.cloud.tunnels import Pace, Tunnels, Way
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import family
from unit.runtime.authority import Authority, accept_tls, serving

FORWARDER = Path(__file__).with_name("forwarder.py")
HOST = "server.stage.invalid"
DATABASE = Inside("database", Server(HOST, 5432), secure=True)
SEARCH = Inside("search", Server(HOST, 443), secure=True)
QUICK = Pace(opening=3, look=0.05, answer=2, again=(0.05,))


def silent(_: ssl.SSLSocket) -> None:
    """The handshake is all there is to hear."""


class Shown(list[str]):
    """What was said on the terminal; a test waits for words in it."""

    def __init__(self) -> None:
        super().__init__()
        self._more = threading.Condition()

    def __call__(self, text: str) -> None:
        with self._more:
            self.append(text)
            self._more.notify_all()

    def wait_for(self, words: str) -> bool:
        with self._more:
            return self._more.wait_for(lambda: any(words in text for text in self), 20)


class Programs:
    """Starts forwarders to what `target` is at the moment, and remembers them by their local port."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.started: list[int] = []
        self.problem: str | None = None

    def __call__(self, _server: Server, port: int) -> list[str]:
        if self.problem is not None:
            raise CannotContinue(self.problem)
        self.started.append(port)
        return [sys.executable, str(FORWARDER), str(port), str(self.target)]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def search(authority: Authority) -> Iterator[int]:
    """The port of a server that is who it should be."""
    with serving(authority.server_context(HOST), silent) as port:
        yield port


@pytest.fixture
def tunnels(authority: Authority, shown: Shown) -> Callable[..., Tunnels]:
    def made(command: Programs, *to: Inside) -> Tunnels:
        way = Way(command, dict(os.environ), partial(probe, authorities=str(authority.file)))
        return Tunnels(to or [SEARCH], way, shown, QUICK)

    return made


def children() -> set[int]:
    return set(family.below(os.getpid()))


def refused(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def test_a_tunnel_leads_to_its_server_and_leaves_nothing(
    tunnels: Callable[..., Tunnels], search: int, authority: Authority, shown: Shown
) -> None:
    with tunnels(Programs(search)) as opened:
        (port,) = opened.ports.values()
        probe(SEARCH, port, 2, str(authority.file))
        running = children()

    assert opened.ports.keys() == {SEARCH.server}
    assert running
    assert children() == set()
    assert refused(port)
    assert shown == []


def test_postgresql_is_asked_for_tls_in_its_own_way(
    tunnels: Callable[..., Tunnels], authority: Authority, shown: Shown
) -> None:
    with (
        serving(authority.server_context(HOST), silent, greet=accept_tls) as port,
        tunnels(Programs(port), DATABASE) as opened,
    ):
        (local,) = opened.ports.values()
        probe(DATABASE, local, 2, str(authority.file))

    assert shown == []


def test_a_tunnel_whose_program_dies_is_opened_again_on_its_port(
    tunnels: Callable[..., Tunnels], search: int, shown: Shown
) -> None:
    programs = Programs(search)

    with tunnels(programs) as opened:
        (port,) = opened.ports.values()
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        back = shown.wait_for("is back")

    assert back, shown
    assert shown[0].startswith("The tunnel to the search is down: ")
    assert shown[0].endswith("\nPostgreSQL answers searches meanwhile.")
    assert programs.started == [port, port]
    assert children() == set()


def test_a_tunnel_that_leads_nowhere_is_opened_again(
    tunnels: Callable[..., Tunnels], search: int, authority: Authority, shown: Shown
) -> None:
    with serving(authority.server_context(HOST), silent) as first:
        programs = Programs(first)
        opened = tunnels(programs)
        opened.__enter__()
    # The program lives, and what it led to is gone.
    try:
        programs.target = search
        back = shown.wait_for("is back")
    finally:
        opened.__exit__()

    assert back, shown
    assert len(set(programs.started)) == 1


def test_while_aws_gives_no_session_it_is_said_once_and_tried_on(
    tunnels: Callable[..., Tunnels], search: int, shown: Shown
) -> None:
    programs = Programs(search)

    with tunnels(programs):
        programs.problem = "Your AWS session has expired. Sign in again: aws sso login"
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        down = shown.wait_for("is down")
        programs.problem = None
        back = shown.wait_for("is back")

    assert (down, back) == (True, True), shown
    assert len(shown) == 2


def test_another_server_at_the_end_is_refused_before_anything_is_sent(
    tunnels: Callable[..., Tunnels], authority: Authority
) -> None:
    heard: list[bytes] = []

    def listen(secured: ssl.SSLSocket) -> None:
        heard.append(secured.recv(100))

    with (
        serving(authority.server_context("localhost"), listen) as port,
        pytest.raises(CannotContinue) as failed,
        tunnels(Programs(port)),
    ):
        pass

    assert str(failed.value).startswith(
        f"There is no tunnel to the search: What answers through the tunnel to the search is not {HOST}: "
    )
    assert b"".join(heard) == b""
    assert children() == set()


def test_a_program_that_ends_at_once_is_quoted(tunnels: Callable[..., Tunnels]) -> None:
    class Broken(Programs):
        def __call__(self, _server: Server, port: int) -> list[str]:
            return [sys.executable, "-c", "raise SystemExit('An error occurred: TargetNotConnected')"]

    with (
        pytest.raises(CannotContinue, match=r"^There is no tunnel to the search: An error occurred: TargetNotConn"),
        tunnels(Broken(1)),
    ):
        pass


def test_one_tunnel_that_cannot_be_opened_closes_the_others(
    tunnels: Callable[..., Tunnels], authority: Authority, search: int
) -> None:
    # It speaks no PostgreSQL.
    with (
        pytest.raises(CannotContinue, match="no tunnel to the database"),
        tunnels(Programs(search), SEARCH, DATABASE),
    ):
        pass

    assert children() == set()


def test_no_servers_need_no_program(shown: Shown) -> None:
    programs = Programs(1)

    with Tunnels([], Way(programs, {}, partial(probe, authorities="")), shown) as opened:
        assert opened.ports == {}

    assert programs.started == []
