"""What becomes of the search engine of a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import engine
from mocshelf_tools.stack.engine import ADDRESS, Engine
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.processes import Processes, Server
from mocshelf_tools.stack.stack import Stack

# Fails the first time and goes well the second, as a server does whose first answers are too slow.
_SLOW_AT_FIRST = """
import pathlib, sys
tries = pathlib.Path({place!r})
tries.write_text(tries.read_text() + "x")
sys.exit("mocshelf.runtime.errors.Unavailable: Not now." if len(tries.read_text()) < 2 else 0)
"""


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine at an address, of which nobody asks anything."""
    monkeypatch.setenv(ADDRESS, "http://127.0.0.1:1")
    folder = DataFolder(tmp_path)
    return Engine(folder, Processes(folder), 1)


@pytest.fixture
def tries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Grows by a letter each time the indices are to be made."""
    tries = tmp_path / "tries"
    tries.touch()
    monkeypatch.setattr(engine, "_PREPARE", _SLOW_AT_FIRST.format(place=str(tries)))
    return tries


def test_indices_that_could_not_be_made_at_once_are_tried_again(given: Engine, tries: Path) -> None:
    given.problem = "something went wrong before"

    given.prepare({})

    assert tries.read_text() == "xx"
    assert given.problem is None


def test_why_indices_cannot_be_made_is_said_in_words(
    given: Engine, tries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_PREPARE_SECONDS", 0)

    with pytest.raises(CannotContinue, match=r"^its indices could not be made: Not now\.$"):
        given.prepare({})


def test_a_server_that_was_not_started_yet_has_not_ended(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    # Only a running stack has servers, and its first moments are over too soon to be looked at.
    stack._servers["opensearch"] = Server()

    assert stack.states() == {"opensearch": (None, "not started yet")}
    assert stack.ended() == []
