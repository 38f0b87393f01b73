"""What only some commands need is installed when one of them is first used."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mocshelf_tools.cloud import toolchain
from mocshelf_tools.load import locusting
from mocshelf_tools.problems import CannotContinue

GROUPS = [(toolchain.libraries, "The CDK", "cloud"), (locusting.install, "Locust", "load")]
Install = Callable[[Callable[[str], None]], None]


@pytest.fixture(autouse=True)
def _nothing_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where these tests run some of it is installed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)


def uv(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> Path:
    """A uv that does only this; the file with what it was called with."""
    program = folder / "uv"
    program.write_text(f'#!/bin/sh\necho "$@" > "$(dirname "$0")/called"\n{then}\n')
    program.chmod(0o755)
    monkeypatch.setenv("MOCSHELF_UV", str(program))
    return folder / "called"


@pytest.mark.parametrize(("install", "what", "group"), GROUPS)
def test_a_group_that_is_missing_is_installed_and_a_failure_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, install: Install, what: str, group: str
) -> None:
    called = uv(tmp_path, monkeypatch, "echo 'error: no route to host' >&2; exit 2")
    said: list[str] = []

    with pytest.raises(CannotContinue, match=rf"^{what} could not be installed[\s\S]*no route to host"):
        install(said.append)

    assert [one.lower() for one in said] == [f"installing {what} (first time only)".lower()]
    assert f"sync --inexact --locked --quiet --group {group} " in called.read_text()


@pytest.mark.parametrize(("install", "what", "group"), GROUPS)
def test_what_was_installed_for_another_python_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, install: Install, what: str, group: str
) -> None:
    uv(tmp_path, monkeypatch, "exit 0")

    with pytest.raises(CannotContinue) as failed:
        install(lambda _: None)

    assert str(failed.value).startswith(f"{what} was installed, but not for {sys.executable}.")
