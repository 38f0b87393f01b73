"""Bringing a database to a revision and back, from the command line or a function; no ini file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# The advisory lock of migrators: any number will do that nothing else in the database uses.
LOCK = 7_306_582_011

# Who signs the certificates of Aurora: `sslrootcert` of an address there. Public authorities do not.
AUTHORITIES = Path(__file__).with_name("rds-ca.pem")

_CANCEL_SECONDS = 0.5


class NewerSchema(Exception):
    """The database is at a revision that this code does not have: newer code has migrated it."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"The database is at revision {revision}, which this code does not know.")
        self.revision = revision


class TookTooLong(Exception):
    """The migration was not done in the time it had, and was undone."""


@dataclass(frozen=True)
class Status:
    """The revision a database is at (None: empty), the newest there is, and those in between, oldest first."""

    current: str | None
    head: str
    pending: list[str]


def upgrade(
    url: str, revision: str = "head", *, seconds: float | None = None, lock_seconds: float | None = None
) -> list[str]:
    """Brings the database up to the revision and returns the revisions applied, oldest first.

    All of them in one transaction, so that a failure leaves the database as it was. `url` is a
    `postgresql://` address of the database's owner. A second migrator waits for the first.

    NewerSchema when its revision is none of ours; nothing changes then. TookTooLong after `seconds` in all. What
    waits for somebody's lock fails after `lock_seconds`, because everybody who comes later waits behind it.
    """
    from alembic import command

    with _alone(url, seconds) as connection:
        if lock_seconds is not None:
            connection.exec_driver_sql(f"set local lock_timeout = {int(lock_seconds * 1000)}")
        applied: list[str] = []
        config = _config(connection, applied)
        status_at(_current(connection))
        command.upgrade(config, revision)
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
    """Where the database is; changes nothing. NewerSchema when its revision is none of ours."""
    with _connected(url) as connection:
        return status_at(_current(connection))


def status_at(current: str | None) -> Status:
    """The same of a database that is known to be at this revision, without asking it."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    scripts = ScriptDirectory.from_config(_settings())
    head = scripts.get_current_head()
    if head is None:
        raise RuntimeError("There are no revisions.")
    if current is not None:
        try:
            scripts.get_revision(current)
        except CommandError:
            raise NewerSchema(current) from None
    pending = [script.revision for script in scripts.iterate_revisions(head, current or "base")]
    return Status(current, head, list(reversed(pending)))


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection, passed: list[str]) -> Config:
    """Alembic's settings; the revisions it passes are added to `passed`."""

    def note(*, step: Any, **_: object) -> None:
        passed.append(step.up_revision_id)

    config = _settings()
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = note
    return config


def _settings() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone(url: str, seconds: float | None = None) -> Iterator[Connection]:
    """One transaction that holds the migrators' lock; it ends with the transaction, so RDS Proxy pins nothing."""
    with _connected(url) as connection, _ended_after(seconds, connection):
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        yield connection


@contextmanager
def _ended_after(seconds: float | None, connection: Connection) -> Iterator[None]:
    """Cancels whatever the connection does once the time is over; TookTooLong then."""
    if seconds is None:
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        late.set()
        # Between two statements there is nothing to cancel, so once is not enough.
        while not done.wait(_CANCEL_SECONDS):
            with suppress(Exception):
                driver.cancel()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Exception:
        if not late.is_set():
            raise
    finally:
        done.set()
        watcher.join()
    if late.is_set():
        raise TookTooLong(f"It took longer than the {seconds:.0f} s it had.")


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.pool import NullPool

    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
