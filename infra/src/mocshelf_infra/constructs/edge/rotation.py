"""The monthly change of the value by which the API knows CloudFront; how, is in `functions/rotate_origin.py`."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.edge.distribution import Distribution
from mocshelf_infra.constructs.edge.firewall import Firewall
from mocshelf_infra.constructs.logs import LogGroup
from mocshelf_infra.functions import rotate_origin

DAYS = 30
# As long as Lambda lets one run: a step waits for all servers of CloudFront.
TIMEOUT = cdk.Duration.minutes(15)


class Rotation(Construct):
    """`function` rotates; the first time when it is deployed, which shows that it can."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Edge,
        front: Distribution,
        firewall: Firewall,
    ) -> None:
        super().__init__(scope, name)
        stack = cdk.Stack.of(self)
        function_name = stage.function_name("rotate-origin")
        log = LogGroup(self, "Log", stage=stage, log_group_name=f"/aws/lambda/{function_name}")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "rotate": iam.PolicyDocument(
                    statements=[
                        *self._on_secrets(stage, stack.region),
                        *self._on_distribution(front, firewall),
                        iam.PolicyStatement(
                            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn]
                        ),
                    ]
                )
            },
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description="Changes the value by which the API knows CloudFront",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(Path(rotate_origin.__file__).read_text(encoding="utf-8")),
            timeout=TIMEOUT,
            memory_size=256,
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            environment={
                "SECRET": names.origin_secret(stage),
                "REGION": stage.region,
                "DISTRIBUTION": front.distribution.distribution_id,
                "HOST": settings.host,
                "ORIGIN_HOST": settings.origin_host,
            },
        )
        accept(self.function.node.default_child, "L1", "The version that the API's functions run on.")
        self.function.add_permission(
            "SecretsManager",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            source_account=cdk.Aws.ACCOUNT_ID,
        )
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=names.origin_secret(stage),
            rotation_lambda_arn=self.function.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(automatically_after_days=DAYS),
        )
        # Secrets Manager tries the permission at once, and the first rotation asks through the distribution.
        schedule.node.add_dependency(self.function, *front.records)

    def _on_secrets(self, stage: stages.Stage, region: str) -> list[iam.PolicyStatement]:
        here, copy = names.origin_arn(stage, region), names.origin_arn(stage, stage.region)
        reading = "secretsmanager:GetSecretValue"
        changing = [
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ]
        return [
            iam.PolicyStatement(actions=[*changing, reading], resources=[here]),
            iam.PolicyStatement(actions=[reading], resources=[copy]),
        ]

    def _on_distribution(self, front: Distribution, firewall: Firewall) -> list[iam.PolicyStatement]:
        actions = ["GetDistribution", "GetDistributionConfig", "UpdateDistribution"]
        return [
            iam.PolicyStatement(
                actions=[f"cloudfront:{action}" for action in actions],
                resources=[front.distribution.distribution_arn],
            ),
            # Whoever updates a distribution has to be allowed to see the firewall that it names.
            iam.PolicyStatement(actions=["wafv2:GetWebACL"], resources=[firewall.acl.attr_arn]),
        ]
