"""A function of the infrastructure's own: a file of `functions/`, its log, and a role that may do what is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.logs import LogGroup


class InlineFunction(Construct):
    """`function` runs `module.handler`, called as the module's file, with dashes; `may` is what its role may do."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        module: ModuleType,
        description: str,
        timeout: cdk.Duration,
        may: Sequence[iam.PolicyStatement],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, name)
        file = Path(str(module.__file__))
        function_name = stage.function_name(file.stem.replace("_", "-"))
        log = LogGroup(self, "Log", stage=stage, log_group_name=f"/aws/lambda/{function_name}")
        writing = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn]
        )
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "work": iam.PolicyDocument(statements=list(may)),
                "log": iam.PolicyDocument(statements=[writing]),
            },
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(file.read_text(encoding="utf-8")),
            timeout=timeout,
            memory_size=256,
            # What a construct that uses the function would let it do besides.
            role=self.role.without_policy_updates(),
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            environment=dict(environment or {}),
        )
        accept(self.function.node.default_child, "L1", "The version that the API's functions run on.")
