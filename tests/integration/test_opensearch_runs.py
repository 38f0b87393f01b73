"""The embedded OpenSearch: it really runs where it can, keeps what it has, and elsewhere says why it does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.search_fixtures import waiting
from integration.uploading import Sender
from mocshelf.indexing.service import handle
from mocshelf.runtime import search
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import outside
from mocshelf_tools.stack.account import Account
from mocshelf_tools.stack.engine import ADDRESS, Engine
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.processes import Processes
from mocshelf_tools.stack.stack import Stack

pytest_plugins = ["integration.search_fixtures"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    made = DataFolder(tmp_path / "data")
    made.open()
    yield made
    made.close()


def test_where_java_and_maven_are_it_is_not_skipped(stack: Stack) -> None:
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("this machine lacks Java or Maven")
    if not os.environ.get("CI") and not stack.engine.wait():
        pytest.skip(f"no OpenSearch: {stack.engine.problem}")

    assert stack.engine.wait(), stack.engine.problem
    assert search_words(stack) == ["2x4", "brucke"]


def search_words(stack: Stack) -> list[str]:
    """How the index reads a text: in lower case, without accents, brick sizes as one word."""
    import json
    import urllib.request

    body = json.dumps({"analyzer": "folded", "text": "2 by 4 Brücke"}).encode()
    request = urllib.request.Request(
        f"{stack.engine.url}/moc_instructions/_analyze", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return [token["token"] for token in json.load(answer)["tokens"]]


def test_it_keeps_its_documents_through_a_power_cut(stack: Stack, engine: str, sender: Sender, alice: str) -> None:
    if stack.engine.server is None:
        pytest.skip("this OpenSearch is not ours to kill")
    moc = sender.moc(alice, title="Lighthouse")
    handle([f'{{"outbox": {row}}}' for row in waiting(alice)])

    stack.kill_server("opensearch")
    ended = stack.ended()
    stack.start_server("opensearch")

    assert ended == ["opensearch"]
    assert search.request("GET", f"/moc_instructions/_doc/{moc}")[1]["found"]


def test_without_java_the_reason_is_said(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv(ADDRESS, raising=False)

    engine = Engine(folder, Processes(folder), 1)

    assert engine.url is None
    assert "there is no" in str(engine.problem)
    assert not engine.wait(1)


def test_an_address_that_is_given_is_used_and_nothing_is_started(
    folder: DataFolder, stack: Stack, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, engine + "/")

    given = Engine(folder, Processes(folder), 1)
    given.start({**stack.environment, "MOCSHELF_SEARCH": f'{{"url": "{engine}", "auth": "none"}}'})

    assert given.server is None
    assert given.url == engine
    assert given.wait(60), given.problem


def test_an_address_that_is_none_is_refused(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, "search.example")

    assert "must be an address" in str(Engine(folder, Processes(folder), 1).problem)


def test_a_new_data_folder_never_gets_an_old_ones_data(folder: DataFolder, tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root keeps data outside")
    account = Account(65534, 65534)
    base = tmp_path / "base"
    first = outside.home(folder, "data", account, base)
    again = outside.home(folder, "data", account, base)
    (first / "old").write_text("old")

    (folder.path / "outside.json").unlink()
    second = outside.home(folder, "data", account, base)

    assert first == again != second
    assert list(second.iterdir()) == []
    assert not first.exists()


def test_a_place_that_someone_else_made_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "base").symlink_to(tmp_path)

    with pytest.raises(CannotContinue, match="belongs to someone else"):
        outside.shared(tmp_path / "base")
