"""`./mocshelf server`: stopping, hanging, killing and starting single servers under a running `dev`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.running_dev import CLI, Dev, command, running
from integration.running_gateway import eventually
from mocshelf_tools.running import sign_in
from mocshelf_tools.stack import family
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.provision import client as aws_client
from mocshelf_tools.stack.settings import Settings


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with running(tmp_path_factory.mktemp("by-hand") / "data") as dev:
        dev.wait_until_ready()
        yield dev


def _server(dev: Dev, *words: str) -> None:
    done = command("server", *words, "--data", str(dev.data))
    assert done.returncode == 0, done.stderr


def _refused(dev: Dev, *words: str) -> str:
    done = command("server", *words, "--data", str(dev.data))
    assert done.returncode == 1, done.stdout
    return done.stderr


def _states(dev: Dev) -> dict[str, Any]:
    done = command("server", "status", "--json", "--data", str(dev.data))
    assert done.returncode == 0, done.stderr
    states: dict[str, Any] = json.loads(done.stdout)
    return states


def _answer(url: str, token: str | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        content: dict[str, Any] = json.load(answer)
    return content


def test_the_status_names_every_server_with_its_process(dev: Dev) -> None:
    told = command("server", "status", "--data", str(dev.data)).stdout
    states = _states(dev)

    assert {"postgres", "valkey", "aws"} <= set(states)
    for name in ("postgres", "valkey", "aws"):
        assert states[name]["state"] == "running"
        assert family.started(states[name]["pid"])
        assert f"{name:<12}running   process {states[name]['pid']}" in told


def test_without_its_cache_the_system_goes_on_and_takes_it_back(dev: Dev) -> None:
    endpoints = dev.wait_until_ready()
    token = sign_in(endpoints["cognito"], *endpoints["demo"].values())

    _server(dev, "stop", "valkey")
    stopped = _states(dev)["valkey"]
    without = _answer(f"{endpoints['api']}/health")["components"]["cache"]
    listed = _answer(f"{endpoints['api']}/api/mocs", token)
    _server(dev, "start", "valkey")

    assert stopped == {"pid": None, "state": "stopped"}
    assert without == "unhealthy"
    assert listed["success"]
    assert _answer(f"{endpoints['api']}/health")["components"]["cache"] == "healthy"


def test_a_server_that_hangs_goes_on_where_it_was(dev: Dev) -> None:
    before = _states(dev)["valkey"]["pid"]

    _server(dev, "hang", "valkey")
    hanging = _states(dev)["valkey"]
    _server(dev, "resume", "valkey")

    assert hanging == {"pid": before, "state": "hanging"}
    assert _states(dev)["valkey"] == {"pid": before, "state": "running"}


def test_postgres_hangs_with_its_sessions(dev: Dev) -> None:
    endpoints = dev.wait_until_ready()
    _answer(f"{endpoints['api']}/health")
    pid = _states(dev)["postgres"]["pid"]

    _server(dev, "hang", "postgres")
    sessions = family.below(pid)
    hanging = [family.hangs(session) for session in sessions]
    _server(dev, "resume", "postgres")

    assert sessions
    assert all(hanging)
    assert _answer(f"{endpoints['api']}/health")["components"]["database"] == "healthy"


def test_a_server_that_was_stopped_and_started_is_missed_again(dev: Dev) -> None:
    _server(dev, "stop", "postgres")
    _server(dev, "start", "postgres")
    family.kill_all(_states(dev)["postgres"]["pid"])
    missed = eventually(lambda: _states(dev)["postgres"]["state"] == "ended")
    _server(dev, "start", "postgres")

    assert missed
    assert _states(dev)["postgres"]["state"] == "running"


def test_what_cannot_be_done_is_explained(dev: Dev, tmp_path: Path) -> None:
    assert "valkey is running already" in _refused(dev, "start", "valkey")
    assert "There is no server 'redis' here. There are:" in _refused(dev, "stop", "redis")
    assert "./mocshelf dev" in command("server", "status", "--data", str(tmp_path)).stderr


def test_an_embedded_aws_killed_from_outside_comes_back_whole(tmp_path: Path) -> None:
    with running(tmp_path / "data") as dev:
        endpoints = dev.wait_until_ready()
        os.kill(_states(dev)["aws"]["pid"], signal.SIGKILL)
        ended = eventually(lambda: _states(dev)["aws"]["state"] == "ended")
        # The watching and the queues have something to say meanwhile.
        time.sleep(5)
        _server(dev, "start", "aws")
        sqs = aws_client("sqs", endpoints["s3"], Settings(DataFolder(dev.data)))
        queues = {url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]}
        token = sign_in(endpoints["cognito"], *endpoints["demo"].values())
        dev.end()

    assert ended
    assert token
    assert queues == {"mocshelf-processing", "mocshelf-processing-dead", "mocshelf-index", "mocshelf-index-dead"}
    assert dev.errors.count("aws has ended: no files, queues and sign-ins until it is back") == 1
    assert "`./mocshelf server start aws" in dev.errors
    assert dev.errors.count("has ended") == 1
    # There are two queues, and each is tried every other second by two threads.
    assert 2 <= dev.errors.count("cannot be read") <= 4


def test_a_dev_stops_also_when_servers_hang(tmp_path: Path) -> None:
    with running(tmp_path / "data") as dev:
        dev.wait_until_ready()
        pids = [server["pid"] for server in _states(dev).values() if server["pid"]]
        for name in ("valkey", "postgres"):
            _server(dev, "hang", name)
        begun = time.monotonic()
        code = dev.end()
        took = time.monotonic() - begun

    assert code == 0
    assert took < 8
    assert not any(family.started(pid) for pid in pids)


def test_a_dev_stops_also_while_a_server_is_being_started(tmp_path: Path) -> None:
    with running(tmp_path / "data") as dev:
        dev.wait_until_ready()
        _server(dev, "stop", "aws")
        waiting = _start_in_background(dev)
        code = dev.end()

    assert code == 0
    assert "Traceback" not in dev.errors
    assert "CancelledError" not in dev.errors
    assert waiting.wait(20) is not None


def _start_in_background(dev: Dev) -> subprocess.Popen[bytes]:
    """A start of the embedded AWS that has begun, and that nobody waits for."""
    begun = subprocess.Popen(
        [*CLI, "server", "start", "aws", "--data", str(dev.data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert eventually(lambda: _states(dev)["aws"]["state"] != "stopped")
    return begun
