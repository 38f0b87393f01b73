"""New files on their way from the event bus into the queue, in the shape in which S3 itself would send them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mocshelf_infra.constructs.storage.files_bucket import INCOMING
from mocshelf_infra.constructs.storage.withholding import CLEAN, INFECTED, LOCKED


def _records(key: str) -> dict[str, Any]:
    """As S3 tells of a new object."""
    return {"Records": [{"s3": {"object": {"key": key}}}]}


class Arrivals(events.Rule):
    """Sends a message for each event that fits: `shape` makes it of the object's key, which is at the path `key`.

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
        shape: Callable[[str], dict[str, Any]] = _records,
    ) -> None:
        super().__init__(
            scope,
            name,
            event_pattern=events.EventPattern(source=[source], detail_type=[kind], detail=dict(detail)),
        )
        message = events.RuleTargetInput.from_object(shape(events.EventField.from_path(key)))
        self.add_target(targets.SqsQueue(queue, message=message))


def of_judged_files(scope: Construct, name: str, *, bucket_name: str, queue: sqs.Queue) -> None:
    """What GuardDuty found clean, or locked: then our own checks decide. What it found malware in is only named."""
    for verdicts, shape in (([CLEAN, LOCKED], _records), ([INFECTED], lambda key: {"infected": key})):
        Arrivals(
            scope,
            f"{name}{verdicts[0]}",
            source="aws.guardduty",
            kind="GuardDuty Malware Protection Object Scan Result",
            detail={
                "s3ObjectDetails": {"bucketName": [bucket_name], "objectKey": [{"prefix": INCOMING}]},
                "scanResultDetails": {"scanResultStatus": verdicts},
            },
            key="$.detail.s3ObjectDetails.objectKey",
            queue=queue,
            shape=shape,
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
