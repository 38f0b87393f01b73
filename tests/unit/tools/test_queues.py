"""The events that queues and clocks make, and what a function's report means."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf_tools.gateway.queues import Source, failures, queue_event
from mocshelf_tools.gateway.schedule import scheduled_event

SOURCE = Source("process_upload", "http://127.0.0.1:4566/000000000000/mocshelf-processing", "eu-central-1")
BOTH = {"one", "two"}


def test_a_message_becomes_a_record_as_lambda_sends_it() -> None:
    message = {
        "MessageId": "one",
        "ReceiptHandle": "handle",
        "Body": "text",
        "MD5OfBody": "abc",
        "Attributes": {"ApproximateReceiveCount": "2"},
        "MessageAttributes": {"kind": {"StringValue": "file", "DataType": "String"}},
    }

    (record,) = queue_event([message], SOURCE)["Records"]

    assert record == {
        "messageId": "one",
        "receiptHandle": "handle",
        "body": "text",
        "attributes": {"ApproximateReceiveCount": "2"},
        "messageAttributes": {
            "kind": {"stringValue": "file", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": "abc",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:mocshelf-processing",
        "awsRegion": "eu-central-1",
    }


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "two"}]}, {"two"}),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, BOTH),
        ({"batchItemFailures": [{"id": "two"}]}, BOTH),
        ({"batchItemFailures": ["two"]}, BOTH),
        ("done", BOTH),
    ],
)
def test_a_report_that_cannot_be_understood_fails_the_whole_batch(result: Any, failed: set[str]) -> None:
    assert failures(result, BOTH) == failed


def test_a_timers_event_has_eventbridges_form() -> None:
    event = scheduled_event("sweep", "eu-central-1")

    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.events", "Scheduled Event", {})
    assert event["resources"] == ["arn:aws:events:eu-central-1:000000000000:rule/mocshelf-sweep"]
    assert uuid.UUID(event["id"])
    assert event["time"].endswith("Z")
