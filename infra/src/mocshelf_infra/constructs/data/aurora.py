"""Aurora PostgreSQL, Serverless v2: the truth, and the account that owns it."""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.logs import LogGroup
from mocshelf_infra.constructs.network.groups import DATABASE_PORT

DATABASE = "mocshelf"
OWNER = "mocshelf_owner"
# The functions' role, which the first revision makes: it has no password.
APP_ROLE = "mocshelf_app"


class Aurora(Construct):
    """`cluster`, and the link `owner` to it; RDS makes the password in `secret`, and another one every week."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Database,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name)
        identifier = f"mocshelf-{stage.name}"
        removal = cdk.RemovalPolicy.RETAIN if settings.protected else cdk.RemovalPolicy.DESTROY
        # RDS would make this group too, and keep what is in it for ever.
        written = LogGroup(self, "Logs", stage=stage, log_group_name=f"/aws/rds/cluster/{identifier}/postgresql")
        engine = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_16_11)
        self.cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            engine=engine,
            # A name of its own also keeps CloudFormation from putting an empty cluster in this one's place.
            cluster_identifier=identifier,
            default_database_name=DATABASE,
            credentials=rds.Credentials.from_username(OWNER),
            manage_master_user_password=True,
            port=DATABASE_PORT,
            writer=_instance("Writer"),
            readers=[_instance(f"Reader{number}", reader=True) for number in range(1, settings.readers + 1)],
            serverless_v2_min_capacity=settings.minimum,
            serverless_v2_max_capacity=settings.maximum,
            vpc=vpc,
            vpc_subnets=subnets,
            security_groups=[group],
            storage_encrypted=True,
            iam_authentication=True,
            enable_data_api=True,
            parameter_group=_parameters(self, engine),
            backup=rds.BackupProps(retention=cdk.Duration.days(settings.backup_days)),
            copy_tags_to_snapshot=True,
            cloudwatch_logs_exports=["postgresql"],
            deletion_protection=settings.protected,
            removal_policy=removal,
        )
        self.cluster.node.add_dependency(written)
        if self.cluster.secret is None:
            raise RuntimeError("CDK made no reference to the secret of RDS.")
        self.secret: secretsmanager.ISecret = self.cluster.secret
        self._acknowledge(settings)

    def address(self) -> Mapping[str, object]:
        """The writer itself: a migration needs a session of its own, which the proxy would pin."""
        return {
            "host": self.cluster.cluster_endpoint.hostname,
            "port": DATABASE_PORT,
            "name": DATABASE,
            "user": OWNER,
            "secret": self.secret.secret_arn,
            "tls": True,
        }

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """Reading the owner's password."""
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[self.secret.secret_arn])
        )

    def _acknowledge(self, settings: stages.Database) -> None:
        accept(self.cluster, "RDS11", "The usual port: security groups keep strangers out, not a number.")
        if not settings.protected:
            accept(self.cluster, "RDS10", "A stage for trying things out is made to be removed.")


def _instance(name: str, *, reader: bool = False) -> rds.IClusterInstance:
    """An instance with the certificate authority that migrations/rds-ca.pem holds; a reader is ready to take over."""
    authority = rds.CaCertificate.RDS_CA_RSA2048_G1
    if reader:
        return rds.ClusterInstance.serverless_v2(name, ca_certificate=authority, scale_with_writer=True)
    return rds.ClusterInstance.serverless_v2(name, ca_certificate=authority)


def _parameters(scope: Construct, engine: rds.IClusterEngine) -> rds.ParameterGroup:
    return rds.ParameterGroup(
        scope,
        "Parameters",
        engine=engine,
        description="Mocshelf: TLS only, and no statement in the logs",
        parameters={
            "rds.force_ssl": "1",
            # Statements carry their values, which are people's own words.
            "log_min_error_statement": "panic",
        },
    )
