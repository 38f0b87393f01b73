"""What users did is counted once it is committed, in lines from which CloudWatch makes metrics."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from mocshelf.runtime import counting, database, telemetry
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Resources

Lines = Callable[[], list[dict[str, Any]]]


class Connection:
    """Stands in for PostgreSQL, because these tests need nothing of it but commit and rollback."""

    closed = False
    autocommit = False

    def __init__(self) -> None:
        self.fault: Exception | None = None

    def commit(self) -> None:
        if self.fault:
            raise self.fault

    def rollback(self) -> None:
        pass


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Connection:
    made = Connection()
    monkeypatch.setattr(database, "_connection", made)
    return made


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The metrics so far, as CloudWatch gets them."""
    link = json.dumps({"name": "dev-ada", "region": "eu-central-1"})
    environment = {"MOCSHELF_STAGE": link, "AWS_LAMBDA_FUNCTION_NAME": "mocshelf-dev-ada-mocs"}
    monkeypatch.setattr(telemetry, "resources", Resources(environment))

    def written() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [line for line in found if "_aws" in line]

    return written


@pytest.mark.usefixtures("connection")
def test_what_is_committed_is_counted_after_the_commit(lines: Lines) -> None:
    with database.transaction():
        counting.count(telemetry.MOCS_CREATED)
        before = lines()

    after = lines()
    assert before == []
    assert [line["MocsCreated"] for line in after] == [1]


@pytest.mark.usefixtures("connection")
def test_what_rolls_back_is_never_counted(lines: Lines) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction():
        counting.count(telemetry.MOCS_CREATED)
        raise ZeroDivisionError
    with database.transaction():
        pass

    assert lines() == []


def test_what_may_not_have_been_committed_is_not_counted(connection: Connection, lines: Lines) -> None:
    connection.fault = psycopg2.OperationalError("gone")

    with pytest.raises(Unavailable), database.transaction():
        counting.count(telemetry.MOCS_CREATED)

    assert lines() == []


@pytest.mark.usefixtures("connection")
def test_a_picture_is_a_file_and_an_image_in_one_line(lines: Lines) -> None:
    with database.transaction():
        counting.count_file(picture=True)
        counting.count_file(picture=False)

    picture, plain = lines()
    assert (picture["FilesUploaded"], picture["ImagesProcessed"]) == (1, 1)
    assert plain["FilesUploaded"] == 1
    assert "ImagesProcessed" not in plain


@pytest.mark.usefixtures("connection")
def test_a_line_is_what_the_embedded_metric_format_asks_for(lines: Lines) -> None:
    with database.transaction():
        counting.count(telemetry.PARTS_PARSED, 42)

    line = lines()[0]
    told = line["_aws"]["CloudWatchMetrics"][0]
    assert isinstance(line["_aws"]["Timestamp"], int)
    assert line["_aws"]["Timestamp"] > 1_700_000_000_000  # milliseconds
    assert told["Namespace"] == "Mocshelf"
    assert told["Metrics"] == [{"Name": "PartsParsed", "Unit": "Count"}]
    assert line["PartsParsed"] == 42
    # Every dimension must be a text beside `_aws`, or CloudWatch drops the line.
    assert told["Dimensions"] == [["Stage", "Function"]]
    assert (line["Stage"], line["Function"]) == ("dev-ada", "mocshelf-dev-ada-mocs")
