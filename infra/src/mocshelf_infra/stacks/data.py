"""The data stores: Aurora behind its proxy, the cache, the search engine."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.data.aurora import DATABASE, Aurora
from mocshelf_infra.constructs.data.cache import Cache
from mocshelf_infra.constructs.data.proxy import Proxy
from mocshelf_infra.constructs.data.search import Search
from mocshelf_infra.links import Linkable
from mocshelf_infra.stacks.network import NetworkStack


class DataStack(cdk.Stack):
    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, network: NetworkStack, **rest: Any
    ) -> None:
        super().__init__(scope, name, **rest)
        if stage.database is None or stage.cache is None or stage.search is None:
            raise ValueError(f"The stage {stage.name!r} has a network, so it has database, cache and search too.")
        subnets = network.vpc.select_subnets(subnet_group_name=network.data_subnets.subnet_group_name).subnets
        aurora = Aurora(
            self,
            "Aurora",
            stage=stage,
            settings=stage.database,
            vpc=network.vpc,
            subnets=network.data_subnets,
            group=network.database_group,
        )
        proxy = Proxy(
            self,
            "DatabaseProxy",
            stage=stage,
            cluster=aurora.cluster,
            subnets=subnets,
            group=network.proxy_group,
        )
        cache = Cache(self, "Valkey", settings=stage.cache, subnets=subnets, group=network.cache_group)
        search = Search(
            self,
            "OpenSearch",
            stage=stage,
            settings=stage.search,
            subnets=network.search_subnets,
            group=network.search_group,
        )

        self.cluster = aurora.cluster
        self.cluster_secret = aurora.secret
        self.proxy = proxy.proxy
        self.cache = cache.cache
        self.domain = search.domain
        self.links: dict[str, Linkable] = {"database": proxy, "owner": aurora, "cache": cache, "search": search}

        for output, value in {
            "ClusterArn": aurora.cluster.cluster_arn,
            "SecretArn": aurora.secret.secret_arn,
            "DatabaseName": DATABASE,
            "DatabaseHost": proxy.proxy.attr_endpoint,
            "CacheHost": str(cache.address()["host"]),
            "SearchHost": search.domain.attr_domain_endpoint,
        }.items():
            cdk.CfnOutput(self, output, value=value)
