"""The built zips, to be run; `pytest_plugins = ["infra.trixie_fixtures"]` brings them to a module of tests."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from infra.trixie import HOME, PYTHON, Lambdas, alone, debian
from mocshelf_infra.packaging.building import build
from mocshelf_infra.stages import HERE, Target


@pytest.fixture(scope="session")
def lambdas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lambdas]:
    """Everything built for the Python and the machine that will run it here; the run says which."""
    root, why_not = debian()
    where = f"Debian trixie's Python {PYTHON}" if root else f"this Python, {platform.python_version()}: {why_not}"
    request.config.pluginmanager.register(_Said(f"Built zips ran in these tests with {where}."))
    target = Target(PYTHON, f"{platform.machine()}-manylinux_2_34") if root else HERE
    artifacts = build(target, HOME, lambda _: None)
    if root is None:
        yield Lambdas(artifacts, target, tmp_path_factory.mktemp("lambdas"), None)
        return
    with alone(root):
        home = root / "tried"
        shutil.rmtree(home, ignore_errors=True)
        yield Lambdas(artifacts, target, home, root)
        shutil.rmtree(home, ignore_errors=True)


class _Said:
    """A line at the end of the run."""

    def __init__(self, line: str) -> None:
        self._line = line

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(self._line)
