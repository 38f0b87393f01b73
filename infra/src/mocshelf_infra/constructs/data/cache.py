"""ElastiCache with the Valkey engine: faster with it, correct without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.constructs.network.groups import CACHE_PORT

VERSION = "8.1"
FAMILY = "valkey8"


class Cache(Construct):
    """`cache`, a replication group, and the link to it: the configuration endpoint of a cluster, else the primary.

    Who reaches it may use it: its security group admits functions and bastion, over TLS. The client sends no AUTH,
    since a password in front of a cache would be one more secret to fetch at each start.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: stages.Cache,
        subnets: Sequence[ec2.ISubnet],
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name)
        self._cluster = settings.shards > 1
        place = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description="Mocshelf: isolated subnets",
            subnet_ids=[subnet.subnet_id for subnet in subnets],
        )
        # Nothing is lost with an entry, so any may go when memory is full, not only those that expire.
        parameters = {"maxmemory-policy": "allkeys-lru"}
        if self._cluster:
            parameters["cluster-enabled"] = "yes"
        group_of_parameters = elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family=FAMILY,
            description="Mocshelf: the least recently used entry goes",
            properties=parameters,
        )
        self.cache = elasticache.CfnReplicationGroup(
            self,
            "Cache",
            replication_group_description="Mocshelf: kept answers",
            engine="valkey",
            engine_version=VERSION,
            cache_node_type=settings.node,
            cache_parameter_group_name=group_of_parameters.ref,
            cache_subnet_group_name=place.ref,
            security_group_ids=[group.security_group_id],
            port=CACHE_PORT,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            automatic_failover_enabled=settings.replicas > 0,
            multi_az_enabled=settings.replicas > 0,
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=0,
            **_nodes(settings),
        )
        self._acknowledge(settings)

    def address(self) -> Mapping[str, object]:
        host = (
            self.cache.attr_configuration_end_point_address
            if self._cluster
            else self.cache.attr_primary_end_point_address
        )
        return {"host": host, "port": CACHE_PORT, "tls": True}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """Nothing: the network decides."""

    def _acknowledge(self, settings: stages.Cache) -> None:
        accept(self.cache, "AEC5", "The usual port: security groups keep strangers out, not a number.")
        accept(
            self.cache,
            "AEC6",
            "Its security group admits functions and bastion only, over TLS; it holds copies, no secrets.",
        )
        if not settings.replicas:
            accept(self.cache, "AEC4", "Without its one node everything goes on, only slower.")


def _nodes(settings: stages.Cache) -> dict[str, Any]:
    """A cluster is counted in shards, anything else in nodes."""
    if settings.shards > 1:
        return {"num_node_groups": settings.shards, "replicas_per_node_group": settings.replicas}
    return {"num_cache_clusters": 1 + settings.replicas}
