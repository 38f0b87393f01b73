"""The packaged functions under Lambda's own runtime interface client, linked to the stack."""

from __future__ import annotations

import json
import sys
import uuid

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


def test_what_a_start_imports_is_told(mocs: Layout, links: dict[str, str]) -> None:
    found = {one.module: one for one in imports(mocs, "mocs", links)}

    assert "mocshelf.mocs.store" in found
    assert found["pydantic_core"].importers[0] == "mocshelf.functions.mocs"
