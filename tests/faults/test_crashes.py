"""The crash matrix: every write path killed before and after each outside call, then retried, then swept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from faults.crashing import Zygote
from faults.linking import relink
from faults.paths import REQUESTS, Case, World
from faults.step_paths import STEPS
from integration.front_door import Handlers, all_handlers, front_door
from integration.people import People
from integration.uploading import aws
from mocshelf.runtime import database, search
from mocshelf.testing import Client
from mocshelf_tools.auditing.audit import audit
from mocshelf_tools.auditing.findings import Scope
from mocshelf_tools.auditing.places import Places, linked
from mocshelf_tools.stack import Stack

PAGE = Path(__file__).resolve().parents[2] / "docs" / "crash-matrix.md"
Execute = Callable[..., list[tuple[Any, ...]]]
PATHS = (*REQUESTS, *STEPS)
ATTEMPTS = 5  # as often as the queue of uploads hands over a message
START, END = "<!-- matrix -->", "<!-- end of matrix -->"

_matrix: list[tuple[str, list[tuple[str, str, str]]]] = []


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose queues nobody reads: what is delivered, and when, is up to the test."""
    with Stack(tmp_path_factory.mktemp("crashes") / "data") as running:
        links = running.environment
        if not running.engine.wait():
            links.pop("MOCSHELF_SEARCH", None)
        relink(links)
        if "MOCSHELF_SEARCH" in links:
            # Each write waits until searches see it, which is a second else.
            search.request("PUT", "/_settings", {"index": {"refresh_interval": "20ms"}})
        yield running
        database.close()


@pytest.fixture(scope="module")
def zygote(stack: Stack) -> Iterator[Zygote]:
    links = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with Zygote(links) as parent:
        yield parent


@pytest.fixture(scope="module")
def handlers(stack: Stack) -> Handlers:
    return all_handlers()


@pytest.fixture(scope="module")
def client(handlers: Handlers) -> Client:
    return front_door(handlers)


@pytest.fixture(scope="module")
def people(stack: Stack) -> People:
    return People(aws(stack, "cognito-idp"), stack.endpoints.pool_id)


@pytest.fixture(scope="module")
def execute(stack: Stack) -> Iterator[Execute]:
    """Runs SQL beside the functions, each statement a transaction."""
    conn = psycopg2.connect(stack.endpoints.postgres)
    conn.autocommit = True

    def executed(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with conn.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    yield executed
    conn.close()


@pytest.fixture(scope="module")
def places(stack: Stack) -> Places:
    return linked()


def recover(execute: Execute, handlers: Handlers, user: str) -> None:
    """What happens by itself as time passes: everything owed is due, the sweep runs, queues deliver."""
    execute("update object_deletions set due_at = now() where due_at > now()")
    execute("update upload_files set lease_until = now() - interval '1 minute' where status = 'processing'")
    files = execute(
        "select f.id from upload_files f join upload_sessions s on s.id = f.session_id where s.user_id = %s"
        " and f.status in ('received', 'processing')",
        user,
    )
    deliver(handlers["process_upload"], [{"file": str(one)} for (one,) in files])
    execute("update outbox set available_at = now()")
    index(execute, handlers, user)
    handlers["profiles"]({}, None)
    handlers["sweep"]({"incoming": True}, None)
    handlers["sweep"]({}, None)


def index(execute: Execute, handlers: Handlers, user: str) -> None:
    rows = execute("select id from outbox where topic = 'index' and user_id = %s", user)
    deliver(handlers["index_search"], [{"outbox": one} for (one,) in rows])


def deliver(handler: Callable[[Any, Any], Any], bodies: list[dict[str, Any]]) -> None:
    """What fails comes again, as from a queue: a server may be slower than anybody waits for it."""
    records = [{"messageId": str(number), "body": json.dumps(body)} for number, body in enumerate(bodies)]
    for _ in range(ATTEMPTS):
        failed = {one["itemIdentifier"] for one in handler({"Records": records}, None)["batchItemFailures"]}
        records = [record for record in records if record["messageId"] in failed]
        if not records:
            return
        time.sleep(1)
    raise AssertionError(f"These failed every time: {records}")


def leftovers(execute: Execute, places: Places, case: Case, user: str) -> list[str]:
    """Everything that breaks an invariant of the user's library."""
    found = [f"{one.kind}: {one.text}" for one in audit(Scope(places, owner=user, deep=True)).findings]
    found += [f"outbox: {row}" for row in execute("select topic, entity from outbox where user_id = %s", user)]
    promised = execute("select object_key from object_deletions where object_key like %s", f"%/{user}/%")
    found += [f"promised and not deleted: {key}" for (key,) in promised]
    if case.function == "process_upload":
        waiting = places.s3.list_objects_v2(Bucket=places.bucket, Prefix=f"incoming/{user}/")
        found += [f"incoming: {one['Key']}" for one in waiting.get("Contents", ())]
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_a_write_that_is_killed_anywhere_is_whole_in_the_end(
    execute: Execute,
    zygote: Zygote,
    client: Client,
    handlers: Handlers,
    people: People,
    places: Places,
    path: Callable[[World], Case],
) -> None:
    whole = path(World(client, people))
    calls = zygote.run(whole.function, whole.event).calls
    assert calls, "a write path without an outside call"
    assert whole.done() == 1

    cells, problems = [], []
    for number, call in enumerate(calls):
        states = []
        for after in (False, True):
            world = World(client, people)
            case = path(world)
            if case.function != "index_search":
                # Rows from before the write would renew the cache in its place.
                index(execute, handlers, world.user)
            # A read before the write, so that its answer is in the cache, where it could stay.
            assert case.done() == 0
            crashed = zygote.run(case.function, case.event, number, after=after)
            assert crashed.answer is None
            assert crashed.calls[-1] == call
            states.append("done" if case.done() else "nothing")
            again = zygote.run(case.function, case.event).answer
            recover(execute, handlers, world.user)
            where = f"{'after' if after else 'before'} {call} ({number + 1} of {len(calls)})"
            if "statusCode" in (again or {}) and again["statusCode"] not in case.retried:
                problems.append(f"{where}: the retry answered {again['statusCode']}")
            if case.done() != 1:
                problems.append(f"{where}: the effect is there {case.done()} times")
            problems += [f"{where}: {one}" for one in leftovers(execute, places, case, world.user)]
        cells.append((call, states[0], states[1]))
    _matrix.append((path.__name__.replace("_", " "), cells))

    assert problems == []


def test_the_matrix_in_the_documentation_is_this_one() -> None:
    if len(_matrix) < len(PATHS):
        pytest.skip("only some of the paths ran")
    text = PAGE.read_text()
    before, after = text[: text.index(START) + len(START)], text[text.index(END) :]
    lines = ["| path | outside calls, in order: what is there after a kill before → after it |", "| --- | --- |"]
    for name, cells in _matrix:
        lines.append(f"| {name} | " + " · ".join(f"{call}: {one} → {other}" for call, one, other in cells) + " |")
    wanted = before + "\n" + "\n".join(lines) + "\n" + after
    if os.environ.get("MOCSHELF_WRITE_DOCS"):
        PAGE.write_text(wanted)
    if "index:" not in wanted:
        pytest.skip("without a search engine the matrix has one call less")

    assert text == wanted or os.environ.get("MOCSHELF_WRITE_DOCS")
