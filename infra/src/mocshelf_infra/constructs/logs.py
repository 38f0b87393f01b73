"""A log group of a stage: kept as long as its row says."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from mocshelf_infra import stages


class LogGroup(logs.LogGroup):
    """What a removable stage has logged goes with it; a rolled back first deployment leaves none in the way."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, log_group_name: str) -> None:
        kept = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        super().__init__(
            scope,
            name,
            log_group_name=log_group_name,
            removal_policy=cdk.RemovalPolicy.DESTROY if stage.removable else kept,
        )
        resource = self.node.default_child
        assert isinstance(resource, logs.CfnLogGroup)  # noqa: S101 - that is what a log group is
        # Any number of days that CloudWatch knows, not only those that the library has a name for.
        resource.retention_in_days = stage.functions.log_days
