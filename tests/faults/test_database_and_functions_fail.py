"""PostgreSQL, S3 and the functions die under load: nothing acknowledged is lost, and nobody restarts anything."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from faults.load import Load, Outcome
from faults.place import Site
from faults.user import PICTURE, User
from integration.running_gateway import eventually
from mocshelf_tools.stack import family

Tell = Callable[[Outcome], None]

CONNECTIONS = 20


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
    time.sleep(2)
    lost, agreed = site.finish(load)
    tell(load.outcome(f"PostgreSQL {fault}", lost, recovery=load.recovery(), agreed=agreed))

    assert load.errors() + load.wrong() == []
    assert lost == []
    assert load.stale() == []
    assert agreed is not None
    assert site.findings() == []
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
            # One that was found may have ended meanwhile.
            with contextlib.suppress(ProcessLookupError):
                if alive:
                    one = chance.choice(alive)
                    os.kill(one, signal.SIGKILL)
                    killed.append(one)

    def begin() -> None:
        threading.Thread(target=kill, daemon=True).start()
        assert eventually(lambda: len(killed) > 5, 60), "functions are hardly ever running"

    load.around(begin, over.set)
    time.sleep(2)
    lost, agreed = site.finish(load)
    name = f"functions killed ({len(killed)} times)"
    tell(load.outcome(name, lost, recovery=load.recovery(), agreed=agreed))

    # Whoever's request ran in a process that was killed sees an error, and its retry has one effect.
    assert load.wrong() == []
    assert lost == []
    assert load.stale() == []
    assert agreed is not None
    assert site.findings() == []


@pytest.mark.parametrize("fault", ["stopped", "hung"])
def test_queues_and_files_away_lose_no_change(site: Site, load: Load, tell: Tell, fault: str) -> None:
    for user in load.users:
        user.pictures = False
    break_it, heal = {
        "stopped": (lambda: site.stack.stop_server("aws"), lambda: site.stack.start_server("aws")),
        "hung": (lambda: site.stack.hang_server("aws"), lambda: site.stack.resume_server("aws")),
    }[fault]

    load.around(break_it, heal)
    time.sleep(1)
    lost, agreed = site.finish(load)
    tell(load.outcome(f"queues and S3 {fault}", lost, recovery=load.recovery(), agreed=agreed))

    assert load.errors() + load.wrong() == []
    assert load.unavailable() == 0
    assert lost == []
    assert load.stale() == []
    assert agreed is not None
    assert site.findings() == []


def send_picture(user: User) -> httpx.Response:
    files = {"file": ("a.png", PICTURE, "image/png")}
    return user.http.post("/api/images", files=files, data={"title": "Tower"})


def test_a_picture_that_cannot_be_stored_is_refused_for_now_and_leaves_nothing(site: Site) -> None:
    user = site.users(1)[0]

    site.stack.stop_server("aws")
    try:
        answer = send_picture(user)
    finally:
        site.stack.start_server("aws")

    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert user.listed("/api/images") == []
    assert send_picture(user).status_code == 201
    assert site.findings() == []


def test_three_hundred_clients_share_a_few_connections(site: Site, tell: Tell) -> None:
    load = Load(site.users(10))
    for user in load.users:
        user.add()
    site.rows(f"alter role mocshelf_app connection limit {CONNECTIONS}")
    times: list[float] = []
    statuses: list[int] = []
    most = [0]
    over = threading.Event()

    def ask(user: User) -> None:
        start = time.monotonic()
        statuses.append(user.http.get("/api/mocs").status_code)
        times.append(time.monotonic() - start)

    def watch() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], *site.rows(f"select count(*) from pg_stat_activity where {OURS}")[0])

    threads = [threading.Thread(target=ask, args=(load.users[number % 10],)) for number in range(300)]
    watching = threading.Thread(target=watch)
    for thread in (watching, *threads):
        thread.start()
    for thread in threads:
        thread.join(60)
    over.set()
    watching.join()
    site.rows("alter role mocshelf_app connection limit -1")
    outcome = load.outcome(f"300 clients, {most[0]} connections", load.lost(site.rows), recovery=max(times))
    tell(Outcome(**{**vars(outcome), "requests": outcome.requests + 300}))

    assert statuses == [200] * 300
    assert 0 < most[0] <= CONNECTIONS
    assert max(times) < 20
    assert outcome.lost == 0


OURS = "application_name = 'mocshelf'"
