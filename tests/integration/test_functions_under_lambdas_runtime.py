"""The packaged functions under Lambda's own runtime interface client, linked to the stack."""

from __future__ import annotations

import json
import sys
import time
import uuid
from contextlib import closing

import psycopg2
import pytest

from mocshelf import manifest
from mocshelf.testing import Client, http_event, reply
from mocshelf_infra.packaging.building import FOLDER, build
from mocshelf_infra.stages import HERE
from mocshelf_tools.lambdas.environment import Environment
from mocshelf_tools.lambdas.imports import imports
from mocshelf_tools.lambdas.layout import Layout, Layouts
from mocshelf_tools.stack.stack import Stack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda's runtime is published for Linux alone")

ROW = manifest.function("mocs")


@pytest.fixture(scope="module")
def mocs(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return Layouts(build(HERE, FOLDER, lambda _: None), tmp_path_factory.mktemp("lambdas")).of(ROW)


@pytest.fixture
def links(stack: Stack) -> dict[str, str]:
    # Nobody feeds the index here, so PostgreSQL is to answer.
    return {name: value for name, value in stack.environment.items() if name != "MOCSHELF_SEARCH"}


def listed(user: str) -> dict[str, object]:
    return http_event("GET /api/mocs", "GET", "/api/mocs", claims={"sub": user, "token_use": "access"})


def test_the_list_of_mocs_is_answered(
    mocs: Layout, links: dict[str, str], client: Client, alice: str, moc: str
) -> None:
    with Environment(mocs, ROW, links) as started:
        answers = [reply(started.invoke(listed(user)).result) for user in (alice, str(uuid.uuid4()))]
        lines = [json.loads(line) for line in started.log().splitlines()]

    assert [[found["id"] for found in answer.data] for answer in answers] == [[moc], []]
    assert [(line["event"], line["status"]) for line in lines if line["event"] == "request"] == [("request", 200)] * 2


def test_a_restored_snapshot_answers(mocs: Layout, links: dict[str, str], alice: str, moc: str) -> None:
    with Environment(mocs, ROW, links, snap_start=True) as started:
        started.restore()
        answer = reply(started.invoke(listed(alice)).result)

    assert [found["id"] for found in answer.data] == [moc]


def connections(stack: Stack) -> int:
    """Of functions, this process's own too."""
    with closing(psycopg2.connect(stack.endpoints.postgres)) as conn, conn.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where application_name = 'mocshelf'")
        return int(cursor.fetchall()[0][0])


def test_a_start_for_a_request_opens_its_connection_meanwhile(
    mocs: Layout, links: dict[str, str], stack: Stack
) -> None:
    before = connections(stack)

    with Environment(mocs, ROW, links):
        deadline = time.monotonic() + 10
        while connections(stack) == before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert connections(stack) == before + 1


def test_a_start_for_a_snapshot_opens_nothing(mocs: Layout, links: dict[str, str], stack: Stack) -> None:
    before = connections(stack)

    with Environment(mocs, ROW, links, snap_start=True):
        time.sleep(0.5)
        assert connections(stack) == before


def test_a_server_that_is_away_fails_no_start(mocs: Layout, links: dict[str, str], alice: str) -> None:
    away = json.dumps({**json.loads(links["MOCSHELF_DATABASE"]), "port": 1})

    with Environment(mocs, ROW, {**links, "MOCSHELF_DATABASE": away}) as started:
        answers = [reply(started.invoke(listed(alice)).result) for _ in range(2)]

    assert [answer.status for answer in answers] == [503, 503]


def test_what_a_start_imports_is_told(mocs: Layout, links: dict[str, str]) -> None:
    found = {one.module: one for one in imports(mocs, "mocs", links)}

    assert "mocshelf.mocs.store" in found
    assert found["pydantic_core"].importers[0] == "mocshelf.functions.mocs"
