"""The migrate function: what a deployment calls, on a real PostgreSQL, answering a real server."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from sqlalchemy import make_url

from integration.test_migrations import REVISIONS
from mocshelf.functions import migrate
from mocshelf.runtime import cloudformation, telemetry
from mocshelf.runtime.resources import Owner, resources
from mocshelf_tools.stack.stack import Stack

PASSWORD = "opensesame-4711"
_numbers = count(1)


class Context:
    """Lambda's, with so many seconds left."""

    aws_request_id = "4f6b"

    def __init__(self, seconds: float) -> None:
        self._milliseconds = int(seconds * 1000)

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


class CloudFormation:
    """Takes answers as S3 does, after refusing the first so many times."""

    def __init__(self, refusing: int = 0) -> None:
        self.answers: list[dict[str, str]] = []
        self.types: list[str | None] = []
        self._refusing = refusing
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/answer?X-Amz-Signature=abc"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def ask(self, kind: str, seconds: float = 60) -> dict[str, str]:
        """What CloudFormation gets to know of a request of this kind."""
        event = {
            "RequestType": kind,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:eu-central-1:1:stack/s/1",
            "RequestId": "r1",
            "LogicalResourceId": "MigrationDone",
        }
        before = len(self.answers)
        migrate.handler(event, Context(seconds))
        (answer,) = self.answers[before:]
        return answer

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service._refusing -= 1
                if service._refusing < 0:
                    service.answers.append(json.loads(body))
                    service.types.append(self.headers["Content-Type"])
                self.send_response(200 if service._refusing < 0 else 503)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def deployment() -> Iterator[CloudFormation]:
    service = CloudFormation()
    yield service
    service.close()


