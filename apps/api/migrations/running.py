"""Bringing a database to a revision and back, from the command line or a function; no ini file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# The advisory lock of migrators: any number will do that nothing else in the database uses.
LOCK = 7_306_582_011


@dataclass(frozen=True)
class Status:
    """The revision a database is at (None: empty), the newest there is, and those in between, oldest first."""

    current: str | None
    head: str
    pending: list[str]


def upgrade(url: str, revision: str = "head") -> list[str]:
    """Brings the database up to the revision and returns the revisions applied, oldest first.

    All of them in one transaction, so that a failure leaves the database as it was. `url` is a
    `postgresql://` address of the database's owner. A second migrator waits for the first.
    """
    from alembic import command

    with _alone(url) as connection:
        applied: list[str] = []
        command.upgrade(_config(connection, applied), revision)
        return applied


def downgrade(url: str, revision: str) -> list[str]:
    """Takes the database back to the revision (`-1`: by one; `base`: to an empty database).

    Returns the revisions undone, newest first. What their tables held is lost.
    """
    from alembic import command

    with _alone(url) as connection:
        undone: list[str] = []
        command.downgrade(_config(connection, undone), revision)
        if undone and _current(connection) is None:
            connection.exec_driver_sql("drop table alembic_version")
        return undone


def status(url: str) -> Status:
    """Where the database is; changes nothing."""
    from alembic.script import ScriptDirectory

    with _connected(url) as connection:
        current = _current(connection)
        scripts = ScriptDirectory.from_config(_config(connection, []))
    head = scripts.get_current_head()
    if head is None:
        raise RuntimeError("There are no revisions.")
    pending = [script.revision for script in scripts.iterate_revisions(head, current or "base")]
    return Status(current, head, list(reversed(pending)))


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection, passed: list[str]) -> Config:
    """Alembic's settings; the revisions it passes are added to `passed`."""
    from alembic.config import Config

    def note(*, step: Any, **_: object) -> None:
        passed.append(step.up_revision_id)

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = note
    return config


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """One transaction that holds the migrators' lock; it ends with the transaction, so RDS Proxy pins nothing."""
    with _connected(url) as connection:
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        yield connection


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.pool import NullPool

    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
