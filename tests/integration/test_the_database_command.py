"""`./mocshelf db` on a running stack: revisions, and rows and objects that do not match."""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from mocshelf_tools.commands import database
from mocshelf_tools.running import LINKS, described
from mocshelf_tools.stack import Stack


@pytest.fixture
def data(stack: Stack) -> Iterator[Path]:
    """The data folder as `./mocshelf dev` leaves it while it runs."""
    stack.folder.write(LINKS, stack.environment)
    stack.folder.write("endpoints.json", described(stack.endpoints, "http://127.0.0.1"))
    yield stack.folder.path
    stack.folder.endpoints.unlink()


def command(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    database.register(parser.add_subparsers())
    args = parser.parse_args(["db", *map(str, words)])
    code: int = args.run(args)
    return code


def run(stack: Stack, statement: str) -> None:
    with closing(psycopg2.connect(stack.endpoints.postgres_app)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)


def found(data: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    command("status", "--json", "--data", data)
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    return content


def test_a_row_without_its_object_is_named(stack: Stack, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = f"avatars/{uuid.uuid4()}/avatar.webp"
    run(stack, f"insert into avatars (user_id, object_key) values ('{key}', '{key}')")

    code = command("status", "--data", data)
    text = capsys.readouterr().out
    content = found(data, capsys)
    run(stack, f"delete from avatars where user_id = '{key}'")

    assert code == 1
    assert f"  {key}\n" in text
    assert key in content["differences"]["without_object"]
    assert key not in found(data, capsys)["differences"]["without_object"]


def test_an_object_is_named_unless_a_row_knows_it_or_its_end_is_promised(
    stack: Stack, s3: Any, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user = uuid.uuid4()
    known, promised, stray = (f"avatars/{user}/{name}" for name in ("known", "promised", "stray"))
    waiting = f"incoming/{user}/x/y"
    for key in (known, promised, stray, waiting):
        s3.put_object(Bucket=stack.endpoints.bucket, Key=key, Body=b"x")
    run(stack, f"insert into avatars (user_id, object_key) values ('{user}', '{known}')")
    run(stack, f"insert into object_deletions (object_key) values ('{promised}')")

    listed = [key for key in found(data, capsys)["differences"]["without_row"] if str(user) in key]
    run(stack, f"delete from avatars where user_id = '{user}'")
    run(stack, f"delete from object_deletions where object_key = '{promised}'")
    for key in (known, promised, stray, waiting):
        s3.delete_object(Bucket=stack.endpoints.bucket, Key=key)

    assert listed == [stray]


def test_status_shows_the_revision(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = found(data, capsys)

    assert content["current"] == content["head"]
    assert content["pending"] == []


def test_a_database_that_is_up_to_date_stays_as_it_is(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = command("migrate", "--data", data)

    assert code == 0
    assert capsys.readouterr().out == "The database is up to date.\n"


def test_nothing_is_undone_without_a_yes(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = found(data, capsys)["current"]

    code = command("rollback", "--data", data)

    assert code == 1
    assert "--yes" in capsys.readouterr().err
    assert found(data, capsys)["current"] == before


@pytest.mark.parametrize("action", ["migrate", "status", "rollback"])
def test_a_stack_that_does_not_run_is_said_so(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = command(action, "--data", tmp_path)

    assert code == 1
    assert "Start it with ./mocshelf dev" in capsys.readouterr().err
