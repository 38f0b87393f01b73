"""The running system that faults happen to: servers, proxies before them, a gateway; and what is true of it."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from faults.linking import relink
from faults.load import Load
from faults.proxy import Proxy
from faults.user import User
from integration.running_gateway import RunningGateway, eventually
from mocshelf_tools.auditing.audit import audit
from mocshelf_tools.auditing.findings import Scope
from mocshelf_tools.auditing.places import linked
from mocshelf_tools.gateway.control import invoke
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack
from mocshelf_tools.stack.provision import add_user, client

USERS = 8
AGREES_WITHIN = 45  # seconds
_LINKS = {"cache": "valkey", "database": "postgres", "search": "opensearch"}


@dataclass
class Site:
    """A running system: its servers, the proxies before them by name, a gateway, and links that pass every proxy."""

    stack: Stack
    gateway: RunningGateway
    proxies: dict[str, Proxy]
    links: dict[str, str]

    @property
    def log(self) -> Path:
        """What the functions write."""
        return self.stack.folder.logs / "functions.log"

    def users(self, count: int = USERS) -> list[User]:
        """New users, each with nothing yet."""
        return [self._user(number) for number in range(count)]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, past every proxy."""
        with (
            contextlib.closing(psycopg2.connect(self.stack.endpoints.postgres)) as conn,
            conn,
            conn.cursor() as cursor,
        ):
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def finish(self, load: Load) -> tuple[list[str], float | None]:
        """Ends the load; what of its promises is not kept, and seconds until every change has been handled."""
        load.stop()
        with ThreadPoolExecutor(1) as beside:
            agreed = beside.submit(self.agrees, time.monotonic())
            return load.lost(self.rows), agreed.result()

    def agrees(self, since: float) -> float | None:
        """Seconds `since` then until every change is handled, if need be by the sweep; None when it never is."""
        if not eventually(self._handled, AGREES_WITHIN / 3):
            self.sweep()
        return time.monotonic() - since if eventually(self._handled, AGREES_WITHIN) else None

    def sweep(self) -> None:
        """The scheduled sweep, with everything that was not handled due."""
        self.rows("update outbox set available_at = now()")
        invoke(self.stack.folder, "sweep", None)

    def findings(self) -> list[str]:
        """What the auditor has against it: rows without objects, objects without rows, sums, owners, the index."""
        relink(self.links)
        report = audit(Scope(linked(), deep=True))
        failed = [f"{check.name}: {check.problem}" for check in report.checks if check.problem]
        return failed + [f"{one.kind}: {one.text}" for one in report.findings]

    def _handled(self) -> bool:
        return self.rows("select count(*) from outbox where topic = 'index'") == [(0,)]

    def _user(self, number: int) -> User:
        known = described(self.stack.endpoints, self.gateway.url)["cognito"]
        cognito = client("cognito-idp", self.stack.endpoints.aws, self.stack.settings)
        email, password = f"{uuid.uuid4().hex}@example.com", f"Mx1-{secrets.token_urlsafe(12)}"
        add_user(cognito, known["userPoolId"], email, password, name="Load")
        return User(self.gateway.url, sign_in(known, email, password), number)


@contextmanager
def running(data: Path) -> Iterator[Site]:
    with Stack(data) as stack, contextlib.ExitStack() as proxied:
        stack.engine.wait()
        links = stack.environment
        if stack.engine.problem or stack.engine.server is None:
            links.pop("MOCSHELF_SEARCH", None)
        proxies = {
            server: proxied.enter_context(contextlib.closing(Proxy(stack.settings.ports[server])))
            for link, server in _LINKS.items()
            if _variable(link) in links
        }
        with RunningGateway(stack, Options(environment=_through(links, proxies))) as gateway:
            site = Site(stack, gateway, proxies, links)
            _warm(site)
            yield site


def _warm(site: Site) -> None:
    """Has every process do a bit of everything: what is slow afterwards must not be a first time."""
    users = site.users(Options.workers)
    with ThreadPoolExecutor(len(users)) as at_once:
        for what in (User.add, User.seek, User.add_image):
            list(at_once.map(what, users))
    for user in users:
        user.http.close()
    assert not [text for user in users for text in (*user.seen.errors, *user.seen.wrong)]


def _through(links: Mapping[str, str], proxies: Mapping[str, Proxy]) -> dict[str, str]:
    """The links that change because a proxy stands before their server."""
    changed = {}
    for link, server in _LINKS.items():
        if server in proxies:
            port = proxies[server].port
            content = json.loads(links[_variable(link)])
            content |= {"url": f"http://127.0.0.1:{port}"} if link == "search" else {"port": port}
            changed[_variable(link)] = json.dumps(content)
    return changed


def _variable(link: str) -> str:
    return f"MOCSHELF_{link.upper()}"
