"""How traffic moves to a new version of a function: by CodeDeploy, after a try, and back when an alarm fires."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.inline import InlineFunction
from mocshelf_infra.functions import try_version


class Deployments(Construct):
    """The canaries of a stage: `functions` are the names of those that have one."""

    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, canary: stages.Canary, functions: Sequence[str]
    ) -> None:
        super().__init__(scope, name)
        self._application = codedeploy.LambdaApplication(
            self, "Application", application_name=f"mocshelf-{stage.name}"
        )
        self._config: codedeploy.ILambdaDeploymentConfig = codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE
        if canary.percent < 100:
            self._config = codedeploy.LambdaDeploymentConfig(
                self,
                "Canary",
                traffic_routing=codedeploy.TimeBasedCanaryTrafficRouting(
                    interval=cdk.Duration.minutes(canary.minutes), percentage=canary.percent
                ),
            )
        self._first = self._trying(stage, functions)
        self._role = self._mover(functions)

    def add(self, name: str, alias: lambda_.Alias, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        """From now on a deployment moves this alias so; any of the alarms moves it back."""
        codedeploy.LambdaDeploymentGroup(
            self,
            f"Group-{name}",
            alias=alias,
            application=self._application,
            deployment_config=self._config,
            alarms=list(alarms),
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=bool(alarms)
            ),
            # AWS's own policy for it moves every function of the account.
            role=self._role.without_policy_updates(),
            pre_hook=self._first,
        )

    def _trying(self, stage: stages.Stage, functions: Sequence[str]) -> lambda_.Function:
        stack = cdk.Stack.of(self)
        groups = stack.format_arn(
            service="codedeploy",
            resource="deploymentgroup",
            resource_name=f"mocshelf-{stage.name}/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        versions = [f"{_arn(stack, name)}:*" for name in functions]
        telling = ["codedeploy:GetDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus"]
        made = InlineFunction(
            self,
            "First",
            stage=stage,
            module=try_version,
            description="Tries a new version of a function before traffic moves to it",
            timeout=cdk.Duration.minutes(8),
            may=[
                iam.PolicyStatement(actions=telling, resources=[groups]),
                iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=versions),
            ],
        )
        for wide in (groups, *versions):
            why = "Versions and groups get their names when they are made."
            accept(made.role.node.default_child, f"IAM5[Resource::{names.shown(wide)}]", why)
        return made.function

    def _mover(self, functions: Sequence[str]) -> iam.Role:
        # By name: the aliases need the groups, and these the role.
        stack = cdk.Stack.of(self)
        arns = [_arn(stack, resource) for name in functions for resource in (name, f"{name}:live")]
        moving = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            inline_policies={
                "move": iam.PolicyDocument(statements=[iam.PolicyStatement(actions=moving, resources=arns)]),
                "ask": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self._first.function_arn])
                    ]
                ),
                "watch": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"])]
                ),
            },
        )
        accept(role.node.default_child, "IAM5[Resource::*]", "It reads the states of alarms, and changes nothing.")
        return role


def _arn(stack: cdk.Stack, function: str) -> str:
    return stack.format_arn(
        service="lambda",
        resource="function",
        resource_name=function,
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
