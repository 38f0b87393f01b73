"""Where alarms go: an encrypted topic that mails the operator."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class AlarmTopic(sns.Topic):
    """Only CloudWatch and the budgets of this account publish, and only over TLS."""

    def __init__(self, scope: Construct, name: str, *, topic_name: str, email: str) -> None:
        publishers = [iam.ServicePrincipal(f"{service}.amazonaws.com") for service in ("cloudwatch", "budgets")]
        ours = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        # AWS's own key for topics cannot be used by other services.
        key = kms.Key(
            scope,
            f"{name}Key",
            description="Encrypts alarms on their way to the operator.",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=publishers,
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions=ours,
            )
        )
        super().__init__(scope, name, topic_name=topic_name, master_key=key, enforce_ssl=True)
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=publishers, actions=["sns:Publish"], resources=[self.topic_arn], conditions=ours
            )
        )
        self.add_subscription(subscriptions.EmailSubscription(email))
