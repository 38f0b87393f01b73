"""The whole stack of one data folder: start it, hand out its addresses, stop it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import family
from mocshelf_tools.stack.aws import REGION, EmbeddedAws, environment_is_current
from mocshelf_tools.stack.engine import Engine
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.linking import APP_ROLE, environment
from mocshelf_tools.stack.postgres import Postgres
from mocshelf_tools.stack.processes import Processes, Server
from mocshelf_tools.stack.provision import BUCKET, DEMO_EMAIL, provision
from mocshelf_tools.stack.settings import Settings
from mocshelf_tools.stack.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Callable

_STOP_SECONDS = 3.5


@dataclass(frozen=True)
class Endpoints:
    """Where everything is; the URLs of PostgreSQL are for its owner and for the functions' role."""

    aws: str
    region: str
    pool_id: str
    client_id: str
    bucket: str
    queue_url: str
    index_queue_url: str
    search: str | None
    postgres: str
    postgres_app: str
    valkey: str
    demo_email: str
    demo_password: str
    pids: dict[str, int]


class Stack:
    """The servers, migrated and provisioned, between `start` and `stop`.

    OpenSearch takes longer than all others together and is not needed, so nobody waits for it: until it is ready,
    PostgreSQL answers searches.

    `with Stack(folder) as stack:` does both. `report` hears what is being done, for a person who waits. Raises
    CannotContinue.
    """

    # Whether the embedded AWS asks IAM's policies.
    _policies = False

    def __init__(
        self, data: Path | str, *, fresh: bool = False, report: Callable[[str], None] = lambda _: None
    ) -> None:
        self.folder = DataFolder(Path(data))
        self._fresh = fresh
        self._report = report
        self._servers: dict[str, Server] = {}
        self._environment: dict[str, str] = {}
        self._endpoints: Endpoints | None = None
        self._settings: Settings | None = None
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def endpoints(self) -> Endpoints:
        if self._endpoints is None:
            raise RuntimeError("The stack is not running.")
        return self._endpoints

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that link a function to this stack, and nothing else."""
        return dict(self._environment)

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            raise RuntimeError("The stack is not running.")
        return self._settings

    @property
    def engine(self) -> Engine:
        """What becomes of the search engine."""
        if self._engine is None:
            raise RuntimeError("The stack is not running.")
        return self._engine

    def start(self) -> None:
        self.folder.open()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops what runs, in any state; the data stays."""
        if self._engine is not None:
            self._engine.give_up()
            self._engine = None
        for server in self._servers.values():
            server.ask_to_end()
        deadline = time.monotonic() + _STOP_SECONDS
        for server in self._servers.values():
            server.end_by(deadline)
        if self._servers:
            Processes(self.folder).forget()
        self._servers = {}
        self._endpoints = None
        self.folder.close()

    def ended(self) -> list[str]:
        """The servers that are not running although they should."""
        return [name for name, server in self._servers.items() if server.state() == "ended"]

    def states(self) -> dict[str, tuple[int | None, str]]:
        """Process id and state of each server by its name: running, hanging, stopped, ended, starting or absent."""
        return {name: (server.pid, server.state()) for name, server in self._servers.items()}

    def start_server(self, name: str) -> None:
        """Starts a server that does not run, on its port and with its data, and waits until it answers."""
        server = self._server(name)
        if server.running():
            raise CannotContinue(f"{name} is running already.")
        if name == "opensearch" and self.engine.getting_ready:
            raise CannotContinue(f"{name} is being started already.")
        server.start()
        server.started = True
        server.wait()
        if name == "aws":
            self._mend_aws()
        if name == "opensearch" and self.engine.problem is not None:
            self.engine.prepare(self._environment)

    def stop_server(self, name: str) -> None:
        """Ends a server as when the stack stops."""
        server = self._server(name)
        if name == "opensearch" and server.pid is None and self.engine.getting_ready:
            raise CannotContinue(f"{name} is not started yet.")
        server.ask_to_end()
        server.end_by(time.monotonic() + _STOP_SECONDS)
        server.started = False

    def kill_server(self, name: str) -> None:
        """Ends a server as a power cut would."""
        family.kill_all(self._running(name).child.pid)
        self._server(name).end_by(time.monotonic() + _STOP_SECONDS)

    def hang_server(self, name: str) -> None:
        """Makes a server stand still: it takes connections and never answers."""
        family.stop_all(self._running(name).child.pid)

    def resume_server(self, name: str) -> None:
        """Lets a server that stands still go on."""
        family.wake_all(self._running(name).child.pid)

    def _server(self, name: str) -> Server:
        try:
            return self._servers[name]
        except KeyError:
            if name == "opensearch":
                reason = self.engine.problem or f"it uses the one at {self.engine.url}"
                raise CannotContinue(f"This stack runs no OpenSearch of its own: {reason}.") from None
            known = ", ".join(self._servers)
            raise CannotContinue(f"There is no server {name!r} here. There are: {known}.") from None

    def _running(self, name: str) -> Server:
        server = self._server(name)
        if not server.running():
            raise CannotContinue(f"{name} is not running.")
        return server

    def _start(self) -> None:
        processes = Processes(self.folder)
        processes.clean_up()
        if self._fresh:
            self._report("Emptying the data folder")
            self.folder.empty()
        settings = self._settings = Settings(self.folder)
        settings.save()
        ports = settings.ports
        postgres = Postgres(self.folder, processes, ports["postgres"])
        valkey = Valkey(self.folder, processes, ports["valkey"])
        keys = (settings.access_key, settings.secret_key)
        aws = EmbeddedAws(self.folder, processes, ports["aws"], ports["valkey"], keys, policies=self._policies)
        self._engine = Engine(self.folder, processes, ports["opensearch"])
        if self._engine.server is not None:
            self._servers["opensearch"] = self._engine.server
        for name, title, server in (
            ("postgres", "PostgreSQL", postgres),
            ("valkey", "Valkey", valkey),
            ("aws", "MiniStack", aws),
        ):
            first = name == "aws" and not environment_is_current()
            self._report("Downloading MiniStack (first start only)" if first else f"Starting {title}")
            self._servers[name] = server
            server.start()
        postgres.wait()
        self._fill_database(postgres)
        valkey.wait()
        aws.wait()
        self._fill_aws(postgres, valkey, aws)

    def _fill_database(self, postgres: Postgres) -> None:
        """What the database must hold before a function can use it."""
        self._report("Migrating the database")
        _migrate(postgres.url())

    def _fill_aws(self, postgres: Postgres, valkey: Valkey, aws: EmbeddedAws) -> None:
        """What the embedded AWS must hold; then everything is linked, and the search engine started."""
        self._report("Setting up bucket, queues and users")
        settings = self.settings
        provisioned = provision(aws.endpoint, settings)
        settings.save()
        self._environment = environment(settings, aws, provisioned, self.engine.url)
        self.engine.start(self._environment)
        self._endpoints = Endpoints(
            aws=aws.endpoint,
            region=REGION,
            pool_id=provisioned.pool_id,
            client_id=provisioned.client_id,
            bucket=BUCKET,
            queue_url=provisioned.queue_url,
            index_queue_url=provisioned.index_queue_url,
            search=self.engine.url,
            postgres=postgres.url(),
            postgres_app=postgres.url(APP_ROLE),
            valkey=f"redis://127.0.0.1:{settings.ports['valkey']}",
            demo_email=DEMO_EMAIL,
            demo_password=settings.demo_password,
            pids={"postgres": postgres.child.pid, "valkey": valkey.child.pid, "aws": aws.child.pid},
        )

    def _mend_aws(self) -> None:
        """Makes again what an embedded AWS that was killed has lost: it keeps users and objects only."""
        provision(self.endpoints.aws, self.settings)


def _migrate(url: str) -> None:
    from mocshelf_tools.commands.database import migrate

    migrate(url)
