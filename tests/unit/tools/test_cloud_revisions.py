"""Whether this code suits a stage's schema: code that is newer is not let at it."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from migrations import running
from mocshelf_tools.cloud import revisions
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws

HEAD = running.status_at(None).head


def test_the_same_schema_needs_no_words() -> None:
    assert revisions.warning("dev", HEAD) is None


@pytest.mark.parametrize("revision", [None, "0001"])
def test_a_schema_that_lacks_a_revision_is_refused_and_says_how_it_gets_it(revision: str | None) -> None:
    with pytest.raises(CannotContinue) as refused:
        revisions.warning("dev", revision)

    assert str(refused.value).startswith("This code needs what the database of ")
    assert f"{HEAD}): what reads it would fail" in str(refused.value)
    assert "./mocshelf deploy --stage dev" in str(refused.value)


def test_a_newer_schema_is_a_warning() -> None:
    warning = revisions.warning("dev", "9999")

    assert warning is not None
    assert warning.startswith("The database of dev is at revision 9999, which this code does not know.")


@pytest.mark.parametrize(
    ("answer", "failed", "expected"),
    [
        ({"current": "0002", "head": "0002", "pending": []}, None, "0002"),
        ({"current": None, "head": "0002", "pending": ["0001"]}, None, None),
        ({"errorMessage": "The password is wrong."}, "Unhandled", CannotContinue),
        (None, None, CannotContinue),
    ],
)
def test_the_stages_own_function_says_which_revision_it_is_at_and_is_asked_for_nothing_else(
    answer: Any, failed: str | None, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = boto3.client("lambda", "eu-central-1", aws_access_key_id="A", aws_secret_access_key="S")
    # The embedded AWS's functions do not fail in this way.
    monkeypatch.setattr(revisions, "client", lambda *_: functions)
    told = {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}
    asked = {"FunctionName": "mocshelf-dev-migrate", "Payload": '{"action": "status"}'}

    with Stubber(functions) as stub:
        stub.add_response("invoke", {**told, **({"FunctionError": failed} if failed else {})}, asked)
        if expected is CannotContinue:
            with pytest.raises(CannotContinue, match="does not say which revision"):
                revisions.current(aws())
        else:
            assert revisions.current(aws()) == expected
