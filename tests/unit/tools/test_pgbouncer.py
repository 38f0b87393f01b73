"""Where the pool of the tests of saturation comes from on machines that have none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mocshelf_tools import pgbouncer

# Stands in for apt, which would need the network: it puts an archive where it is told to, once it knows of packages.
APT = """#!/bin/sh
echo "$1" >> "$(dirname "$0")/asked"
case "$1" in update) touch "$(dirname "$0")/fresh"; exit;; esac
test -e "$(dirname "$0")/fresh" || exit 100
for word in "$@"; do case "$word" in Dir::Cache::archives=*) touch "${word#*=}/pgbouncer.deb";; esac; done
"""
DPKG = """#!/bin/sh
mkdir -p "$3/usr/sbin" "$3/usr/lib/x86_64-linux-gnu"
printf '#!/bin/sh\\nexit 0\\n' > "$3/usr/sbin/pgbouncer"
chmod +x "$3/usr/sbin/pgbouncer"
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian without PgBouncer, that knows of no packages yet."""
    for name, content in (("apt-get", APT), ("dpkg", DPKG)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(pgbouncer, "HOME", tmp_path / "home")
    monkeypatch.setattr(pgbouncer, "_PLACES", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def asked(machine: Path) -> list[str]:
    return (machine / "asked").read_text().split() if (machine / "asked").exists() else []


def test_the_package_is_fetched_and_unpacked_once(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "fresh").touch()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said: list[str] = []

    pgbouncer.ensure(said.append)
    pgbouncer.ensure(said.append)

    found = pgbouncer.program()
    assert found is not None
    assert Path(found.command) == machine / "home" / "usr" / "sbin" / "pgbouncer"
    assert found.environment == {"LD_LIBRARY_PATH": str(machine / "home" / "usr" / "lib" / "x86_64-linux-gnu")}
    assert asked(machine) == ["install"]
    assert len(said) == 1


def test_a_machine_that_knows_of_no_packages_asks_for_them(machine: Path) -> None:
    pgbouncer.ensure(lambda _: None)

    assert asked(machine) == ["install", "update", "install"]
    assert pgbouncer.program() is not None


def test_nobody_but_root_asks_for_them(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    pgbouncer.ensure(lambda _: None)

    assert asked(machine) == ["install"]
    assert pgbouncer.program() is None


def test_what_could_not_be_unpacked_is_not_kept(machine: Path) -> None:
    (machine / "fresh").touch()
    (machine / "dpkg").write_text("#!/bin/sh\nmkdir -p $3/usr\nexit 2\n")

    pgbouncer.ensure(lambda _: None)

    assert not (machine / "home").exists()


def test_one_that_is_installed_is_taken(machine: Path) -> None:
    (machine / "pgbouncer").write_text("#!/bin/sh\nexit 0\n")
    (machine / "pgbouncer").chmod(0o755)

    pgbouncer.ensure(lambda _: None)

    assert pgbouncer.program() == pgbouncer.Program(str(machine / "pgbouncer"), {})
    assert asked(machine) == []
