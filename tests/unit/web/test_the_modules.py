"""The web app's pure modules, tested by Node beside this file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mocshelf_tools import node

HERE = Path(__file__).parent


@pytest.mark.parametrize("file", [path.name for path in sorted(HERE.glob("*.test.js"))])
def test_a_module_does_what_its_tests_say(file: str) -> None:
    ran = subprocess.run([node.program(), "--test", HERE / file], capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout
