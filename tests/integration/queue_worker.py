"""Works off the processing queue in a process of its own, until its standard input is closed."""

from __future__ import annotations

import os
import select
import sys

import boto3

from mocshelf.functions.process_upload import handler
from mocshelf_tools.gateway.queues import Source, queue_event


def main(queue_url: str, endpoint: str) -> None:
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=os.environ["AWS_REGION"])
    source = Source("process_upload", queue_url, os.environ["AWS_REGION"])
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        received = sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        messages = received.get("Messages", [])
        if messages and handler(queue_event(messages, source), None) != {"batchItemFailures": []}:
            raise SystemExit("a message failed")
        for message in messages:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
