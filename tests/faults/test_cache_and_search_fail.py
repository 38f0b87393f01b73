"""Valkey and OpenSearch die, hang, refuse and crawl under load: every request is answered, and right."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest

from faults.load import Load, Outcome
from faults.place import Site
from faults.user import User
from integration.running_gateway import eventually
from mocshelf.runtime.breaker import FAILURES
from mocshelf_tools.gateway.server import Options

Tell = Callable[[Outcome], None]

# The target is 1.5; on a machine where clients, functions and servers share two cores only much more means anything.
WORST_RATIO = 3.0
BACK_IN_USE = 30  # seconds

NAMES = {"valkey": "Valkey", "opensearch": "OpenSearch"}
PARTS = {"valkey": "cache", "opensearch": "search"}  # what the functions call them


def faults(site: Site, server: str) -> dict[str, tuple[Callable[[], None], Callable[[], None]]]:
    """How a server can fail, and how it comes back."""
    stack, proxy = site.stack, site.proxies[server]
    return {
        "killed": (lambda: stack.kill_server(server), lambda: stack.start_server(server)),
        "hung": (lambda: stack.hang_server(server), lambda: stack.resume_server(server)),
        "refusing": (proxy.refuse, proxy.heal),
        "slow": (lambda: setattr(proxy, "slow_by", 0.7), proxy.heal),
    }


def uses(site: Site, server: str) -> int:
    """How often the server has been of use."""
    if server == "opensearch":
        with urllib.request.urlopen(f"{site.stack.engine.url}/_stats/search", timeout=5) as answer:
            return int(json.load(answer)["_all"]["total"]["search"]["query_total"])
    with socket.create_connection(("127.0.0.1", site.stack.settings.ports["valkey"]), 5) as connection:
        connection.sendall(b"INFO stats\r\n")
        said = connection.recv(65536).decode()
    return int(said.partition("keyspace_hits:")[2].split()[0])


class Noticed(NamedTuple):
    """What processes have noticed: the requests that asked the server in vain, and how many circuits have opened."""

    waited: list[str]
    opened: int


def notices(site: Site, server: str, begun: int) -> Noticed:
    """What the log says from its byte `begun` on."""
    part = PARTS[server]
    with site.log.open("rb") as log:
        log.seek(begun)
        lines = [json.loads(line) for line in log if b'"event"' in line and line.endswith(b"\n")]
    waited = [line["requestId"] for line in lines if line["event"] == f"{part}.failed"]
    return Noticed(waited, sum(line["event"] == "breaker.opened" and line["server"] == part for line in lines))


@pytest.mark.parametrize("fault", ["killed", "hung", "refusing", "slow"])
@pytest.mark.parametrize("server", ["valkey", "opensearch"])
def test_everything_is_answered_while_it_is_away(site: Site, load: Load, tell: Tell, server: str, fault: str) -> None:
    if server not in site.proxies:
        pytest.skip(f"no OpenSearch: {site.stack.engine.problem}")
    break_it, heal = faults(site, server)[fault]
    needs_it = User.seek if server == "opensearch" else User.check
    for user in load.users[:2]:
        # Two whose every request needs the part, so that nothing else hides what it costs that it is away.
        user.add()
        user.only = partial(needs_it, user)

    begun = site.log.stat().st_size
    noticed: list[Noticed] = []

    def notice_and_heal() -> None:
        noticed.append(notices(site, server, begun))
        heal()

    # From the sixth second on they try again.
    load.around(break_it, notice_and_heal, broken_for=5.8, settles=3)
    back_at = time.monotonic()
    before = uses(site, server)
    back = eventually(lambda: uses(site, server) > before + 5, BACK_IN_USE)
    recovery = time.monotonic() - back_at
    lost, agreed = site.finish(load)
    ratio = load.ratio(set(notices(site, server, begun).waited))
    tell(load.outcome(f"{NAMES[server]} {fault}", lost, recovery=recovery, agreed=agreed, ratio=ratio))

    assert load.errors() + load.wrong() == []
    assert load.unavailable() == 0
    assert lost == []
    assert load.stale() == []
    assert back
    assert agreed is not None
    assert site.findings() == []
    # A process may fail twice, which opens its circuit; then only once more, when the first pause is over.
    assert len(noticed[0].waited) <= Options.workers + FAILURES * noticed[0].opened
    assert ratio is not None
    assert ratio < WORST_RATIO