@pytest.fixture
def empty(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of its own, to which the function is linked."""
    name = f"function_{next(_numbers)}"
    run(stack.endpoints.postgres, f"create database {name}")
    url = make_url(stack.endpoints.postgres).set(database=name)
    link = Owner(str(url.host), int(url.port or 0), name, None, str(url.username), tls=False)
    monkeypatch.setitem(vars(resources), "owner", link)
    yield url.render_as_string(hide_password=False)
    run(stack.endpoints.postgres, f"drop database {name} with (force)")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the function logs."""
    written = io.StringIO()
    monkeypatch.setattr(telemetry.logger.handlers[0], "stream", written)
    return written


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Runs each statement on its own and returns the rows of the last."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def tables(url: str) -> list[str]:
    rows = run(url, "select tablename from pg_tables where schemaname = 'public' order by 1")
    return [name for (name,) in rows]


@contextmanager
def locked(url: str, statement: str) -> Iterator[None]:
    """Somebody else's transaction that has done this and does not end."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        yield


def test_an_empty_database_is_migrated_and_cloudformation_hears_of_it(
    deployment: CloudFormation, empty: str, logged: io.StringIO
) -> None:
    answer = deployment.ask("Create")

    assert answer == {
        "Status": "SUCCESS",
        "Reason": f"Applied {', '.join(REVISIONS)}.",
        "PhysicalResourceId": "mocshelf-schema",
        "StackId": "arn:aws:cloudformation:eu-central-1:1:stack/s/1",
        "RequestId": "r1",
        "LogicalResourceId": "MigrationDone",
    }
    assert deployment.types == [""]
    assert "moc_instructions" in tables(empty)
    assert '"event": "migrate.applied"' in logged.getvalue()


def test_an_update_without_anything_pending_succeeds_under_the_same_id(
    deployment: CloudFormation, empty: str
) -> None:
    first = deployment.ask("Create")
    second = deployment.ask("Update")

    assert (second["Status"], second["Reason"]) == ("SUCCESS", "The database was up to date.")
    assert second["PhysicalResourceId"] == first["PhysicalResourceId"]


def test_removing_the_stack_touches_no_database(deployment: CloudFormation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(resources), "owner", Owner("127.0.0.1", 1, "x", tls=False))

    answer = deployment.ask("Delete")

    assert answer["Status"] == "SUCCESS"


def test_a_revision_that_fails_is_undone_and_its_reason_can_be_read(deployment: CloudFormation, empty: str) -> None:
    run(empty, "create table avatars (x integer)")

    answer = deployment.ask("Update")

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == ('The database was not migrated and is as it was: relation "avatars" already exists')
    assert tables(empty) == ["avatars"]


def test_code_that_is_older_than_the_schema_leaves_it_alone_so_that_a_rollback_succeeds(
    deployment: CloudFormation, empty: str
) -> None:
    deployment.ask("Create")
    run(empty, "update alembic_version set version_num = '9999'")
    before = tables(empty)

    answer = deployment.ask("Update")
    status = migrate.handler({"action": "status"}, None)

    assert answer["Status"] == "SUCCESS"
    assert "9999" in answer["Reason"]
    assert tables(empty) == before
    assert run(empty, "select version_num from alembic_version") == [("9999",)]
    assert (status["current"], status["pending"]) == ("9999", [])


def test_a_lock_that_somebody_keeps_fails_the_migration_soon(
    deployment: CloudFormation, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.3)
    run(empty, "create table alembic_version (version_num varchar(32) primary key)")

    with locked(empty, "lock table alembic_version"):
        answer = deployment.ask("Update")

    assert answer["Status"] == "FAILED"
    assert "lock timeout" in answer["Reason"]
    assert tables(empty) == ["alembic_version"]


def test_what_takes_too_long_is_undone_before_lambda_ends_it(deployment: CloudFormation, empty: str) -> None:
    from migrations.running import LOCK

    with locked(empty, f"select pg_advisory_xact_lock({LOCK})"):
        answer = deployment.ask("Update", seconds=migrate.UNDO_SECONDS + 1)

    assert answer["Status"] == "FAILED"
    assert "longer than the 1 s" in answer["Reason"]
    assert tables(empty) == []


def test_even_a_database_that_never_answers_leaves_no_deployment_waiting(
    deployment: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "CONNECT_SECONDS", 3)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(vars(resources), "owner", Owner("127.0.0.1", silent.getsockname()[1], "x", tls=False))
        answer = deployment.ask("Update", seconds=migrate.ANSWER_SECONDS + 0.5)

    assert answer["Status"] == "FAILED"
    assert "perhaps not undone" in answer["Reason"]


def test_a_missing_link_is_answered_too(deployment: CloudFormation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(vars(resources), "owner", raising=False)
    monkeypatch.delenv("MOCSHELF_OWNER", raising=False)

    answer = deployment.ask("Create")

    assert answer["Status"] == "FAILED"
    assert "'owner' is not linked" in answer["Reason"]


def test_an_answer_that_is_not_taken_at_once_is_sent_again(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudformation, "PAUSE", 0)
    service = CloudFormation(refusing=2)

    answer = service.ask("Create")

    service.close()
    assert answer["Status"] == "SUCCESS"


def test_a_person_can_ask_for_the_state_and_for_the_work(empty: str) -> None:
    before = migrate.handler({"action": "status"}, None)
    done = migrate.handler({"action": "upgrade"}, None)
    after = migrate.handler({"action": "status"}, None)

    assert before["pending"] == done["applied"] == REVISIONS
    assert (after["current"], after["pending"]) == (after["head"], [])
    with pytest.raises(migrate.MigrationFailed, match="upgrade"):
        migrate.handler({"action": "destroy"}, None)


def test_the_password_comes_from_secrets_manager_and_goes_nowhere_else(
    stack: Stack, deployment: CloudFormation, empty: str, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    arn = secret(stack, {"username": "nobody", "password": PASSWORD})
    known = resources.owner
    link = Owner(known.host, known.port, known.name, arn, known.user, tls=False)
    monkeypatch.setitem(vars(resources), "owner", link)

    answer = deployment.ask("Create")

    assert answer["Status"] == "FAILED"
    assert 'role "nobody" does not exist' in answer["Reason"]
    assert PASSWORD not in answer["Reason"] + logged.getvalue()


def test_the_user_of_the_secret_is_who_migrates(
    stack: Stack, deployment: CloudFormation, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = resources.owner
    arn = secret(stack, {"username": known.user, "password": PASSWORD})
    link = Owner(known.host, known.port, known.name, arn, "somebody-else", tls=False)
    monkeypatch.setitem(vars(resources), "owner", link)

    answer = deployment.ask("Create")

    assert answer["Status"] == "SUCCESS"


@pytest.mark.parametrize("content", ["not JSON", '{"username": "x"}', '["x"]'])
def test_a_secret_that_is_none_fails_without_showing_it(
    stack: Stack, deployment: CloudFormation, empty: str, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    known = resources.owner
    arn = secret(stack, content)
    monkeypatch.setitem(vars(resources), "owner", Owner(known.host, known.port, known.name, arn, tls=False))

    answer = deployment.ask("Create")

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == "The secret of the database's owner holds no username and password."


def test_a_secret_that_is_not_there_is_named_as_the_problem(
    stack: Stack, deployment: CloudFormation, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = resources.owner
    monkeypatch.setitem(vars(resources), "owner", Owner(known.host, known.port, known.name, "none", tls=False))

    answer = deployment.ask("Create")

    assert answer["Reason"].startswith("Secrets Manager gives no password of the database's owner: 400 Resource")


def test_a_link_with_tls_believes_only_the_authorities_of_aurora() -> None:
    options = migrate._options(Owner("cluster.example", 5432, "mocshelf"))

    assert options["sslmode"] == "verify-full"
    assert "CERTIFICATE" in Path(options["sslrootcert"]).read_text(encoding="ascii")


def secret(stack: Stack, content: object) -> str:
    """The address of a new secret in the embedded AWS."""
    from integration.uploading import aws

    text = content if isinstance(content, str) else json.dumps(content)
    made = aws(stack, "secretsmanager").create_secret(Name=f"owner-{next(_numbers)}", SecretString=text)
    return str(made["ARN"])
