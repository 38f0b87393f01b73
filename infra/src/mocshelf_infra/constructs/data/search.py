"""OpenSearch: search that forgives typos; PostgreSQL answers while it is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.logs import LogGroup

VERSION = "OpenSearch_2.19"
LOGS = ("ES_APPLICATION_LOGS", "SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS")


def zones(settings: stages.Search) -> int:
    """How many availability zones the nodes stand in: AWS takes an odd number of them in two zones for a mistake."""
    if settings.nodes == 1:
        return 1
    return 2 if settings.nodes % 2 == 0 else 3


class Search(Construct):
    """`domain`, and the link to it. It can be made again from PostgreSQL with `./mocshelf reindex`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Search,
        subnets: Sequence[ec2.ISubnet],
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name)
        # A domain's name has 28 characters at most.
        self._name = f"shelf-{stage.name}"
        written, permission = self._logs(stage)
        self.domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=self._name,
            engine_version=VERSION,
            cluster_config=_nodes(settings),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_type="gp3", volume_size=settings.volume
            ),
            vpc_options=opensearch.CfnDomain.VPCOptionsProperty(
                subnet_ids=[subnet.subnet_id for subnet in subnets], security_group_ids=[group.security_group_id]
            ),
            access_policies=self._policy(),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            software_update_options=opensearch.CfnDomain.SoftwareUpdateOptionsProperty(
                auto_software_update_enabled=True
            ),
            off_peak_window_options=opensearch.CfnDomain.OffPeakWindowOptionsProperty(enabled=True),
            log_publishing_options={
                kind: opensearch.CfnDomain.LogPublishingOptionProperty(
                    enabled=True, cloud_watch_logs_log_group_arn=written.log_group_arn
                )
                for kind in LOGS
            },
        )
        self.domain.node.add_dependency(permission)
        self.domain.apply_removal_policy(cdk.RemovalPolicy.DESTROY if stage.removable else cdk.RemovalPolicy.RETAIN)
        # In place, rather than an empty domain beside it.
        self.domain.cfn_options.update_policy = cdk.CfnUpdatePolicy(enable_version_upgrade=True)
        self._acknowledge(settings)

    def address(self) -> Mapping[str, object]:
        return {"url": f"https://{self.domain.attr_domain_endpoint}", "auth": "iam"}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """Questions; and everything that keeps the indices for the functions that do so."""
        if row.indexing:
            verbs, path = ["Get", "Post", "Put", "Delete"], "*"
        else:
            verbs, path = ["Post"], "*/_search"
        actions = [f"es:ESHttp{verb}" for verb in verbs]
        role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=[self._arn(path)]))
        named = f"arn:<AWS::Partition>:es:{cdk.Stack.of(self).region}:<AWS::AccountId>:domain/{self._name}/{path}"
        accept(role, f"IAM5[Resource::{named}]", "Every reindex makes indices with names of their own.")

    def _arn(self, path: str) -> str:
        """What is at this path of the domain."""
        return cdk.Stack.of(self).format_arn(service="es", resource="domain", resource_name=f"{self._name}/{path}")

    def _policy(self) -> iam.PolicyDocument:
        """Leaves it to IAM: naming the account gives nobody anything that their own policy does not give them."""
        statement = iam.PolicyStatement(
            principals=[iam.AccountRootPrincipal()], actions=["es:ESHttp*"], resources=[self._arn("*")]
        )
        return iam.PolicyDocument(statements=[statement])

    def _logs(self, stage: stages.Stage) -> tuple[LogGroup, logs.CfnResourcePolicy]:
        """Where the domain logs, and its permission to."""
        stack = cdk.Stack.of(self)
        written = LogGroup(self, "Logs", stage=stage, log_group_name=f"/mocshelf/{stage.name}/search")
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[written.log_group_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
        permission = logs.CfnResourcePolicy(
            self,
            "LogsPolicy",
            policy_name=f"{stack.stack_name}-search-logs",
            policy_document=stack.to_json_string(iam.PolicyDocument(statements=[statement]).to_json()),
        )
        return written, permission

    def _acknowledge(self, settings: stages.Search) -> None:
        accept(self.domain, "OS3", "It is in a VPC, where a security group admits functions and bastion only.")
        single = "Without it PostgreSQL answers every search; the index is made again from it."
        if settings.nodes == 1:
            accept(self.domain, "OS7", single)
        if not settings.masters:
            accept(self.domain, "OS4", single)


def _nodes(settings: stages.Search) -> opensearch.CfnDomain.ClusterConfigProperty:
    count = zones(settings)
    apart = opensearch.CfnDomain.ZoneAwarenessConfigProperty(availability_zone_count=count) if count > 1 else None
    masters = settings.masters > 0
    return opensearch.CfnDomain.ClusterConfigProperty(
        instance_type=settings.node,
        instance_count=settings.nodes,
        dedicated_master_enabled=masters,
        dedicated_master_type=settings.master_node if masters else None,
        dedicated_master_count=settings.masters if masters else None,
        zone_awareness_enabled=count > 1,
        zone_awareness_config=apart,
        multi_az_with_standby_enabled=False,
    )
