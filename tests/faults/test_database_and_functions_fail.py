"""PostgreSQL and the functions die under load: nothing acknowledged is lost, and nobody restarts anything."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.client import User
from faults.conftest import Site
from faults.load import Load, Outcome
from integration.running_gateway import eventually
from mocshelf_tools.stack import family

Tell = Callable[[Outcome], None]


def answers(user: User) -> bool:
    try:
        return user.http.get("/api/mocs", params={"limit": 1}).status_code == 200
    except OSError:
        return False


@pytest.mark.parametrize("fault", ["killed", "hung", "refusing", "slow"])
def test_no_acknowledged_write_is_lost_with_the_database(site: Site, load: Load, tell: Tell, fault: str) -> None:
    stack, proxy = site.stack, site.proxies["postgres"]
    break_it, heal = {
        "killed": (lambda: stack.kill_server("postgres"), lambda: stack.start_server("postgres")),
        "hung": (lambda: stack.hang_server("postgres"), lambda: stack.resume_server("postgres")),
        "refusing": (proxy.refuse, proxy.heal),
        "slow": (lambda: setattr(proxy, "slow_by", 0.05), proxy.heal),
    }[fault]

    load.around(break_it, heal)
    healed = time.monotonic()
    back = eventually(lambda: answers(load.users[0]), 30)
    recovery = time.monotonic() - healed
    time.sleep(1)
    load.stop()
    tell(load.outcome(f"PostgreSQL {fault}", recovery, compare=False))

    assert back
    assert load.errors() == []
    assert load.lost() == []
    assert load.stale() == []
    if fault in ("killed", "refusing"):
        assert load.unavailable() > 0
    if fault == "slow":
        assert load.unavailable() == 0


def workers() -> list[int]:
    """The processes of the functions."""
    found = []
    for pid in family.below(os.getpid()):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"gateway.worker" in command or b"gateway/worker" in command:
            found.append(pid)
    return found


def test_functions_that_are_killed_lose_nothing(site: Site, load: Load, tell: Tell) -> None:
    over = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        chance = random.Random(7)
        while not over.wait(0.25):
            alive = workers()
            if alive:
                killed.append(chance.choice(alive))
                os.kill(killed[-1], signal.SIGKILL)

    load.around(lambda: threading.Thread(target=kill, daemon=True).start(), over.set)
    healed = time.monotonic()
    back = eventually(lambda: answers(load.users[0]), 30)
    recovery = time.monotonic() - healed
    load.stop()
    tell(load.outcome(f"functions killed ({len(killed)} times)", recovery, compare=False))

    assert back
    assert len(killed) > 5
    # Whoever's request ran in a process that was killed sees an error, and its retry has one effect.
    assert [one for user in load.users for one in user.seen.wrong] == []
    assert load.lost() == []
    assert load.stale() == []


def test_queues_and_files_away_lose_no_change(site: Site, load: Load, tell: Tell) -> None:
    load.around(lambda: site.stack.hang_server("aws"), lambda: site.stack.resume_server("aws"), broken_for=3)
    healed = time.monotonic()
    load.stop()
    converged = eventually(lambda: site.rows(UNHANDLED) == [(0,)], 20) or swept(site)
    recovery = time.monotonic() - healed
    tell(load.outcome("queues and S3 hung", recovery, compare=False))

    assert converged
    assert load.errors() == []
    assert load.lost() == []
    assert load.stale() == []


UNHANDLED = "select count(*) from outbox where topic = 'index'"


def swept(site: Site) -> bool:
    """What was not sent is sent by the sweep, once it is due."""
    from mocshelf_tools.gateway.control import invoke

    with site.stack.folder.path.joinpath("control.json").open() as file:
        assert json.load(file)["port"]
    due(site)
    invoke(site.stack.folder, "sweep", None)
    return eventually(lambda: site.rows(UNHANDLED) == [(0,)], 30)


def due(site: Site) -> None:
    import psycopg2

    with psycopg2.connect(site.stack.endpoints.postgres) as conn, conn.cursor() as cursor:
        cursor.execute("update outbox set available_at = now()")


def test_three_hundred_clients_share_a_few_connections(site: Site, tell: Tell) -> None:
    load = Load(site.users(10))
    for user in load.users:
        user.add()
    start = time.monotonic()
    slowest: list[float] = []
    statuses: list[int] = []

    def ask(user: User) -> None:
        asked = time.monotonic()
        statuses.append(user.http.get("/api/mocs").status_code)
        slowest.append(time.monotonic() - asked)

    threads = [threading.Thread(target=ask, args=(load.users[number % 10],)) for number in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    connections = site.rows("select count(*) from pg_stat_activity where application_name = 'mocshelf'")
    outcome = load.outcome("300 clients at once", max(slowest), compare=False)
    tell(Outcome(**{**vars(outcome), "requests": outcome.requests + 300}))

    assert statuses == [200] * 300
    assert connections[0][0] <= 20
    assert time.monotonic() - start < 30
