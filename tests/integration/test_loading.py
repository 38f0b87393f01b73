"""`./mocshelf load` on a `./mocshelf dev`: real visitors for some seconds, a verdict, and nothing left of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from integration.running_dev import CLI, running
from integration.running_gateway import eventually
from mocshelf_tools.stack import family
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.provision import DEMO_EMAIL, client
from mocshelf_tools.stack.settings import Settings

# What visitors leave is in these.
TABLES = ("moc_instructions", "gallery_images", "gallery_albums", "wishlist_items")


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The endpoints of one that runs."""
    data = tmp_path_factory.mktemp("load") / "dev"
    with running(data) as started:
        yield {**started.wait_until_ready(), "data": data}


def words(dev: Any, *options: str) -> list[str]:
    return [*CLI, "load", "--data", str(dev["data"]), "--users", "3", *options]


def load(dev: Any, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words(dev, *options), capture_output=True, text=True, timeout=240)


def left(dev: Any) -> dict[str, int]:
    """Rows by table, and users besides the demo user."""
    with psycopg.connect(dev["postgres"]) as connection:
        rows = {table: connection.execute(f"select count(*) from {table}").fetchone() for table in TABLES}
    cognito: Any = client("cognito-idp", dev["cognito"]["endpoint"], Settings(DataFolder(dev["data"])))
    users = cognito.list_users(UserPoolId=dev["cognito"]["userPoolId"])["Users"]
    emails = [one["Value"] for user in users for one in user["Attributes"] if one["Name"] == "email"]
    return {**{table: int(row[0]) for table, row in rows.items() if row}, "users": len({*emails} - {DEMO_EMAIL})}


NOTHING = dict.fromkeys((*TABLES, "users"), 0)


def test_visitors_are_answered_rightly_and_leave_nothing(dev: Any, tmp_path: Path) -> None:
    # How long things take on this machine is not what is tested.
    thresholds = tmp_path / "thresholds.toml"
    thresholds.write_text("[dev.smoke]\nall = { failures = 0, waits = 0 }\n")

    done = load(dev, "--minutes", "0.3", "--thresholds", str(thresholds), "--report", str(tmp_path / "report"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Good: within the thresholds of dev, smoke." in done.stdout
    figures = json.loads((tmp_path / "report" / "figures.json").read_text())
    everything = figures["groups"]["all"]
    assert everything["requests"] > 30
    assert (everything["failures"], everything["waits"]) == (0, 0)
    assert {"browse", "search", "open"} <= figures["groups"].keys()
    assert "<svg" in (tmp_path / "report" / "timeline.svg").read_text()
    assert (tmp_path / "report" / "report.md").read_text().startswith("# Load: dev, smoke\n")
    assert left(dev) == NOTHING


def test_a_threshold_that_is_broken_is_named_and_a_system_of_its_own_goes_as_a_whole(tmp_path: Path) -> None:
    thresholds, temporary = tmp_path / "thresholds.toml", tmp_path / "t"
    thresholds.write_text("[dev.smoke]\nall = { p50 = 0, failures = 0 }\n")
    temporary.mkdir()
    options = ["--users", "1", "--minutes", "0.1", "--thresholds", str(thresholds), "--report", str(tmp_path / "r")]

    own = {**os.environ, "TMPDIR": str(temporary)}
    done = subprocess.run([*CLI, "load", *options], capture_output=True, text=True, timeout=400, env=own)

    assert done.returncode == 1, done.stdout + done.stderr
    (breach,) = done.stderr.splitlines()
    assert breach.startswith("mocshelf: all, p50: half of the answers took longer than ")
    assert breach.endswith(" ms; 0 ms are allowed")
    assert "Not good enough for the thresholds of dev, smoke:" in done.stdout
    assert list(temporary.iterdir()) == []


def test_ctrl_c_ends_the_visitors_and_removes_what_was_made(dev: Any, tmp_path: Path) -> None:
    own = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        words(dev, "--minutes", "2"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own
    )
    assert eventually(lambda: list(tmp_path.glob("*/seconds.csv")) != [], 60)
    below = family.below(process.pid)

    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=90)

    assert process.returncode == 130, output + errors
    assert len(below) >= 1
    assert not any(family.started(pid) for pid in below)
    assert list(tmp_path.iterdir()) == []
    assert left(dev) == NOTHING
