"""The whole system once, with proxies before its servers and real users; and the table at the end."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2
import pytest

from faults import table
from faults.client import User
from faults.load import Load, Outcome
from faults.proxy import Proxy
from integration.running_gateway import RunningGateway
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack
from mocshelf_tools.stack.provision import add_user, client

WRITE = "MOCSHELF_WRITE_DOCS"
USERS = 8
_LINKS = {"cache": "valkey", "database": "postgres", "search": "opensearch"}

_outcomes: list[Outcome] = []


@dataclass
class Site:
    """A running system: its servers, the proxies before them by name, and a gateway."""

    stack: Stack
    gateway: RunningGateway
    proxies: dict[str, Proxy]
    links: dict[str, str]
    tokens: list[str] = field(default_factory=list)

    def users(self, count: int = USERS) -> list[User]:
        """New users, each with nothing yet."""
        made = []
        known = described(self.stack.endpoints, self.gateway.url)["cognito"]
        cognito = client("cognito-idp", self.stack.endpoints.aws, self.stack.settings)
        for number in range(count):
            email, password = f"{uuid.uuid4().hex}@example.com", f"Mx1-{secrets.token_urlsafe(12)}"
            add_user(cognito, known["userPoolId"], email, password, name="Load")
            made.append(User(self.gateway.url, sign_in(known, email, password), number))
        return made

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says, past every proxy."""
        with psycopg2.connect(self.stack.endpoints.postgres) as conn, conn.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Stack(tmp_path_factory.mktemp("faults") / "data") as stack:
        stack.engine.wait()
        ports, links, proxies = stack.settings.ports, stack.environment, {}
        if stack.engine.problem or stack.engine.server is None:
            links.pop("MOCSHELF_SEARCH", None)
        changed = {}
        for link, server in _LINKS.items():
            name = f"MOCSHELF_{link.upper()}"
            if name not in links:
                continue
            proxy = proxies[server] = Proxy(ports[server])
            content = json.loads(links[name])
            content |= {"url": f"http://127.0.0.1:{proxy.port}"} if link == "search" else {"port": proxy.port}
            changed[name] = json.dumps(content)
        os.environ.update(links)
        with RunningGateway(stack, Options(environment=changed)) as gateway:
            yield Site(stack, gateway, proxies, links)
        for proxy in proxies.values():
            proxy.close()


@pytest.fixture
def load(site: Site) -> Iterator[Load]:
    made = Load(site.users())
    yield made
    for user in made.users:
        user.stopped = True
        user.http.close()


@pytest.fixture
def tell() -> Callable[[Outcome], None]:
    """Adds a row to the table."""
    return _outcomes.append


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not _outcomes:
        return
    terminalreporter.section("faults under load")
    for line in table.printed(_outcomes):
        terminalreporter.write_line(line)
    terminalreporter.write_line("")
    terminalreporter.write_line(
        "Elsewhere: property-based fuzzing, test_the_contract_fuzzed.py; every route and bad token,"
    )
    terminalreporter.write_line(
        "test_every_route_asks_who_is_calling.py; hostile files, tests/unit/file_validator; crashes,"
    )
    terminalreporter.write_line("tests/faults/test_crashes.py.")
    if os.environ.get(WRITE):
        table.write(_outcomes)
