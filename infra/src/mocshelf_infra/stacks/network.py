"""The network: a VPC over two zones, its endpoints, the bastion, and who may talk to whom."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.data import search
from mocshelf_infra.constructs.network.bastion import Bastion
from mocshelf_infra.constructs.network.groups import Groups
from mocshelf_infra.constructs.network.vpc import Vpc


class NetworkStack(cdk.Stack):
    """All groups and rules are here, so that later stacks refer to this one and never the other way round."""

    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, settings: stages.Network, **rest: Any
    ) -> None:
        super().__init__(scope, name, **rest)
        zones = search.zones(stage.search) if stage.search is not None else 1
        network = Vpc(self, "Network", stage=stage, settings=settings, third_zone=zones > 2)
        groups = Groups(self, "Groups", vpc=network.vpc)
        network.reach_services(settings.endpoints, groups.endpoints)
        bastion = Bastion(self, "Bastion", vpc=network.vpc, subnets=network.functions, group=groups.bastion)

        self.vpc: ec2.IVpc = network.vpc
        self.function_subnets = network.functions
        self.data_subnets = network.data
        self.search_subnets = self._search_subnets(network, zones)
        self.functions_group: ec2.ISecurityGroup = groups.functions
        self.owner_group: ec2.ISecurityGroup = groups.owner
        self.database_group: ec2.ISecurityGroup = groups.database
        self.proxy_group: ec2.ISecurityGroup = groups.proxy
        self.cache_group: ec2.ISecurityGroup = groups.cache
        self.search_group: ec2.ISecurityGroup = groups.search
        self.bastion = bastion.instance

        cdk.CfnOutput(self, "BastionId", value=bastion.instance.instance_id, description="Where tunnels start")

    @staticmethod
    def _search_subnets(network: Vpc, zones: int) -> list[ec2.ISubnet]:
        """One subnet for every zone that the search engine is in."""
        subnets = list(network.vpc.select_subnets(subnet_group_name="data").subnets)
        if network.third is not None:
            subnets.append(network.third)
        return subnets[:zones]
