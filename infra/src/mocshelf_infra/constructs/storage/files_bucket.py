"""The files bucket: private, encrypted, reached over TLS only; what becomes of its objects with time."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.log_bucket import LogBucket

INCOMING = "incoming/"
ACCESS_LOG = "files/"
DAY = cdk.Duration.days(1)
# What browsers send to a signed address, and what pages may read of the answer.
SENT = ("content-type", "if-none-match", "range", "x-amz-checksum-sha256")
READ = ("accept-ranges", "content-length", "content-range", "etag")


class FilesBucket(Construct):
    """`bucket`, which tells about its events by `tell_queue` or `tell_event_bus`."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage) -> None:
        super().__init__(scope, name)
        settings = stage.files
        self._origins = stage.api.origins
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=names.files_bucket(stage),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=settings.versioned,
            cors=[self._pages()],
            lifecycle_rules=_lifecycle(),
            removal_policy=cdk.RemovalPolicy.RETAIN if settings.retained else cdk.RemovalPolicy.DESTROY,
        )
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # noqa: S101 - that is what a bucket is
        self._resource = resource
        if settings.logged:
            logs = LogBucket(self, "Logs", removable=stage.removable)
            logs.take_from_s3(names.files_arn(stage), ACCESS_LOG)
            resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
                destination_bucket_name=logs.bucket_name, log_file_prefix=ACCESS_LOG
            )
        else:
            accept(resource, "S1", "The files of this stage are a developer's own examples.")

    def tell_queue(self, queue: sqs.Queue) -> None:
        """Sends S3's event of every new object under `incoming/` to a queue whose policy lets this bucket send."""
        self._resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(
                            rules=[s3.CfnBucket.FilterRuleProperty(name="prefix", value=INCOMING)]
                        )
                    ),
                )
            ]
        )
        # S3 sends a test message when it is told about the queue, and refuses one that it may not send to.
        self._resource.node.add_dependency(queue.node.find_child("Policy"))

    def tell_event_bus(self) -> None:
        """Sends every event to the account's event bus. GuardDuty listens there, and a deployment must not end it."""
        self._resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )

    def _pages(self) -> s3.CorsRule:
        """Pages of the stage send files with signed requests, and read them."""
        return s3.CorsRule(
            allowed_origins=list(self._origins),
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD, s3.HttpMethods.POST, s3.HttpMethods.PUT],
            allowed_headers=list(SENT),
            exposed_headers=list(READ),
            max_age=3600,
        )


def _lifecycle() -> Sequence[s3.LifecycleRule]:
    return [
        # The sweep deletes them earlier. S3 counts whole days, so nothing goes before its session has ended.
        s3.LifecycleRule(id="incoming", prefix=INCOMING, expiration=DAY, noncurrent_version_expiration=DAY),
        s3.LifecycleRule(
            id="unfinished", abort_incomplete_multipart_upload_after=DAY, expired_object_delete_marker=True
        ),
        s3.LifecycleRule(
            id="seldom-read",
            transitions=[
                s3.Transition(storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=cdk.Duration.days(90))
            ],
        ),
        s3.LifecycleRule(id="old-versions", noncurrent_version_expiration=cdk.Duration.days(30)),
    ]
