"""One server for the three ways to it, PgBouncer where it can be had, and the table at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocshelf_tools import pgbouncer
from saturation import plot, table
from saturation.place import Place, Run, server

WRITE = "MOCSHELF_WRITE_DOCS"
WAYS = 3

_runs: list[tuple[str, Run]] = []


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with server(tmp_path_factory.mktemp("saturation") / "data") as made:
        yield made


@pytest.fixture(scope="session")
def program() -> pgbouncer.Program:
    found = pgbouncer.program()
    if found is None:
        pytest.skip(pgbouncer.MISSING)
    return found


@pytest.fixture
def tell() -> Callable[[str, Run], None]:
    """Adds a row to the table."""
    return lambda name, run: _runs.append((name, run))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not _runs:
        return
    terminalreporter.section("300 environments, all at once")
    for line in table.printed(_runs):
        terminalreporter.write_line(line)
    # Part of a table says nothing: the ways are there to be compared.
    if os.environ.get(WRITE) and len(_runs) == WAYS:
        table.write(_runs)
        plot.write(_runs)
