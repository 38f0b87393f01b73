"""The cache on two real servers that share a cluster's slots: keys are found where they are."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mocshelf.runtime.resources import Cache
from mocshelf.runtime.valkey import SLOTS, Valkey
from mocshelf_tools.stack.valkey import _binary


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(port: int, *words: object) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(" ".join(map(str, words)).encode() + b"\r\n")
        return connection.recv(65536)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """The ports of two servers with half of the slots each."""
    ports, servers = [_free(), _free()], []
    for port in ports:
        folder: Path = tmp_path_factory.mktemp(f"node{port}")
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        # The port between nodes is 10,000 above by default, which a high port has no room for.
        options += ["--cluster-enabled", "yes", "--cluster-port", str(_free())]
        servers.append(subprocess.Popen([_binary(), *options], stdout=subprocess.DEVNULL))
    _wait(lambda: all(_answers(port) for port in ports))
    half = SLOTS // 2
    _say(ports[0], "CLUSTER ADDSLOTSRANGE", 0, half - 1)
    _say(ports[1], "CLUSTER ADDSLOTSRANGE", half, SLOTS - 1)
    bus = next(line for line in _say(ports[1], "CLUSTER NODES").decode().split() if "@" in line)
    _say(ports[0], "CLUSTER MEET", "127.0.0.1", ports[1], bus.partition("@")[2].partition(",")[0])
    _wait(lambda: all(b"cluster_state:ok" in _say(port, "CLUSTER INFO") for port in ports))
    yield ports
    for server in servers:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    try:
        return _say(port, "PING").startswith(b"+PONG")
    except OSError:
        return False


def _wait(happened: object) -> None:
    deadline = time.monotonic() + 20
    while not happened():  # type: ignore[operator]  # a function
        assert time.monotonic() < deadline, "the cluster did not form"
        time.sleep(0.05)


def test_each_users_keys_are_found_on_their_own_server(cluster: list[int]) -> None:
    valkey = Valkey(Cache("127.0.0.1", cluster[0], tls=False))
    users = [f"user-{number}" for number in range(40)]
    for user in users:
        valkey.ask(user, [("SET", f"ms1:{{{user}}}:a", user), ("SET", f"ms1:{{{user}}}:b", "b")])

    found = {user: valkey.ask(user, [("GET", f"ms1:{{{user}}}:a"), ("GET", f"ms1:{{{user}}}:b")]) for user in users}

    sizes = [int(_say(port, "DBSIZE").strip(b":\r\n")) for port in cluster]
    valkey.close()
    assert found == {user: [user.encode(), b"b"] for user in users}
    assert sum(sizes) == 80
    assert min(sizes) > 0


def test_a_slot_that_moves_is_followed(cluster: list[int]) -> None:
    valkey = Valkey(Cache("127.0.0.1", cluster[0], tls=False))
    valkey.ask("mover", [("SET", "ms1:{mover}:a", "1")])
    slot = int(_say(cluster[0], "CLUSTER KEYSLOT", "mover").strip(b":\r\n"))
    home = cluster[0] if slot < SLOTS // 2 else cluster[1]
    away = cluster[1] if home == cluster[0] else cluster[0]
    ids = {port: _say(port, "CLUSTER MYID").split(b"\r\n")[1].decode() for port in cluster}
    _say(away, "CLUSTER SETSLOT", slot, "IMPORTING", ids[home])
    _say(home, "CLUSTER SETSLOT", slot, "MIGRATING", ids[away])
    _say(home, "DEL", "ms1:{mover}:a")

    asked = valkey.ask("mover", [("SET", "ms1:{mover}:a", "2"), ("GET", "ms1:{mover}:a")])
    for port in (away, home):
        _say(port, "CLUSTER SETSLOT", slot, "NODE", ids[away])
    moved = valkey.ask("mover", [("GET", "ms1:{mover}:a")])

    valkey.close()
    assert asked[-1] == b"2"
    assert moved == [b"2"]
