"""Moving dead letters by a task of SQS, which the embedded AWS does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mocshelf_tools.cloud import dead_letters
from mocshelf_tools.cloud.dead_letters import Pair, chosen
from mocshelf_tools.problems import CannotContinue

PAIR = Pair("processing", "https://q", "https://dead", "arn:aws:sqs:eu-central-1:1:dead", 5)
ASKED = {"SourceArn": PAIR.dead_arn, "MaxResults": 10}


@pytest.fixture
def sqs() -> Any:
    return boto3.client("sqs", "eu-central-1", aws_access_key_id="A", aws_secret_access_key="S")


@pytest.fixture
def answers(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setattr(dead_letters, "_WAIT_SECONDS", 0)
    with Stubber(sqs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def listed(answers: Stubber, status: str, moved: int, **more: str) -> None:
    task = {"Status": status, "ApproximateNumberOfMessagesMoved": moved, **more}
    answers.add_response("list_message_move_tasks", {"Results": [task]}, ASKED)


def test_a_task_is_followed_to_its_end(sqs: Any, answers: Stubber) -> None:
    said: list[int] = []
    listed(answers, "RUNNING", 2, TaskHandle="h")
    listed(answers, "COMPLETED", 5)

    assert dead_letters._followed(sqs, PAIR, "h", said.append) == 5
    assert said == [2, 5]


def test_a_task_that_fails_says_why(sqs: Any, answers: Stubber) -> None:
    listed(answers, "FAILED", 3, FailureReason="CouldNotDetermineMessageSource")

    with pytest.raises(CannotContinue, match="Moving stopped after 3: CouldNotDetermineMessageSource"):
        dead_letters._followed(sqs, PAIR, "h", lambda _: None)


def test_a_queue_is_named_as_in_the_manifest_or_without_its_ending() -> None:
    assert chosen([PAIR], None) == [PAIR]
    assert chosen([PAIR], "processing") == [PAIR]
    assert chosen([PAIR], "processing_queue") == [PAIR]
    with pytest.raises(CannotContinue, match=r"no queue 'index'\. There are: processing"):
        chosen([PAIR], "index")
