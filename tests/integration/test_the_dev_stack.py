"""`./mocshelf dev` as its users meet it: starts, stops, kills, two at a time."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import stat
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from integration.running_dev import Dev, command, running
from integration.running_gateway import eventually
from mocshelf_tools.running import sign_in
from mocshelf_tools.stack import family
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.provision import client as aws_client
from mocshelf_tools.stack.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _status(url: str, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return int(answer.status)


def _subject(endpoints: dict[str, Any], email: str, password: str) -> str:
    payload = sign_in(endpoints["cognito"], email, password).split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=="))["sub"])


def _gone(pids: Iterable[int]) -> bool:
    return not any(family.started(pid) for pid in pids)


def _execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """One that stays up, for tests that only look at it."""
    with running(tmp_path_factory.mktemp("shared") / "data") as dev:
        dev.wait_until_ready()
        yield dev


def test_it_says_where_everything_is_and_leaves_nothing_running(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as dev:
        endpoints = dev.wait_until_ready()
        workers = family.below(dev.process.pid)
        health = _status(f"{endpoints['api']}/health")
        private = stat.S_IMODE((data / "endpoints.json").stat().st_mode)
        code = dev.end()

    assert health == 200
    assert private == 0o600
    assert set(endpoints) == {"api", "web", "cognito", "s3", "postgres", "valkey", "search", "demo", "pids"}
    assert set(endpoints["cognito"]) == {"endpoint", "region", "userPoolId", "clientId"}
    for shown in (endpoints["api"], endpoints["postgres"], endpoints["demo"]["password"]):
        assert shown in dev.output
    assert code == 0, dev.errors
    assert _gone([*endpoints["pids"].values(), *workers])
    assert not (data / "endpoints.json").exists()


def test_the_demo_user_and_added_users_can_sign_in(dev: Dev) -> None:
    data = str(dev.data)

    demo = command("token", "--data", data)
    added = command("user", "add", "ada@example.com", "--data", data)
    password = added.stdout.split()[-1]
    token = command("token", "--email", "ada@example.com", "--password", password, "--data", data)

    assert demo.stdout.strip().count(".") == token.stdout.strip().count(".") == 2
    assert added.returncode == token.returncode == 0
    assert demo.stdout != token.stdout


def test_a_user_that_cannot_be_added_is_explained(dev: Dev) -> None:
    add = ("user", "add", "--data", str(dev.data))

    known = command(*add, "demo@mocshelf.example")
    weak = command(*add, "bob@example.com", "--password", "weak")
    wanted = command(*add, "bob@example.com", "--password", "Correct-Horse-7!")
    no_address = command(*add, "bob")

    assert (known.returncode, "already" in known.stderr) == (1, True)
    assert (weak.returncode, "12 characters" in weak.stderr) == (1, True)
    assert wanted.returncode == 0, wanted.stderr
    assert (no_address.returncode, "not an e-mail address" in no_address.stderr) == (1, True)


def test_a_wrong_password_gets_no_token(dev: Dev) -> None:
    wrong = command("token", "--email", "demo@mocshelf.example", "--password", "x", "--data", str(dev.data))

    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "not right" in wrong.stderr


def test_the_sweep_can_be_run_by_hand(dev: Dev) -> None:
    swept = command("invoke", "sweep", "--data", str(dev.data))

    assert swept.returncode == 0, swept.stderr
    json.loads(swept.stdout)


def test_nothing_is_lost_when_everything_is_killed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as dev:
        before = dev.wait_until_ready()
        settings = Settings(DataFolder(data))
        s3 = aws_client("s3", before["s3"], settings)
        command("user", "add", "eve@example.com", "--password", "Correct-Horse-7!", "--data", str(data))
        subject = _subject(before, "eve@example.com", "Correct-Horse-7!")
        _execute(
            before["postgres"], "create table if not exists kept (title text); insert into kept values ('Lighthouse')"
        )
        s3.put_object(
            Bucket="mocshelf-files",
            Key="mocs/a b/ü.pdf",
            Body=b"%PDF",
            ContentType="application/pdf",
            CacheControl="private",
            ChecksumAlgorithm="SHA256",
        )
        token = sign_in(before["cognito"], *before["demo"].values())
        for pid in before["pids"].values():
            os.kill(pid, signal.SIGKILL)
        dev.process.communicate()

    with running(data) as dev:
        after = dev.wait_until_ready()
        subject_after = _subject(after, "eve@example.com", "Correct-Horse-7!")
        old_token = _status(f"{after['api']}/api/mocs", token)
        rows = _execute(after["postgres"], "select distinct title from kept")
        kept = s3.get_object(Bucket="mocshelf-files", Key="mocs/a b/ü.pdf", ChecksumMode="ENABLED")

    assert subject_after == subject
    assert old_token == 200
    assert rows == [("Lighthouse",)]
    assert (kept["Body"].read(), kept["ContentType"], kept["CacheControl"]) == (b"%PDF", "application/pdf", "private")
    assert kept["ChecksumSHA256"]
    assert {name: after[name] for name in ("s3", "postgres", "valkey", "search", "cognito", "demo")} == {
        name: before[name] for name in ("s3", "postgres", "valkey", "search", "cognito", "demo")
    }


def test_a_second_dev_on_the_folder_is_turned_away(dev: Dev) -> None:
    second = command("dev", "--port", "0", "--data", str(dev.data))
    fresh = command("dev", "--port", "0", "--data", str(dev.data), "--fresh")

    assert second.returncode == fresh.returncode == 1
    assert f"already runs on {dev.data}" in second.stderr
    assert _status(f"{dev.wait_until_ready()['api']}/health") == 200


def test_another_folder_is_another_world_and_a_killed_dev_takes_its_servers_along(dev: Dev, tmp_path: Path) -> None:
    one = dev.wait_until_ready()
    with running(tmp_path / "other") as other:
        two = other.wait_until_ready()
        statuses = [_status(f"{endpoints['api']}/health") for endpoints in (one, two)]
        workers = family.below(other.process.pid)
        other.process.kill()
        other.process.communicate()

        assert eventually(lambda: _gone([*two["pids"].values(), *workers]))

    assert statuses == [200, 200]
    assert len(workers) > 3
    assert one["postgres"] != two["postgres"]
    assert one["cognito"]["userPoolId"] != two["cognito"]["userPoolId"]
    assert one["demo"]["password"] != two["demo"]["password"]
    assert _status(f"{one['api']}/health") == 200


def test_fresh_starts_from_nothing_and_seed_fills_the_shelf(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.open()
    (folder.path / "postgres").mkdir()
    (folder.path / "postgres" / "PG_VERSION").write_text("3")
    folder.write("settings.json", {"demo_password": "Old-Password-1"})
    folder.close()

    with running(folder.path, "--fresh", "--seed") as dev:
        endpoints = dev.wait_until_ready()
        count = "select count(*) from moc_instructions"
        seeded = eventually(lambda: _execute(endpoints["postgres"], count) == [(40,)])

    assert endpoints["demo"]["password"] != "Old-Password-1"
    assert seeded


def test_fresh_refuses_a_folder_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    refused = command("dev", "--port", "0", "--fresh", "--data", str(tmp_path))

    assert refused.returncode == 1
    assert "is not a Mocshelf data folder" in refused.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_port_that_is_taken_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command("dev", "--port", str(port), "--data", str(tmp_path / "data"))

    assert refused.returncode == 1
    assert f"Port {port} cannot be used" in refused.stderr
    assert not (tmp_path / "data").exists()


def test_commands_say_so_when_nothing_runs(tmp_path: Path) -> None:
    answers = [
        command(*words, "--data", str(tmp_path))
        for words in (["token"], ["user", "add", "a@b.example"], ["invoke", "sweep"])
    ]

    assert [answer.returncode for answer in answers] == [1, 1, 1]
    assert all("./mocshelf dev" in answer.stderr for answer in answers)
