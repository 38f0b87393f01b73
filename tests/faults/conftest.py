"""One running system for all faults, users for each, and the table at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from faults import table
from faults.load import Load, Outcome
from faults.place import Site, running

WRITE = "MOCSHELF_WRITE_DOCS"

ELSEWHERE = """
Rows of the promise that other tests hold: fuzzing from the API document, integration/test_the_contract_fuzzed.py;
every route and bad token, integration/test_every_route_asks_who_is_calling.py; hostile files, unit/file_validator;
functions killed at each outside call, faults/test_crashes.py."""

_outcomes: list[Outcome] = []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("faults") / "data") as place:
        yield place


@pytest.fixture
def load(site: Site) -> Iterator[Load]:
    made = Load(site.users())
    yield made
    for user in made.users:
        user.stopped = True
        user.http.close()


@pytest.fixture
def tell() -> Callable[[Outcome], None]:
    """Adds a row to the table."""
    return _outcomes.append


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not _outcomes:
        return
    terminalreporter.section("faults under load")
    for line in [*table.printed(_outcomes), *ELSEWHERE.splitlines()]:
        terminalreporter.write_line(line)
    if os.environ.get(WRITE):
        table.write(_outcomes)
