"""A start for a request opens the connection meanwhile; one for a snapshot does not; neither fails for a server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from mocshelf.runtime import database
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Database, resources
from mocshelf_tools.stack.stack import Stack


@pytest.fixture
def fresh(stack: Stack) -> Iterator[None]:
    """This process as one that starts."""
    database.close()
    yield
    database.close()


@pytest.fixture
def owner(stack: Stack) -> Iterator[Any]:
    conn = psycopg2.connect(stack.endpoints.postgres)
    conn.autocommit = True
    yield conn
    conn.close()


def pid_of(conn: Any) -> int:
    return int(conn.info.backend_pid)


def test_the_first_use_takes_what_was_opened_ahead(fresh: None) -> None:
    database.open_ahead()
    assert database._ahead is not None
    opened = pid_of(database._ahead.result())

    with database.reading() as conn:
        assert pid_of(conn) == opened
    with database.reading() as conn:
        assert pid_of(conn) == opened


def test_a_server_that_is_away_fails_the_first_use_and_not_the_next(
    fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = resources.database
    # Only for the attempt ahead: a process has one link, and it is read once.
    monkeypatch.setitem(resources.__dict__, "database", Database("127.0.0.1", 1, "t", "t", auth="trust", tls=False))
    database.open_ahead()
    monkeypatch.setitem(resources.__dict__, "database", here)

    with pytest.raises(Unavailable), database.reading():
        pass
    with database.reading() as conn:
        assert database.fetch_one(conn, "select 1 as one") == {"one": 1}


def test_a_connection_that_was_lost_before_its_first_use_is_replaced(fresh: None, owner: Any) -> None:
    database.open_ahead()
    assert database._ahead is not None
    lost = pid_of(database._ahead.result())
    with owner.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 2000)", [lost])
    time.sleep(0.1)

    found = database.run(lambda conn: database.fetch_one(conn, "select pg_backend_pid() as pid"), read_only=True)
    assert found is not None
    assert found["pid"] != lost


def test_what_was_opened_ahead_does_not_outlive_a_restore(fresh: None) -> None:
    database.open_ahead()
    assert database._ahead is not None
    before = pid_of(database._ahead.result())

    database.close()

    with database.reading() as conn:
        assert pid_of(conn) != before
