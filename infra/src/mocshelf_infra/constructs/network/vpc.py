"""The VPC: two availability zones, three kinds of subnets, and the private ways to AWS's own services."""

from __future__ import annotations

from ipaddress import ip_network

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.logs import LogGroup

ZONES = 2
FUNCTIONS = ec2.SubnetSelection(subnet_group_name="functions")
DATA = ec2.SubnetSelection(subnet_group_name="data")


class Vpc(Construct):
    """`vpc` with `functions` (private, out through NAT) and `data` (isolated) subnets; `third` is one more of these.

    OpenSearch takes three nodes in three zones, but not in two; nothing else uses the third.
    """

    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, settings: stages.Network, third_zone: bool
    ) -> None:
        super().__init__(scope, name)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(settings.cidr),
            max_azs=ZONES,
            nat_gateways=settings.nat_gateways,
            # It would be emptied by a Lambda function of CDK's own. It admits its members only, and has none.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24),
                ec2.SubnetConfiguration(
                    name="functions", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20
                ),
                ec2.SubnetConfiguration(name="data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
            # Without a policy of its own: CloudFormation takes a function's answer through a bucket that is not ours.
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3, subnets=[FUNCTIONS])
            },
        )
        for subnet in self.vpc.public_subnets:
            # Only NAT gateways live there, and they bring addresses of their own.
            if isinstance(subnet.node.default_child, ec2.CfnSubnet):
                subnet.node.default_child.map_public_ip_on_launch = False
        self.functions = FUNCTIONS
        self.data = DATA
        self.third = self._third(settings.cidr) if third_zone else None
        self._log_flows(stage)

    def reach_services(self, names: tuple[str, ...], group: ec2.ISecurityGroup) -> None:
        """Interface endpoints of AWS's services, in front of which stands the group alone."""
        for service in names:
            self.vpc.add_interface_endpoint(
                service,
                service=ec2.InterfaceVpcEndpointAwsService(service),
                subnets=self.functions,
                security_groups=[group],
                open=False,
            )

    def _third(self, cidr: str) -> ec2.PrivateSubnet:
        """An isolated subnet in the third zone, at the end of the VPC's addresses where it is in nobody's way."""
        *_, last = ip_network(cidr).subnets(new_prefix=24)
        return ec2.PrivateSubnet(
            self,
            "ThirdDataSubnet",
            vpc_id=self.vpc.vpc_id,
            availability_zone=cdk.Fn.select(ZONES, cdk.Fn.get_azs()),
            cidr_block=str(last),
        )

    def _log_flows(self, stage: stages.Stage) -> None:
        """Who talked to whom."""
        group = LogGroup(self, "Flows", stage=stage, log_group_name=f"/mocshelf/{stage.name}/network")
        role = iam.Role(self, "FlowsRole", assumed_by=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com"))
        self.vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group, role))
