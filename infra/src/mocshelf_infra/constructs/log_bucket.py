"""A bucket for what AWS services log about others: who asked for what, and when."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mocshelf_infra.constructs.accepted import accept

# Such lines hold users' addresses, so they are not kept for longer than someone may look into an incident.
KEPT = cdk.Duration.days(90)


class LogBucket(s3.Bucket):
    """Private, and written by AWS's own services only; goes with a removable stage, once it is empty."""

    def __init__(self, scope: Construct, name: str, *, removable: bool) -> None:
        super().__init__(
            scope,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(id="expire", expiration=KEPT),
                s3.LifecycleRule(id="unfinished", abort_incomplete_multipart_upload_after=cdk.Duration.days(1)),
            ],
            removal_policy=cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN,
        )
        accept(self.node.default_child, "S1", "Logs about the log bucket would never end.")

    def take_from_s3(self, bucket_arn: str, prefix: str) -> None:
        """Lets S3 put the access log of one bucket of this account under a prefix."""
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AccessLog",
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.arn_for_objects(f"{prefix}*")],
                conditions={
                    "ArnEquals": {"aws:SourceArn": bucket_arn},
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                },
            )
        )

    def take_deliveries(self, source: str) -> None:
        """Lets CloudWatch put what one delivery source of this account has; it chooses the path."""
        arn = cdk.Stack.of(self).format_arn(
            service="logs",
            resource="delivery-source",
            resource_name=source,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Deliveries",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.arn_for_objects("*")],
                conditions={
                    "ArnEquals": {"aws:SourceArn": arn},
                    "StringEquals": {
                        "aws:SourceAccount": cdk.Aws.ACCOUNT_ID,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                },
            )
        )
