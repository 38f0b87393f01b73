"""RDS Proxy: many functions share few connections, and prove by IAM who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.data.aurora import APP_ROLE, DATABASE
from mocshelf_infra.constructs.network.groups import DATABASE_PORT

# Of the database's connections; the rest is for the owner, the Data API and whoever looks for a fault.
SHARE = 90
IDLE_SHARE = 30
# A request waits so long for a connection: shorter than its own 29 s, long enough for most of a failover.
BORROW_SECONDS = 10
# A function keeps its connection while it is frozen; one that never comes back must not hold it for ever.
IDLE_SECONDS = 1800


class Proxy(Construct):
    """`proxy`, and the link `database` to it.

    IAM from end to end: the proxy too connects with a token, so that the role of the functions has no password
    anywhere. It shares a connection between transactions. After a `set`, a prepared statement, a temporary table, an
    advisory lock of the session or a statement over 16 KB it pins the connection to its client instead; the alarm on
    borrowing tells.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        cluster: rds.DatabaseCluster,
        subnets: Sequence[ec2.ISubnet],
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name)
        login = _login(cdk.Stack.of(self), cluster.cluster_resource_identifier)
        allowed = iam.PolicyStatement(actions=["rds-db:connect"], resources=[login])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("rds.amazonaws.com"),
            inline_policies={"connect": iam.PolicyDocument(statements=[allowed])},
        )
        self.proxy = rds.CfnDBProxy(
            self,
            "Proxy",
            db_proxy_name=f"mocshelf-{stage.name}",
            engine_family="POSTGRESQL",
            default_auth_scheme="IAM_AUTH",
            require_tls=True,
            role_arn=role.role_arn,
            vpc_subnet_ids=[subnet.subnet_id for subnet in subnets],
            vpc_security_group_ids=[group.security_group_id],
            idle_client_timeout=IDLE_SECONDS,
            debug_logging=False,
        )
        targets = rds.CfnDBProxyTargetGroup(
            self,
            "Targets",
            db_proxy_name=self.proxy.ref,
            target_group_name="default",
            db_cluster_identifiers=[cluster.cluster_identifier],
            connection_pool_configuration_info=rds.CfnDBProxyTargetGroup.ConnectionPoolConfigurationInfoFormatProperty(
                connection_borrow_timeout=BORROW_SECONDS,
                max_connections_percent=SHARE,
                max_idle_connections_percent=IDLE_SHARE,
            ),
        )
        # A cluster without instances is nothing to connect to.
        for part in cluster.node.children:
            if isinstance(part.node.default_child or part, rds.CfnDBInstance):
                targets.node.add_dependency(part)

    def address(self) -> Mapping[str, object]:
        return {
            "host": self.proxy.attr_endpoint,
            "port": DATABASE_PORT,
            "name": DATABASE,
            "user": APP_ROLE,
            "auth": "iam",
            "tls": True,
        }

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """Connecting as the functions' role, through this proxy."""
        # arn:aws:rds:region:account:db-proxy:prx-...; a policy names the last part.
        identifier = cdk.Fn.select(6, cdk.Fn.split(":", self.proxy.attr_db_proxy_arn))
        login = _login(cdk.Stack.of(self), identifier)
        role.add_to_principal_policy(iam.PolicyStatement(actions=["rds-db:connect"], resources=[login]))


def _login(stack: cdk.Stack, identifier: str) -> str:
    """The functions' role in the database, behind a cluster or a proxy."""
    return stack.format_arn(
        service="rds-db",
        resource="dbuser",
        resource_name=f"{identifier}/{APP_ROLE}",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
