"""Valkey and OpenSearch die, hang, refuse and crawl under load: every request is answered, and right."""

from __future__ import annotations

import json
import socket
import time
import urllib.request
from collections.abc import Callable

import pytest

from faults.conftest import Site
from faults.linking import relink
from faults.load import Load, Outcome
from integration.running_gateway import eventually

Tell = Callable[[Outcome], None]

BACK_IN_USE = 30  # seconds

NAMES = {"valkey": "Valkey", "opensearch": "OpenSearch"}


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


@pytest.mark.parametrize("fault", ["killed", "hung", "refusing", "slow"])
@pytest.mark.parametrize("server", ["valkey", "opensearch"])
def test_everything_is_answered_while_it_is_away(site: Site, load: Load, tell: Tell, server: str, fault: str) -> None:
    if server not in site.proxies:
        pytest.skip(f"no OpenSearch: {site.stack.engine.problem}")
    break_it, heal = faults(site, server)[fault]

    # With an engine that hangs each of the gateway's workers waits twice before it leaves it alone.
    load.around(break_it, heal, broken_for=5, settles=3.5)
    healed = time.monotonic()
    before = uses(site, server)
    back = eventually(lambda: uses(site, server) > before + 5, BACK_IN_USE)
    recovery = time.monotonic() - healed
    load.stop()
    tell(load.outcome(f"{NAMES[server]} {fault}", recovery, compare=True))

    assert load.errors() == []
    assert load.unavailable() == 0
    assert load.lost() == []
    assert load.stale() == []
    assert back
    # How much slower it was is in the table, and no reason to fail: whoever shares the machine would decide.


def test_after_the_engine_was_away_search_converges(site: Site, load: Load, tell: Tell) -> None:
    if "opensearch" not in site.proxies:
        pytest.skip(f"no OpenSearch: {site.stack.engine.problem}")

    load.around(site.proxies["opensearch"].refuse, site.proxies["opensearch"].heal)
    load.stop()
    healed = time.monotonic()
    relink(site.links)
    owners = {one for user in load.users for one in user.mocs}
    converged = eventually(lambda: site.rows("select count(*) from outbox where topic = 'index'") == [(0,)], 90)
    recovery = time.monotonic() - healed
    tell(load.outcome("OpenSearch refusing, until the index agrees", recovery, compare=False))

    assert converged
    assert differing(owners) == []


def differing(ids: set[str]) -> list[str]:
    from mocshelf.indexing.comparing import compare
    from mocshelf.runtime import database

    with database.reading() as conn:
        return [f"{one.kind} {one.id}" for one in compare(conn, "moc") if one.id in ids or one.kind == "orphaned"]
