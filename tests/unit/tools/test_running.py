"""What commands know of a running stack, and what they say when there is none."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import described, endpoints_of, sign_in
from mocshelf_tools.stack import Endpoints

ENDPOINTS = Endpoints(
    aws="http://127.0.0.1:1",
    region="eu-central-1",
    pool_id="eu-central-1_Pool",
    client_id="client",
    bucket="files",
    queue_url="http://127.0.0.1:1/000000000000/queue",
    index_queue_url="http://127.0.0.1:1/000000000000/index",
    search="http://127.0.0.1:7",
    postgres="postgresql://postgres@127.0.0.1:2/mocshelf",
    postgres_app="postgresql://mocshelf_app@127.0.0.1:2/mocshelf",
    valkey="redis://127.0.0.1:3",
    demo_email="demo@example.com",
    demo_password="secret",
    pids={"postgres": 4, "valkey": 5, "aws": 6},
)


def _written(folder: Path, content: Any) -> Path:
    (folder / "endpoints.json").write_text(json.dumps(content))
    return folder


def test_the_endpoints_have_the_names_that_clients_rely_on() -> None:
    content = described(ENDPOINTS, "http://127.0.0.1:8484")

    assert content == {
        "api": "http://127.0.0.1:8484",
        "web": "http://127.0.0.1:8484",
        "cognito": {
            "endpoint": "http://127.0.0.1:1",
            "region": "eu-central-1",
            "userPoolId": "eu-central-1_Pool",
            "clientId": "client",
        },
        "s3": "http://127.0.0.1:1",
        "postgres": "postgresql://postgres@127.0.0.1:2/mocshelf",
        "valkey": "redis://127.0.0.1:3",
        "search": "http://127.0.0.1:7",
        "demo": {"email": "demo@example.com", "password": "secret"},
        "pids": {"dev": os.getpid(), "postgres": 4, "valkey": 5, "aws": 6},
    }


def test_the_endpoints_of_a_running_dev_are_found(tmp_path: Path) -> None:
    content = described(ENDPOINTS, "http://127.0.0.1:8484")

    assert endpoints_of(_written(tmp_path, content)) == content


def test_the_endpoints_that_a_killed_dev_left_behind_do_not_count(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    content = {**described(ENDPOINTS, "http://127.0.0.1:8484"), "pids": {"dev": ended.pid}}

    with pytest.raises(CannotContinue, match=r"Start it with \./mocshelf dev"):
        endpoints_of(_written(tmp_path, content))


@pytest.mark.parametrize("content", ["", "{", "{}", '{"pids": {}}'])
def test_damaged_endpoints_do_not_count(tmp_path: Path, content: str) -> None:
    (tmp_path / "endpoints.json").write_text(content)

    with pytest.raises(CannotContinue, match=r"Start it with \./mocshelf dev"):
        endpoints_of(tmp_path)


def test_signing_in_where_nothing_listens_says_what_to_start() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"

        with pytest.raises(CannotContinue, match=r"Nothing answers at .*Start Mocshelf again"):
            sign_in({"endpoint": endpoint, "clientId": "client"}, "a@b.example", "secret")
