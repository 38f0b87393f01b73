"""What a stage has to watch, by the names and dimensions under which AWS keeps its metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk

from mocshelf_infra import stages

Dimensions = dict[str, str]


@dataclass(frozen=True)
class Watched:
    """Physical names; of functions and queues by the manifest's. `volume` is a search node's, in MB.

    `scans` are the dimensions of the malware scan, None where a stage has none.
    """

    functions: Mapping[str, str]
    api_id: str
    cluster: str
    proxy: str
    cache_nodes: Mapping[str, str]
    domain: str
    volume: int
    queues: Mapping[str, str]
    dead_letters: Mapping[str, str]
    scans: Dimensions | None = None

    def function(self, name: str) -> Dimensions:
        return {"FunctionName": self.functions[name]}

    @property
    def api(self) -> Dimensions:
        return {"ApiId": self.api_id}

    @property
    def database(self) -> Dimensions:
        return {"DBClusterIdentifier": self.cluster}

    @property
    def writer(self) -> Dimensions:
        """Without the reader, whose idleness would hide a writer that is not idle at all."""
        return {**self.database, "Role": "WRITER"}

    @property
    def connections(self) -> Dimensions:
        return {"ProxyName": self.proxy}

    @property
    def search(self) -> Dimensions:
        return {"DomainName": self.domain, "ClientId": cdk.Aws.ACCOUNT_ID}


def cache_node(name: str) -> Dimensions:
    # Valkey has one node in each of what ElastiCache calls a cache cluster.
    return {"CacheClusterId": name, "CacheNodeId": "0001"}


def queue(name: str) -> Dimensions:
    return {"QueueName": name}


def cache_nodes(settings: stages.Cache, group: str) -> dict[str, str]:
    """The nodes of a replication group, by what ElastiCache puts after its name: shard and node of a cluster."""
    nodes = [f"{number:03}" for number in range(1, settings.replicas + 2)]
    if settings.shards > 1:
        nodes = [f"{shard:04}-{node}" for shard in range(1, settings.shards + 1) for node in nodes]
    return {node: f"{group}-{node}" for node in nodes}
