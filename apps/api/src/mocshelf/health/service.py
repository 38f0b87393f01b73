"""Asks PostgreSQL, cache and search whether they answer, all at once and one second at most each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

from mocshelf.health.schemas import Components, Health, State
from mocshelf.health.store import answers
from mocshelf.runtime import database, tls
from mocshelf.runtime.errors import Problem
from mocshelf.runtime.resources import resources

PATIENCE = 1.0  # seconds a component gets
LONGEST = 4.0  # the same through tunnels, within the function's own 5


def check() -> Health:
    """The state of every component; never raises."""
    probes = {"database": _database, "cache": _cache, "search": _search}
    pool = ThreadPoolExecutor(len(probes))
    running = {name: pool.submit(probe) for name, probe in probes.items() if resources.linked(name)}
    states = {name: _state(running[name].result) if name in running else "disabled" for name in probes}
    # A probe that hangs keeps its own thread; the answer does not wait for it.
    pool.shutdown(wait=False)
    components = Components.model_validate(states)
    return Health(
        status=_overall(components),
        service="mocshelf",
        version=resources.stage.version,
        components=components,
        timestamp=datetime.now(UTC),
    )


def _state(result: Callable[[float], bool]) -> State:
    try:
        return "healthy" if result(_patience()) else "unhealthy"
    except (OSError, TimeoutError, Problem):
        return "unhealthy"


def _overall(components: Components) -> str:
    if components.database != "healthy":
        return "unhealthy"
    return "degraded" if "unhealthy" in (components.cache, components.search) else "healthy"


def _patience() -> float:
    return min(PATIENCE * resources.tunnels.patience, LONGEST)


def _database() -> bool:
    """A connection of its own, so that a probe that hangs does not hold the one that requests use."""
    conn = database.connect(resources.database, patience=1)
    # A proxy gives up the server's connection of a client that goes away inside a transaction.
    conn.autocommit = True
    try:
        return answers(conn)
    finally:
        conn.close()


def _cache() -> bool:
    """PING in the Redis protocol, which every version of Valkey and Redis answers inline."""
    link = resources.cache
    with tls.connected(link.host, link.port, _patience(), secure=link.tls) as stream:
        stream.sendall(b"PING\r\n")
        return stream.recv(16).startswith(b"+PONG")


def _search() -> bool:
    address = urlsplit(resources.search.url)
    connection = tls.open_http(address.scheme, address.netloc, _patience())
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    finally:
        connection.close()
