"""SQS: sending messages, and the handler of a function that a queue feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mocshelf import manifest
from mocshelf.runtime import aws, telemetry
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Queue, resources

Handler = Callable[[Mapping[str, Any], object], dict[str, Any]]

BATCH = 10  # SQS takes no more in one request


def send(queue: Queue, bodies: Sequence[str]) -> None:
    """Sends messages; Unavailable when SQS does not take every one of them."""
    for start in range(0, len(bodies), BATCH):
        _send_batch(queue, bodies[start : start + BATCH])


def _send_batch(queue: Queue, bodies: Sequence[str]) -> None:
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    fields = {"QueueUrl": queue.url, "Entries": entries}
    try:
        with telemetry.span("queue.send"):
            status, answer = aws.call("sqs", queue.url, "AmazonSQS.SendMessageBatch", fields, protocol="1.0")
    except (OSError, ValueError):
        raise Unavailable from None
    if status != 200 or answer.get("Failed"):
        raise Unavailable


def queue_handler(name: str, work: Callable[[str], object]) -> Handler:
    """The handler of a queue's function: does `work` with each body, and reports those that failed, which come again.

    The same message may come twice and in any order, so `work` must be harmless to repeat.
    """
    resources.require(*manifest.function(name).reach)

    def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        failed = []
        for record in event["Records"]:
            telemetry.begin(record["messageId"])
            try:
                work(record["body"])
            except Exception:
                telemetry.logger.exception("message.failed")
                failed.append(record["messageId"])
        return _report(failed)

    return handler


def batch_handler(name: str, work: Callable[[Sequence[str]], Sequence[int]]) -> Handler:
    """The same for work on all bodies of a batch at once, which returns the positions of those that failed."""
    resources.require(*manifest.function(name).reach)

    def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
        telemetry.begin(getattr(context, "aws_request_id", ""))
        records = event["Records"]
        failed = work([record["body"] for record in records])
        return _report([records[place]["messageId"] for place in failed])

    return handler


def _report(failed: Sequence[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
