"""What the runbooks tell an operator to type is what the command line takes."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
from pathlib import Path

import pytest

from mocshelf_tools.cli import MODULES

RUNBOOKS = Path(__file__).resolve().parents[3] / "docs" / "runbooks"
# Indented lines, and commands with options within a sentence.
COMMAND = re.compile(r"^ {4,}\./mocshelf (.+)$|`\./mocshelf ([^`]*--[^`]*)`", re.MULTILINE)


def commands() -> list[str]:
    found = [one for path in RUNBOOKS.glob("*.md") for one in COMMAND.findall(path.read_text(encoding="utf-8"))]
    return sorted({(indented or inline).replace("\\|", "|") for indented, inline in found})


def test_there_are_commands_to_check() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize("command", commands())
def test_a_command_of_a_runbook_can_be_typed(command: str) -> None:
    words = shlex.split(command.replace("--stage S", "--stage staging").replace("--function F", "--function mocs"))
    parser = argparse.ArgumentParser()
    name = MODULES.get(words[0], words[0])
    importlib.import_module(f"mocshelf_tools.commands.{name}").register(parser.add_subparsers())

    parser.parse_args(words)
