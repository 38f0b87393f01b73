"""A clock that runs a function every so many minutes."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

# No `routeKey`, so that no handler takes it for a request; the id is what the run's log lines bear.
EVENT = {
    "source": "aws.scheduler",
    "id": "<aws.scheduler.execution-id>",
    "time": "<aws.scheduler.scheduled-time>",
}


class Schedule(Construct):
    """Runs an alias; a run that could not be started is tried again until the next one is due."""

    def __init__(
        self, scope: Construct, name: str, *, schedule_name: str, alias: lambda_.IAlias, minutes: int
    ) -> None:
        super().__init__(scope, name)
        account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        run = iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[alias.function_arn])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=account),
            inline_policies={"run": iam.PolicyDocument(statements=[run])},
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=schedule_name,
            schedule_expression=f"rate({minutes} minutes)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=alias.function_arn,
                role_arn=role.role_arn,
                input=json.dumps(EVENT),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=60 * minutes, maximum_retry_attempts=2
                ),
            ),
        )
