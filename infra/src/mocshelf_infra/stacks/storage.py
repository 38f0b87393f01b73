"""The files bucket, and the queues with their dead letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.storage import arrivals
from mocshelf_infra.constructs.storage.files_bucket import FilesBucket
from mocshelf_infra.constructs.storage.malware import MalwareProtection
from mocshelf_infra.constructs.storage.queue import WorkQueue
from mocshelf_infra.constructs.storage.withholding import withhold
from mocshelf_infra.links import Linkable

# As often as a file is claimed before it counts as failed.
PROCESSING_ATTEMPTS = 5
# Seconds. GuardDuty writes its verdict and tells of it in no promised order, and without the verdict reading fails.
VERDICT_DELAY = 5
# Half an hour of an absent search engine; the outbox has the rows behind the messages and sends them again.
INDEX_ATTEMPTS = 10

ACTIONS = {"get": "s3:GetObject", "put": "s3:PutObject", "delete": "s3:DeleteObject"}


@dataclass(frozen=True)
class FilesLink:
    """The files bucket; what a function may do there is its row's `files`."""

    stage: stages.Stage

    def address(self) -> Mapping[str, object]:
        return {"bucket": names.files_bucket(self.stage)}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        for entry in row.files:
            verb, _, pattern = entry.partition(":")
            if verb == "list":
                role.add_to_principal_policy(self._listing(pattern))
                continue
            objects = names.files_arn(self.stage, pattern)
            role.add_to_principal_policy(iam.PolicyStatement(actions=[ACTIONS[verb]], resources=[objects]))
            accept(role, f"IAM5[Resource::{names.shown(objects)}]", "Objects have no names before users make them.")

    def _listing(self, pattern: str) -> iam.PolicyStatement:
        """Listing under a prefix. S3 says 404 of a missing key only to those who may list and 403 to others, and a
        HEAD has no prefix: without `IfExists` this would not hold for it."""
        return iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[names.files_arn(self.stage)],
            conditions={"StringLikeIfExists": {"s3:prefix": pattern}},
        )


@dataclass(frozen=True)
class QueueLink:
    """A queue to send to; whoever receives from it gets that from its event source."""

    queue: sqs.IQueue

    def address(self) -> Mapping[str, object]:
        return {"url": self.queue.queue_url}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])
        )


class StorageStack(cdk.Stack):
    """The owner of an existing bucket has set what this would have set.

    That is: no public access, TLS only, CORS for the stage's origins, the lifecycle of `files_bucket`, and sending
    events to EventBridge. With malware protection also the policy of `withholding`: only this stack's GuardDuty role
    (output `ScannerRole`) reads what has no good verdict and writes verdicts; without that policy unscanned files
    are not processed, but can be read. What is there already has to be scanned once before the policy is set.
    """

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, **rest: Any) -> None:
        super().__init__(scope, name, **rest)
        processing = WorkQueue(
            self,
            "Processing",
            queue_name=f"mocshelf-{stage.name}-processing",
            link="processing_queue",
            attempts=PROCESSING_ATTEMPTS,
            delay=VERDICT_DELAY if stage.files.malware_protection else 0,
        )
        index = WorkQueue(
            self,
            "Index",
            queue_name=f"mocshelf-{stage.name}-index",
            link="index_queue",
            attempts=INDEX_ATTEMPTS,
        )
        self.queues = {"processing_queue": processing.queue, "index_queue": index.queue}
        self.dead_letters = {"processing_queue": processing.dead, "index_queue": index.dead}
        self.protection = MalwareProtection(self, "Malware", stage=stage) if stage.files.malware_protection else None
        self.bucket = self._bucket(stage, processing.queue)
        self.links: dict[str, Linkable] = {
            "files": FilesLink(stage),
            **{link: QueueLink(queue) for link, queue in self.queues.items()},
        }

    def _bucket(self, stage: stages.Stage, processing: sqs.Queue) -> s3.IBucket:
        """The bucket, and the way by which its new files come into the queue."""
        name = names.files_bucket(stage)
        made = None if stage.files.existing else FilesBucket(self, "Files", stage=stage)
        bucket = made.bucket if made else s3.Bucket.from_bucket_name(self, "Files", name)
        if self.protection is not None:
            arrivals.of_judged_files(self, "Judged", bucket_name=name, queue=processing)
            if made:
                made.tell_event_bus()
                withhold(made.bucket, self.protection.role)
                self.protection.plan.node.add_dependency(made.bucket)
            else:
                cdk.CfnOutput(self, "ScannerRole", value=self.protection.role.role_arn)
        elif made:
            self._let_send(stage, processing)
            made.tell_queue(processing)
        else:
            arrivals.of_new_files(self, "Arrived", bucket_name=name, queue=processing)
        return bucket

    def _let_send(self, stage: stages.Stage, queue: sqs.Queue) -> None:
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Arrivals",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": names.files_arn(stage)},
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                },
            )
        )
