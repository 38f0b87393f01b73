"""One Lambda function of the manifest: its code, its log, and a role that may do what the row says and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.api.layers import RUNTIME, architecture, code
from mocshelf_infra.constructs.logs import LogGroup
from mocshelf_infra.links import Links, link
from mocshelf_infra.packaging.artifacts import Zip

# Lambda keeps the certificates of authorities there; what OpenSSL was built with elsewhere does not know that.
CERTIFICATES = "/etc/pki/tls/certs/ca-bundle.crt"
# What attaching a function to a network takes. AWS calls these as the function's role, but never from its code.
ATTACHING = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


@dataclass(frozen=True)
class Place:
    """Where in a network a function runs."""

    vpc: ec2.IVpc
    subnets: ec2.SubnetSelection
    group: ec2.ISecurityGroup


class Function(Construct):
    """`function` is what is deployed, `role` what it runs as, `log_group` where its lines go."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        row: manifest.Function,
        stage: stages.Stage,
        built: Zip,
        layers: Sequence[lambda_.ILayerVersion],
        links: Links,
        place: Place | None,
    ) -> None:
        super().__init__(scope, name)
        settings = stage.functions
        self.name = stage.function_name(row.name)
        self.log_group = LogGroup(self, "Log", stage=stage, log_group_name=f"/aws/lambda/{self.name}")
        self.role = self._role(tracing=settings.tracing, attached=place is not None)
        environment = {"PYDANTIC_DISABLE_PLUGINS": "__all__", **link(cdk.Stack.of(self), row, self.role, links)}
        if settings.target.platform is not None:
            environment["SSL_CERT_FILE"] = CERTIFICATES
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=self.name,
            runtime=RUNTIME,
            architecture=architecture(settings.target),
            handler=f"mocshelf.functions.{row.name}.handler",
            code=code(built),
            layers=layers,
            memory_size=row.memory,
            timeout=cdk.Duration.seconds(row.timeout),
            environment=environment,
            role=self.role,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            reserved_concurrent_executions=row.reserved if settings.reserved else None,
            # A snapshot costs as long as it is kept, so only where someone waits for the first answer.
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snap_start and row.routes else None,
            vpc=place.vpc if place else None,
            vpc_subnets=place.subnets if place else None,
            security_groups=[place.group] if place else None,
            # Traffic can go back to them; who deploys deletes those that no release needs any more. One whose
            # deployment fails goes at once: published again from the same code it would be refused.
            current_version_options=lambda_.VersionOptions(
                removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            ),
        )
        resource = self.function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - that is what a function is
        if settings.tracing:
            # Not through the construct's own option, which would widen the role.
            resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
        accept(resource, "L1", "Zips and layers are built for Python 3.13 and tried with it.")
        warnings = cdk.Annotations.of(self.function)
        warnings.acknowledge_warning("@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias has a version.")

    def _role(self, *, tracing: bool, attached: bool) -> iam.Role:
        log = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self.log_group.log_group_arn]
        )
        policies = {"log": iam.PolicyDocument(statements=[log])}
        if tracing:
            trace = iam.PolicyStatement(
                actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]
            )
            policies["trace"] = iam.PolicyDocument(statements=[trace])
        if attached:
            policies["attach"] = iam.PolicyDocument(statements=self._attaching())
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies=policies,
        )
        if tracing or attached:
            why = "Traces have no resource to name, and network interfaces none before they are made."
            accept(role.node.default_child, "IAM5[Resource::*]", why)
        return role

    def _attaching(self) -> list[iam.PolicyStatement]:
        """The service may attach the function; the function's own code may not use the same permissions."""
        # By name, because the function needs its role first.
        own = cdk.Stack.of(self).format_arn(
            service="lambda",
            resource="function",
            resource_name=self.name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return [
            iam.PolicyStatement(actions=list(ATTACHING), resources=["*"]),
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=list(ATTACHING),
                resources=["*"],
                conditions={"ArnEquals": {"lambda:SourceFunctionArn": own}},
            ),
        ]
