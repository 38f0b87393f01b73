"""Who may talk to whom: every security group, and every rule between two of them."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

DATABASE_PORT = 5432
CACHE_PORT = 6379
HTTPS = 443
NOWHERE = "127.0.0.1/32"


class Groups(Construct):
    """The groups by what is in them. None lets in an address; only those that call AWS may go out to one.

    `owner` is the function that changes the schema. It alone skips the proxy, which would pin its session and knows
    no user but the functions' role.
    """

    def __init__(self, scope: Construct, name: str, *, vpc: ec2.IVpc) -> None:
        super().__init__(scope, name)
        self._vpc = vpc
        self.functions = self._group("Functions", "Lambda functions")
        self.owner = self._group("Owner", "The function that migrates the database")
        self.bastion = self._group("Bastion", "The bastion")
        self.proxy = self._group("Proxy", "RDS Proxy")
        self.database = self._group("Database", "Aurora")
        self.cache = self._group("Cache", "ElastiCache")
        self.search = self._group("Search", "OpenSearch")
        self.endpoints = self._group("Endpoints", "VPC endpoints of AWS services")

        # A group that is made without a rule about going out gets one from EC2, for everywhere.
        self.proxy.add_egress_rule(ec2.Peer.ipv4(NOWHERE), ec2.Port.tcp(DATABASE_PORT), "Nowhere else")
        for one in (self.functions, self.owner, self.bastion):
            one.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "AWS services")
        for one in (self.functions, self.bastion):
            self._allow(one, self.proxy, DATABASE_PORT, "PostgreSQL through the proxy")
            self._allow(one, self.cache, CACHE_PORT, "Valkey")
            self._allow(one, self.search, HTTPS, "OpenSearch")
        for one in (self.proxy, self.owner):
            self._allow(one, self.database, DATABASE_PORT, "PostgreSQL")
        for one in (self.functions, self.owner):
            self._allow(one, self.endpoints, HTTPS, "AWS services")

    def _group(self, name: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, name, vpc=self._vpc, description=description, allow_all_outbound=False)

    @staticmethod
    def _allow(one: ec2.SecurityGroup, other: ec2.SecurityGroup, port: int, what: str) -> None:
        one.connections.allow_to(other, ec2.Port.tcp(port), what)
