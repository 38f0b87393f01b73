"""The servers of the stage `local`: empty, for what they hold comes with a deployment."""

from __future__ import annotations

import json
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from mocshelf_tools.running import LINKS
from mocshelf_tools.stack.linking import APP_ROLE
from mocshelf_tools.stack.postgres import DATABASE, SUPERUSER
from mocshelf_tools.stack.processes import Processes
from mocshelf_tools.stack.stack import Stack

if TYPE_CHECKING:
    from mocshelf_tools.stack.aws import EmbeddedAws
    from mocshelf_tools.stack.postgres import Postgres
    from mocshelf_tools.stack.valkey import Valkey

_LOOKS_SECONDS = 0.5


class LocalStack(Stack):
    """The servers of a data folder without schema, bucket, queues and users.

    Functions may do there what their roles say, and no more.
    """

    _policies = True

    def _start(self) -> None:
        if not self.deployed:
            # A first deployment that was killed leaves half of it behind, and no user yet.
            Processes(self.folder).clean_up()
            shutil.rmtree(self.folder.path / "aws", ignore_errors=True)
        super()._start()
        threading.Thread(target=self._start_engine, daemon=True).start()

    @property
    def deployed(self) -> bool:
        """Whether a deployment was ever finished."""
        return (self.folder.path / LINKS).exists()

    def given(self) -> dict[str, dict[str, Any]]:
        """What functions are told of the servers beside the embedded AWS, by link."""
        ports = self.settings.ports
        database = {"host": "127.0.0.1", "port": ports["postgres"], "name": DATABASE, "tls": False}
        links: dict[str, dict[str, Any]] = {
            "stage": {"endpoint": _endpoint(ports["aws"])},
            "database": {**database, "user": APP_ROLE, "auth": "trust"},
            "owner": {**database, "user": SUPERUSER, "secret": None},
            "cache": {"host": "127.0.0.1", "port": ports["valkey"], "tls": False},
        }
        if self.engine.url is not None:
            links["search"] = {"url": self.engine.url, "auth": "none"}
        return links

    def _fill_database(self, postgres: Postgres) -> None:
        """The function `migrate` does that."""

    def _fill_aws(self, postgres: Postgres, valkey: Valkey, aws: EmbeddedAws) -> None:
        """The templates do that."""

    def _mend_aws(self) -> None:
        """It keeps what a deployment has made."""

    def _start_engine(self) -> None:
        # Indices are filled from tables, which the first deployment makes; and it is the faster for being alone.
        while self._engine is not None and not self.deployed:
            time.sleep(_LOOKS_SECONDS)
        engine = self._engine
        if engine is not None:
            self._environment = json.loads((self.folder.path / LINKS).read_text())
            engine.start(self._environment)
            engine.when_ended(lambda: self._note(engine.problem))

    def _note(self, problem: str | None) -> None:
        if problem:
            self._report(f"PostgreSQL answers searches, because of OpenSearch: {problem}")


def _endpoint(port: int) -> str:
    return f"http://127.0.0.1:{port}"
