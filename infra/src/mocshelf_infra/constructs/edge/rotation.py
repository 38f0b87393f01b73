"""The monthly change of the value by which the API knows CloudFront; how, is in `functions/rotate_origin.py`."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.edge.distribution import Distribution
from mocshelf_infra.constructs.edge.firewall import Firewall
from mocshelf_infra.constructs.inline import InlineFunction
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
        self.function = InlineFunction(
            self,
            "Rotate",
            stage=stage,
            module=rotate_origin,
            description="Changes the value by which the API knows CloudFront",
            timeout=TIMEOUT,
            may=[*self._on_secrets(stage, stack.region), *self._on_distribution(front, firewall)],
            environment={
                "SECRET": names.origin_secret(stage),
                "REGION": stage.region,
                "DISTRIBUTION": front.distribution.distribution_id,
                "HOST": settings.host,
                "ORIGIN_HOST": settings.origin_host,
            },
        ).function
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
