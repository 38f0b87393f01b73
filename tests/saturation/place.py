"""PostgreSQL alone, PgBouncer before it where it is wanted, and environments that use them."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from migrations import running
from mocshelf_tools import pgbouncer
from mocshelf_tools.stack.account import server_account
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.linking import APP_ROLE
from mocshelf_tools.stack.postgres import DATABASE, Postgres
from mocshelf_tools.stack.processes import Processes, Server, end_with_parent
from mocshelf_tools.stack.settings import Settings

ENVIRONMENTS = 300
WAVES = 6
PAUSE = 2.0  # seconds between two waves
POOL = 20  # connections of the server that PgBouncer uses
ROOM = 60  # connections that the server takes of the functions
PATIENCE = 10  # seconds a request may wait for a connection in PgBouncer until it is refused, as in RDS Proxy
_LOOK = 0.05  # seconds between two looks at the connections
_TESTS = Path(__file__).resolve().parents[1]


class PgBouncer(Server):
    """A pool on 127.0.0.1 with connections that are free again after each `transaction`, or after each `session`."""

    def __init__(
        self, folder: DataFolder, processes: Processes, program: pgbouncer.Program, server_port: int, mode: str
    ) -> None:
        super().__init__()
        self.port = _free_port()
        self._folder, self._processes, self._program = folder, processes, program
        self._server_port, self._mode = server_port, mode

    def start(self) -> None:
        settings = self._folder.path / "pgbouncer.ini"
        settings.write_text(
            f"""[databases]
{DATABASE} = host=127.0.0.1 port={self._server_port} user={APP_ROLE}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = any
pool_mode = {self._mode}
default_pool_size = {POOL}
max_client_conn = {2 * ENVIRONMENTS}
query_wait_timeout = {PATIENCE}
"""
        )
        self._child = self._processes.start(
            "pgbouncer",
            [self._program.command, str(settings)],
            environment={"PATH": os.defpath, **self._program.environment},
            account=server_account(),
            # The quick stop, which does not wait for clients.
            farewell=signal.SIGTERM,
        )

    def wait(self) -> None:
        self.child.wait_until(self._answers, 10)

    def console(self) -> Any:
        """A connection to its own console."""
        opened = psycopg2.connect(host="127.0.0.1", port=self.port, dbname="pgbouncer", user="console")
        opened.autocommit = True
        return opened

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@dataclass
class Looks:
    """The most that was seen at a moment: connections of the server, clients that waited, seconds one had waited."""

    connections: int = 0
    waiting: int = 0
    waited: float = 0.0
    problem: str | None = None


@dataclass(frozen=True)
class Run:
    """What all environments saw; `lost` are ids that were acknowledged and are not there."""

    answers: list[tuple[int, float]]
    wrong: list[str]
    lost: list[str]
    silent: int  # environments that had nothing to say at the end
    looks: Looks
    pooled: bool

    def refused(self) -> int:
        return sum(status == 503 for status, _ in self.answers)

    def quantile(self, share: float) -> float:
        """The seconds in which this share of the requests was answered or refused."""
        return sorted(took for _, took in self.answers)[math.ceil(len(self.answers) * share) - 1]


class Place:
    """A migrated server; `load` puts environments before it, or before a pool."""

    def __init__(self, folder: DataFolder, processes: Processes, postgres: Postgres, port: int) -> None:
        self._folder, self._processes, self._postgres, self._port = folder, processes, postgres, port

    @contextmanager
    def pool(self, program: pgbouncer.Program, mode: str) -> Iterator[PgBouncer]:
        made = PgBouncer(self._folder, self._processes, program, self._port, mode)
        try:
            made.start()
            made.wait()
            yield made
        finally:
            made.ask_to_end()
            made.end_by(time.monotonic() + 3)

    def load(self, pool: PgBouncer | None = None) -> Run:
        """Every environment's requests, through the pool or straight to the server."""
        with self._looking(pool) as looks:
            seen = self._seen(self._port if pool is None else pool.port)
        return Run(
            [(status, took) for one in seen for status, took in one["answers"]],
            [text for one in seen for text in one["wrong"]],
            sorted(
                self._missing("moc_instructions", [made for one in seen for made in one["mocs"]])
                | self._missing("wishlist_items", [made for one in seen for made in one["wishes"]])
            ),
            ENVIRONMENTS - len(seen),
            looks,
            pool is not None,
        )

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the server says, past every pool."""
        with contextlib.closing(psycopg2.connect(self._postgres.url())) as conn, conn, conn.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def _seen(self, port: int) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "saturation.environments", str(ENVIRONMENTS), str(WAVES), str(PAUSE)]
        log = self._folder.logs / "functions.log"
        with log.open("ab") as output:
            ran = subprocess.run(
                command,
                env={"PATH": os.defpath, "PYTHONPATH": str(_TESTS), "LANG": "C.UTF-8", "TZ": "UTC", **_links(port)},
                stdout=subprocess.PIPE,
                stderr=output,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        assert ran.returncode == 0, log.read_text()[-4000:]
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def _missing(self, table: str, ids: list[str]) -> set[str]:
        there = self.rows(f"select id::text from {table} where id = any(%s::uuid[])", ids)
        return set(ids) - {one for (one,) in there}

    @contextmanager
    def _looking(self, pool: PgBouncer | None) -> Iterator[Looks]:
        """Looks again and again while the block runs."""
        looks, done = Looks(), threading.Event()
        server = psycopg2.connect(self._postgres.url())
        server.autocommit = True
        with contextlib.ExitStack() as opened:
            opened.callback(server.close)
            console = opened.enter_context(contextlib.closing(pool.console())) if pool else None
            looking = threading.Thread(target=_look, args=(server, console, looks, done), daemon=True)
            looking.start()
            try:
                yield looks
            finally:
                done.set()
                looking.join()
        assert looks.problem is None, looks.problem


def _look(server: Any, console: Any, looks: Looks, done: threading.Event) -> None:
    try:
        while not done.wait(_LOOK):
            (one,) = _asked(server, f"select count(*) as count from pg_stat_activity where usename = '{APP_ROLE}'")
            looks.connections = max(looks.connections, one["count"])
            for pool in _asked(console, "show pools") if console else ():
                if pool["database"] == DATABASE:
                    looks.waiting = max(looks.waiting, pool["cl_waiting"])
                    looks.waited = max(looks.waited, pool["maxwait"] + pool["maxwait_us"] / 1e6)
    except psycopg2.Error as problem:
        looks.problem = f"The connections could not be looked at: {problem}"


def _asked(conn: Any, sql: str) -> list[dict[str, Any]]:
    with conn.cursor() as cursor:
        cursor.execute(sql)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _links(port: int) -> dict[str, str]:
    """What every request of these functions needs, and nothing that would answer in PostgreSQL's place."""
    server = {"host": "127.0.0.1", "port": port, "name": DATABASE, "user": APP_ROLE, "auth": "trust", "tls": False}
    stage = {"name": "local", "region": "eu-central-1"}
    links = {"stage": stage, "database": server, "files": {"bucket": "mocshelf"}}
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    return {**keys, **{f"MOCSHELF_{name.upper()}": json.dumps(link) for name, link in links.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(data: Path) -> Iterator[Place]:
    """PostgreSQL of its own, migrated, that takes few connections of the functions."""
    folder = DataFolder(data)
    folder.open()
    processes = Processes(folder)
    port = Settings(folder).ports["postgres"]
    postgres = Postgres(folder, processes, port)
    try:
        postgres.start()
        postgres.wait()
        running.upgrade(postgres.url())
        place = Place(folder, processes, postgres, port)
        place.rows(f"alter role {APP_ROLE} connection limit {ROOM}")
        yield place
    finally:
        postgres.ask_to_end()
        postgres.end_by(time.monotonic() + 5)
        processes.forget()
        folder.close()
