"""Where the browser of the tests comes from on machines that have none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mocshelf_tools import browser

APT = """#!/bin/sh
echo "$1" >> "$(dirname "$0")/asked"
case "$1" in update) touch "$(dirname "$0")/fresh";; install) test -e "$(dirname "$0")/fresh";; esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commands of a machine that cannot have Playwright's browser."""
    (tmp_path / "apt-get").write_text(APT)
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(browser, "_PROGRAMS", ("no-such-chromium",))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def asked(machine: Path) -> list[str]:
    return (machine / "asked").read_text().split() if (machine / "asked").exists() else []


def test_a_machine_that_knows_of_no_packages_asks_for_them(machine: Path) -> None:
    said: list[str] = []

    browser.ensure(said.append)

    assert asked(machine) == ["install", "update", "install"]
    assert len(said) == 1


def test_packages_that_are_known_are_not_asked_for_again(machine: Path) -> None:
    (machine / "fresh").touch()

    browser.ensure(lambda _: None)

    assert asked(machine) == ["install"]


def test_nobody_but_root_installs(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    browser.ensure(lambda _: None)

    assert asked(machine) == []


def test_a_browser_that_is_there_is_taken(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_PROGRAMS", ("apt-get",))

    browser.ensure(lambda _: None)

    assert browser.program() == str(machine / "apt-get")
    assert asked(machine) == []
