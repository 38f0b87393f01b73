"""Moves messages that failed every time back to the queue they came from."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mocshelf_tools.cloud import links
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue

_SUFFIX = "_QUEUE"
_BATCH = 10
_WAIT_SECONDS = 0.5
# How emulators and older regions say that they cannot do it by themselves.
_UNKNOWN_ACTION = {"InvalidAction", "AWS.SimpleQueueService.UnsupportedOperation", "UnknownOperationException"}


@dataclass(frozen=True)
class Pair:
    """A queue and the one that takes what failed; `waiting` is about how many wait there."""

    name: str
    queue: str
    dead: str
    dead_arn: str
    waiting: int


def pairs(place: Place) -> list[Pair]:
    """The stage's queues with their dead letters. CannotContinue when the stage is not deployed."""
    known = {
        name.removeprefix("MOCSHELF_").removesuffix(_SUFFIX).lower(): json.loads(text)["url"]
        for name, text in links.environment(place).items()
        if name.endswith(_SUFFIX)
    }
    with explained(place):
        sqs = client(place, "sqs")
        return [_pair(sqs, name, url) for name, url in sorted(known.items())]


def chosen(found: list[Pair], name: str | None) -> list[Pair]:
    """The pair of that name, or all; CannotContinue when there is none of that name."""
    if name is None:
        return found
    wanted = [pair for pair in found if pair.name == name.removesuffix("_queue")]
    if not wanted:
        raise CannotContinue(f"There is no queue {name!r}. There are: {', '.join(pair.name for pair in found)}.")
    return wanted


def move(place: Place, pair: Pair, report: Callable[[int], None]) -> int:
    """Moves what waits now and returns how many; `report` hears how far it is."""
    from botocore.exceptions import ClientError

    with explained(place):
        sqs = client(place, "sqs")
        try:
            task = sqs.start_message_move_task(SourceArn=pair.dead_arn)["TaskHandle"]
        except ClientError as problem:
            if code_of(problem) not in _UNKNOWN_ACTION:
                raise
            return _move_one_by_one(sqs, pair, report)
        return _followed(sqs, pair, task, report)


def _pair(sqs: Any, name: str, url: str) -> Pair:
    wanted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
    arn = json.loads(wanted["RedrivePolicy"])["deadLetterTargetArn"]
    account, _, dead = arn.split(":", 4)[4].partition(":")
    dead_url = sqs.get_queue_url(QueueName=dead, QueueOwnerAWSAccountId=account)["QueueUrl"]
    counted = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["ApproximateNumberOfMessages"])
    return Pair(name, url, dead_url, arn, int(counted["Attributes"]["ApproximateNumberOfMessages"]))


def _followed(sqs: Any, pair: Pair, task: str, report: Callable[[int], None]) -> int:
    while True:
        listed = sqs.list_message_move_tasks(SourceArn=pair.dead_arn, MaxResults=10)["Results"]
        # Only a running task has its handle; ours was started last, so once it ended it comes first.
        found = next((one for one in listed if one.get("TaskHandle") == task), listed[0] if listed else {})
        moved = int(found.get("ApproximateNumberOfMessagesMoved", 0))
        report(moved)
        if found.get("Status") == "FAILED":
            raise CannotContinue(f"Moving stopped after {moved}: {found.get('FailureReason', 'no reason given')}")
        if found.get("Status") not in ("RUNNING", None):
            return moved
        time.sleep(_WAIT_SECONDS)


def _move_one_by_one(sqs: Any, pair: Pair, report: Callable[[int], None]) -> int:
    """At most as many as there were: what fails again meanwhile is not moved again and again."""
    moved = 0
    while moved < pair.waiting:
        answer = sqs.receive_message(
            QueueUrl=pair.dead,
            MaxNumberOfMessages=min(_BATCH, pair.waiting - moved),
            MessageAttributeNames=["All"],
            VisibilityTimeout=30,
        )
        for message in answer.get("Messages", ()):
            # Sent before it is deleted: twice is harmless, never is not.
            sqs.send_message(
                QueueUrl=pair.queue,
                MessageBody=message["Body"],
                MessageAttributes=message.get("MessageAttributes", {}),
            )
            sqs.delete_message(QueueUrl=pair.dead, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
            report(moved)
        if not answer.get("Messages"):
            return moved
    return moved
