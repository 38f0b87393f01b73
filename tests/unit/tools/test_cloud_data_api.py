"""Statements through the Data API, as far as the embedded AWS cannot show them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mocshelf_tools.cloud import data_api
from mocshelf_tools.cloud.data_api import Rows, value
from mocshelf_tools.cloud.table import objects, table
from mocshelf_tools.problems import CannotContinue

KNOWN = {
    "resourceArn": "arn:aws:rds:eu-central-1:1:cluster:mocshelf",
    "secretArn": "arn:aws:secret:1",
    "database": "m",
}
OF = {name: text for name, text in KNOWN.items() if name != "database"}


@pytest.fixture
def data() -> Any:
    return boto3.client("rds-data", "eu-central-1", aws_access_key_id="A", aws_secret_access_key="S")


@pytest.fixture
def answers(data: Any) -> Iterator[Stubber]:
    """What the Data API says, in this order: the embedded one needs a driver that it does not have."""
    with Stubber(data) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def begun(answers: Stubber) -> None:
    answers.add_response("begin_transaction", {"transactionId": "t"}, KNOWN)


def test_a_statement_runs_in_a_transaction_that_cannot_write(data: Any, answers: Stubber) -> None:
    begun(answers)
    answers.add_response("execute_statement", {}, {**KNOWN, "transactionId": "t", "sql": "set transaction read only"})
    answers.add_response(
        "execute_statement",
        {"columnMetadata": [{"name": "n"}, {"name": "t"}], "records": [[{"longValue": 2}, {"isNull": True}]]},
        {**KNOWN, "transactionId": "t", "sql": "select 2", "includeResultMetadata": True},
    )
    answers.add_response("commit_transaction", {}, {**OF, "transactionId": "t"})

    assert data_api._through_the_api(data, KNOWN, "select 2", print, write=False) == Rows(["n", "t"], [[2, None]], 0)


def test_a_refused_statement_is_rolled_back_and_explained(data: Any, answers: Stubber) -> None:
    begun(answers)
    answers.add_client_error("execute_statement", "DatabaseErrorException", "ERROR: no such table")
    answers.add_response("rollback_transaction", {}, {**OF, "transactionId": "t"})

    with pytest.raises(CannotContinue, match="The database refused: ERROR: no such table"):
        data_api._through_the_api(data, KNOWN, "delete from x", print, write=True)


def test_a_database_that_sleeps_is_waited_for(data: Any, answers: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_api, "_LOOK_SECONDS", 0)
    said: list[str] = []
    answers.add_client_error("begin_transaction", "DatabaseResumingException", "resuming")
    begun(answers)

    assert data_api._begun(data, KNOWN, said.append) == "t"
    assert said == ["Waking the database"]


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ({"isNull": True}, None),
        ({"stringValue": "a"}, "a"),
        ({"longValue": 1}, 1),
        ({"booleanValue": False}, False),
        ({"arrayValue": {"longValues": [1, 2]}}, [1, 2]),
        ({"blobValue": b"\x01\xff"}, "01ff"),
    ],
)
def test_fields_become_values(field: dict[str, Any], wanted: object) -> None:
    assert value(field) == wanted


def test_rows_are_a_table_for_people_and_objects_for_scripts() -> None:
    found = Rows(["id", "title"], [[1, "Baker\nStreet"], [20, None], [3, "x" * 80]], 0)

    head, rule, *rows, count = table(found)

    assert (head, rule[:4]) == ("id  title", "──  ")
    assert rows[:2] == ["1   Baker⏎Street", "20  ∅"]
    assert rows[2] == "3   " + "x" * 59 + "…"
    assert count == "(3 rows)"
    assert json.loads(objects(found))[1] == {"id": 20, "title": None}


def test_a_statement_without_rows_says_how_many_it_changed() -> None:
    assert list(table(Rows([], [], 3))) == ["3 rows changed."]
