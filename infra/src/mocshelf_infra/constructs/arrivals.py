"""New files on their way from the event bus into the queue, in the shape in which S3 itself would send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mocshelf_infra.constructs.files_bucket import INCOMING
from mocshelf_infra.constructs.withholding import CLEAN, LOCKED


class Arrivals(events.Rule):
    """Sends a message for each event that fits; `key` is where the event has the object's key.

    The bus delivers at least once and for a day; what it then gives up has expired anyway.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        source: str,
        kind: str,
        detail: Mapping[str, Any],
        key: str,
        queue: sqs.Queue,
    ) -> None:
        super().__init__(
            scope,
            name,
            event_pattern=events.EventPattern(source=[source], detail_type=[kind], detail=dict(detail)),
        )
        record = {"s3": {"object": {"key": events.EventField.from_path(key)}}}
        self.add_target(targets.SqsQueue(queue, message=events.RuleTargetInput.from_object({"Records": [record]})))


def of_passed_files(scope: Construct, name: str, *, bucket_name: str, queue: sqs.Queue) -> Arrivals:
    """What GuardDuty has found clean, or locked: then our own checks decide. Everything else is never looked at."""
    return Arrivals(
        scope,
        name,
        source="aws.guardduty",
        kind="GuardDuty Malware Protection Object Scan Result",
        detail={
            "s3ObjectDetails": {"bucketName": [bucket_name], "objectKey": [{"prefix": INCOMING}]},
            "scanResultDetails": {"scanResultStatus": [CLEAN, LOCKED]},
        },
        key="$.detail.s3ObjectDetails.objectKey",
        queue=queue,
    )


def of_new_files(scope: Construct, name: str, *, bucket_name: str, queue: sqs.Queue) -> Arrivals:
    """What has come into a bucket that somebody else made, and that tells the event bus."""
    return Arrivals(
        scope,
        name,
        source="aws.s3",
        kind="Object Created",
        detail={"bucket": {"name": [bucket_name]}, "object": {"key": [{"prefix": INCOMING}]}},
        key="$.detail.object.key",
        queue=queue,
    )
