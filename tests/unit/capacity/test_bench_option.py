"""`./mocshelf bench --measured` says what it cannot do."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from mocshelf_tools.commands import bench
from mocshelf_tools.problems import CannotContinue


def test_only_capacity_takes_measured_times(tmp_path: Path) -> None:
    with pytest.raises(CannotContinue, match="is for the benchmark of capacity"):
        bench.run(argparse.Namespace(benchmark="warm", measured=tmp_path))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotContinue, match=r"There is no file .*nothing\.json"):
        bench.run(argparse.Namespace(benchmark="capacity", measured=tmp_path / "nothing.json"))
