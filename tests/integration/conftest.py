"""The embedded stack, once a run, and the front door to the real handlers."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from integration import cutover_table
from integration.front_door import Handlers, all_handlers, front_door
from integration.uploading import Sender, aws
from mocshelf.testing import Client
from mocshelf_tools.stack.stack import Stack

_search: list[str] = []
_rehearsed: list[cutover_table.Row] = []

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The embedded servers, linked to this process as they are to a function.

    All but the search engine: it takes longer to start than most tests, so those that want it ask for `engine`.
    """
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        links = running.environment
        links.pop("MOCSHELF_SEARCH", None)
        os.environ.update(links)
        _search.append(f"OpenSearch at {running.engine.url}" if running.engine.url else running.engine.problem or "")
        yield running


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says which search engine the tests had, since those that need one are skipped without; then the rehearsal."""
    for found in _search:
        known = found if found.startswith("OpenSearch") else f"PostgreSQL alone; no OpenSearch, because {found}"
        terminalreporter.write_line(f"Search in these tests: {known}.")
    if _rehearsed:
        terminalreporter.section("cutover, rehearsed")
        for line in cutover_table.printed(_rehearsed):
            terminalreporter.write_line(line)
    if _rehearsed and os.environ.get("MOCSHELF_WRITE_DOCS"):
        cutover_table.write(_rehearsed)


@pytest.fixture
def tell() -> Callable[[cutover_table.Row], None]:
    """Adds a row to the table of the rehearsal."""
    return _rehearsed.append


@pytest.fixture(scope="session")
def handlers(stack: Stack) -> Handlers:
    return all_handlers()


@pytest.fixture(scope="session")
def client(handlers: Handlers) -> Client:
    return front_door(handlers)


@pytest.fixture
def alice() -> str:
    """A user of this test alone."""
    return str(uuid.uuid4())


@pytest.fixture
def bob() -> str:
    """Another one."""
    return str(uuid.uuid4())


@pytest.fixture(scope="session")
def s3(stack: Stack) -> Any:
    """The embedded S3, as a client of AWS sees it."""
    return aws(stack, "s3")


@pytest.fixture(scope="session")
def sqs(stack: Stack) -> Any:
    return aws(stack, "sqs")


@pytest.fixture
def shared() -> Path:
    """Real files from real tools; tests that need them are skipped where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the real files are not beside this checkout")
    return SHARED


@pytest.fixture
def sender(client: Client, handlers: dict[str, Any], sqs: Any, stack: Stack) -> Sender:
    return Sender(client, handlers, sqs, stack.endpoints.queue_url)


@pytest.fixture
def moc(sender: Sender, alice: str) -> str:
    """An empty MOC of Alice's."""
    return sender.moc(alice)
