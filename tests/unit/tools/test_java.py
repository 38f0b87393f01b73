"""Which Java may run OpenSearch."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.java import find_java, major_version


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "23" 2024-09-17', 23),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
    ],
)
def test_the_version_is_read_from_what_java_says(said: str, version: int | None) -> None:
    assert major_version(said) == version


@pytest.mark.parametrize(("version", "fits"), [("1.8.0", False), ("11.0.2", True), ("23", True), ("24.0.1", False)])
def test_a_java_that_is_too_old_or_too_new_is_refused_by_its_version(
    version: str, fits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    if fits:
        assert find_java().command == str(java)
    else:
        with pytest.raises(CannotContinue, match="it needs Java 11 to 23, and here is Java"):
            find_java()


def test_a_java_that_only_offers_to_install_one_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'Unable to locate a Java Runtime.' >&2\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotContinue, match="there is no Java"):
        find_java()
