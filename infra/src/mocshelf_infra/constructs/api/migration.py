"""The step between new code and traffic: the schema is brought up to date, or nothing moves."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

# What the answer to CloudFormation may take on top of the function's own time.
MARGIN = cdk.Duration.seconds(60)


class Migration(Construct):
    """`done` is there once the function has migrated; what must wait for that depends on it.

    When it fails, the deployment fails and is rolled back, and every alias stays where it was.
    """

    def __init__(self, scope: Construct, name: str, *, function: lambda_.Function, timeout: int, digest: str) -> None:
        super().__init__(scope, name)
        # Tried once: CloudFormation would not hear a second try, which could meet the first one's locks.
        once = lambda_.EventInvokeConfig(
            self, "Once", function=function, retry_attempts=0, max_event_age=cdk.Duration.seconds(timeout)
        )
        self.done = cdk.CustomResource(
            self,
            "Done",
            resource_type="Custom::Migration",
            # CloudFormation refuses a token that changes, so this is the function and not its version: it was
            # updated before, since this refers to it.
            service_token=function.function_arn,
            service_timeout=MARGIN.plus(cdk.Duration.seconds(timeout)),
            properties={"Code": digest},
        )
        self.done.node.add_dependency(once)
