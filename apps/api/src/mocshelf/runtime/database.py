"""PostgreSQL: one connection a process, made when it is first needed or ahead of that, replaced when it breaks.

Behind RDS Proxy a session must stay free of state: nothing is prepared on the server, nothing is set outside a
transaction, and statements carry their values as text.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar
from uuid import UUID

import psycopg2
from psycopg2 import extensions
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from pydantic_core import to_json

from mocshelf.runtime import telemetry
from mocshelf.runtime.ahead import Ahead
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Database, resources
from mocshelf.runtime.snapshot import after_restore

__all__ = [
    "Connection",
    "after_commit",
    "execute",
    "fetch_all",
    "fetch_one",
    "jsonb",
    "let_go",
    "reading",
    "run",
    "transaction",
]

Row = dict[str, Any]
Result = TypeVar("Result")

LONGEST = 16_384  # bytes of a statement: RDS Proxy pins the session of a longer one

_connection: Connection | None = None
_pinned = False  # whether a proxy keeps a server's connection for this process alone, until it closes its own
_ahead: Ahead[Connection] | None = None
_effects: list[Callable[[], object]] = []

extensions.register_adapter(UUID, lambda value: extensions.AsIs(f"'{value}'"))


class Interrupted(Unavailable):
    """The server closed the connection or chose a deadlock's victim; nothing was committed, so try again."""


def fetch_all(conn: Connection, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
    """Every row of one statement, as dicts by column name."""
    with conn.cursor() as cursor, _span(sql):
        _executed(cursor, sql, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fetch_one(conn: Connection, sql: str, values: Mapping[str, object] | None = None) -> Row | None:
    """The first row of one statement, None when there is none."""
    rows = fetch_all(conn, sql, values)
    return rows[0] if rows else None


def execute(conn: Connection, sql: str, values: Mapping[str, object] | None = None) -> int:
    """Runs one statement and returns how many rows it touched."""
    with conn.cursor() as cursor, _span(sql):
        _executed(cursor, sql, values)
        return cursor.rowcount


def _executed(cursor: Cursor, sql: str, values: Mapping[str, object] | None) -> None:
    try:
        cursor.execute(sql, values)
    finally:
        if len(cursor.query or b"") > LONGEST:
            let_go()


def let_go() -> None:
    """Closes the connection at the end of the present block: what is done in it has a proxy pin the session."""
    global _pinned
    _pinned = True


def _span(sql: str) -> AbstractContextManager[None]:
    """The span of a statement: `database.select`, also where it begins in a line of its own."""
    return telemetry.span(f"database.{sql.split(None, 1)[0]}")


def jsonb(value: object) -> extensions.QuotedString:
    """A value for a jsonb column."""
    return extensions.QuotedString(to_json(value).decode())


@contextmanager
def transaction() -> Iterator[Connection]:
    """One transaction, committed at the end of the block and rolled back when it raises."""
    conn = _connected()
    _effects.clear()
    with _unpinned():
        with _translated(conn):
            conn.autocommit = False
            try:
                yield conn
            except BaseException:
                _roll_back(conn)
                raise
        _commit(conn)
    _run_effects()


def _commit(conn: Connection) -> None:
    try:
        with telemetry.span("database.commit"):
            conn.commit()
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as problem:
        # Whether it was committed cannot be known, so it must not be done again here.
        telemetry.error("database.commit_failed", problem)
        _roll_back(conn)
        raise Unavailable from None


def after_commit(effect: Callable[[], object]) -> None:
    """Has `effect` run once the present transaction has committed; never when it rolls back."""
    _effects.append(effect)


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for reads: every statement stands alone, which saves two round trips."""
    conn = _connected()
    with _unpinned(), _translated(conn):
        conn.autocommit = True
        yield conn


def run(work: Callable[[Connection], Result], *, read_only: bool = False) -> Result:
    """Does `work` in a transaction, and once more when an idle connection turns out to be dead.

    The second try is safe: a transaction whose connection died before its commit has left nothing.
    """
    try:
        with reading() if read_only else transaction() as conn:
            return work(conn)
    except Interrupted:
        with reading() if read_only else transaction() as conn:
            return work(conn)


@contextmanager
def _unpinned() -> Iterator[None]:
    """Ends with the connection closed when it was pinned meanwhile, so that the server's is shared again."""
    try:
        yield
    finally:
        if _pinned:
            close()


@after_restore
def close() -> None:
    """Closes the connection; the next use makes a new one."""
    global _connection, _ahead, _pinned
    _ahead, _pinned = None, False
    if _connection is not None:
        _connection.close()
        _connection = None


def open_ahead() -> None:
    """Opens the connection beside whatever comes next. The first use takes it, or fails as it did: it waits once."""
    global _ahead
    link = resources.database
    if link.auth == "iam":
        # What a token takes is imported now: two threads that import the same may each get half of it.
        importlib.import_module("mocshelf.runtime.identity")
        importlib.import_module("upload.signing")
    _ahead = Ahead(lambda: connect(link))


def _connected() -> Connection:
    global _connection, _ahead
    if _ahead is not None:
        ahead, _ahead = _ahead, None
        _connection = ahead.result()
    if _connection is None or _connection.closed:
        _connection = connect(resources.database)
    return _connection


def connect(link: Database, *, patience: int = 3) -> Connection:
    """A new connection; Unavailable when the server cannot be reached within `patience` seconds."""
    host, port = resources.way(link.host, link.port)
    options: dict[str, Any] = {} if host == link.host else {"hostaddr": host}
    if link.tls:
        options["sslmode"] = "verify-full"
        options["sslrootcert"] = "system"
    if link.auth == "iam":
        options["password"] = _token(link)
    with telemetry.span("database.connect"):
        try:
            opened: Connection = psycopg2.connect(
                host=link.host,
                port=port,
                dbname=link.name,
                user=link.user,
                connect_timeout=round(patience * resources.tunnels.patience),
                application_name="mocshelf",
                keepalives_idle=30,
                **options,
            )
            return opened
        except psycopg2.OperationalError as problem:
            telemetry.error("database.unreachable", problem)
            raise Unavailable from None


def _token(link: Database) -> str:
    from mocshelf.runtime.identity import database_token

    try:
        return database_token(link)
    except OSError as problem:
        telemetry.error("database.no_credentials", problem)
        raise Unavailable from None


@contextmanager
def _translated(conn: Connection) -> Iterator[None]:
    """Turns what the driver says about a lost or overloaded server into our own errors."""
    try:
        yield
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as problem:
        if conn.closed or isinstance(problem, extensions.TransactionRollbackError):
            telemetry.warning("database.interrupted", problem)
            raise Interrupted from None
        telemetry.error("database.failed", problem)
        raise Unavailable from None


def _run_effects() -> None:
    """What is committed stays acknowledged, so an effect that fails is only noted; the sweep repeats it."""
    effects = list(_effects)
    _effects.clear()
    for effect in effects:
        try:
            effect()
        except Exception as problem:
            telemetry.warning("effect.failed", problem)


def _roll_back(conn: Connection) -> None:
    if not conn.closed:
        try:
            conn.rollback()
        except psycopg2.Error:
            conn.close()
