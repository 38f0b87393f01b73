"""The CDK and its Node are there, or a line says why not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mocshelf_tools import node as javascript
from mocshelf_tools import whole
from mocshelf_tools.cloud import toolchain
from mocshelf_tools.problems import CannotContinue


def test_a_folder_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with whole.folder(target) as fresh:
        (fresh / "old").touch()
    with pytest.raises(ValueError, match="halfway"), whole.folder(target) as fresh:
        (fresh / "new").touch()
        raise ValueError("halfway")

    assert [entry.name for entry in tmp_path.iterdir()] == ["made"]
    assert [entry.name for entry in target.iterdir()] == ["old"]


def test_a_folder_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    for name in ("old", "new"):
        with whole.folder(tmp_path / "made") as fresh:
            (fresh / name).touch()

    assert [entry.name for entry in (tmp_path / "made").iterdir()] == ["new"]


def test_a_node_that_does_not_run_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.write_text("#!/bin/sh\necho 'node: GLIBC_2.28 not found' >&2\nexit 1\n")
    node.chmod(0o755)
    monkeypatch.setattr(javascript, "_wheel", lambda: tmp_path)

    with pytest.raises(
        CannotContinue, match=r"^Node does not run on this machine \(node: GLIBC_2.28 not found\)\. It"
    ):
        javascript.check()

    node.unlink()
    with pytest.raises(CannotContinue, match=r"No such file"):
        javascript.check()


def test_node_of_this_environment_comes_first_and_nothing_phones_home() -> None:
    given = toolchain.environment({"PATH": "/usr/bin", "HOME": "/h"})

    assert given["PATH"] == f"{Path(sys.executable).parent}:/usr/bin"
    assert given["HOME"] == "/h"
    assert given["CDK_DISABLE_CLI_TELEMETRY"] == "true"
