"""SQS: sending messages, and the handler of a function that a queue feeds.

Sending is one signed request, because boto3 alone takes longer to import than a whole cold start may.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from mocshelf import manifest
from mocshelf.runtime import telemetry
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Queue, resources

BATCH = 10  # SQS takes no more in one request
TIMEOUT = 2.0  # seconds


def send(queue: Queue, bodies: Sequence[str]) -> None:
    """Sends messages; Unavailable when SQS does not take every one of them."""
    for start in range(0, len(bodies), BATCH):
        _send_batch(queue, bodies[start : start + BATCH])


def _send_batch(queue: Queue, bodies: Sequence[str]) -> None:
    import http.client

    from upload.signing import sign_request

    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    payload = json.dumps({"QueueUrl": queue.url, "Entries": entries}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessageBatch"}
    address = urlsplit(resources.stage.endpoint or queue.url)
    url = f"{address.scheme}://{address.netloc}/"
    signed = sign_request(
        "POST",
        url,
        headers,
        payload,
        service="sqs",
        region=resources.stage.region,
        credentials=resources.credentials(),
        now=datetime.now(UTC),
    )
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", "/", payload, signed)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200 or json.loads(text).get("Failed"):
            raise Unavailable
    except (OSError, http.client.HTTPException, ValueError):
        raise Unavailable from None
    finally:
        connection.close()


def queue_handler(name: str, work: Callable[[str], object]) -> Callable[[Mapping[str, Any], object], dict[str, Any]]:
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
                failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": failed}

    return handler
