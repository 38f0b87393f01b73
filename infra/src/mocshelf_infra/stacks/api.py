"""The functions, and the HTTP API, queues and schedules that call them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs.api.api_domain import ApiDomain
from mocshelf_infra.constructs.api.deployment import Deployments
from mocshelf_infra.constructs.api.function import Function, Place
from mocshelf_infra.constructs.api.http_api import HttpApi
from mocshelf_infra.constructs.api.layers import Layers
from mocshelf_infra.constructs.api.migration import Migration
from mocshelf_infra.constructs.api.routes import routes
from mocshelf_infra.constructs.api.schedule import Schedule
from mocshelf_infra.constructs.api.topic import AlarmTopic
from mocshelf_infra.constructs.watch.alarms import function_alarms
from mocshelf_infra.links import Given, Linkable, Links
from mocshelf_infra.packaging.artifacts import Artifacts
from mocshelf_infra.stacks.identity import IdentityStack
from mocshelf_infra.stacks.network import NetworkStack
from mocshelf_infra.stacks.storage import StorageStack

LIVE = "live"
# Without it a function whose layers alone have changed would get no new version.
LAYERS_COUNT = "@aws-cdk/aws-lambda:recognizeLayerVersion"


class ApiStack(cdk.Stack):
    """Functions, aliases and log groups are by name of the manifest; `migrate` has no alias."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        artifacts: Artifacts,
        version: str,
        network: NetworkStack | None,
        storage: StorageStack,
        identity: IdentityStack,
        links: Mapping[str, Linkable],
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
        self.node.set_context(LAYERS_COUNT, True)
        self._stage = stage
        self._storage = storage
        self._made = self._make(artifacts, _complete(stage, version, links), network)
        self.functions = {one: made.function for one, made in self._made.items()}
        self.log_groups = {one: made.log_group for one, made in self._made.items()}
        self.aliases = self._aliases(artifacts)
        self._triggers()
        self._http(identity)
        self.topic = self._topic()
        self.alarms = self._alarms()
        self._deployments()

    def _make(self, artifacts: Artifacts, links: Links, network: NetworkStack | None) -> dict[str, Function]:
        layers = Layers(self, "Layers", stage=self._stage, artifacts=artifacts)
        return {
            row.name: Function(
                self,
                row.name,
                row=row,
                stage=self._stage,
                built=artifacts.functions[row.name],
                layers=layers.of(row),
                links=links,
                place=_place(row, network),
            )
            for row in manifest.FUNCTIONS
        }

    def _aliases(self, artifacts: Artifacts) -> dict[str, lambda_.Alias]:
        """Each function's `live`: what traffic reaches, moved once everything has been migrated."""
        migrations = [
            Migration(
                self,
                f"{row.name}-now",
                function=self.functions[row.name],
                timeout=row.timeout,
                digest=artifacts.functions[row.name].sha256,
            )
            for row in manifest.FUNCTIONS
            if row.migrating
        ]
        aliases = {}
        for row in manifest.FUNCTIONS:
            if not row.migrating:
                version = self.functions[row.name].current_version
                aliases[row.name] = lambda_.Alias(self, f"{row.name}-live", alias_name=LIVE, version=version)
                aliases[row.name].node.add_dependency(*(one.done for one in migrations))
        return aliases

    def _triggers(self) -> None:
        for row in manifest.FUNCTIONS:
            if row.queue is not None:
                queue = self._storage.queues[row.queue]
                queue.grant_consume_messages(self._made[row.name].role)
                self.aliases[row.name].add_event_source_mapping(
                    "Queue",
                    event_source_arn=queue.queue_arn,
                    batch_size=row.batch,
                    # More would be refused, and a message that is refused too often counts as broken.
                    max_concurrency=row.reserved,
                    report_batch_item_failures=True,
                )
            if row.schedule is not None:
                Schedule(
                    self,
                    f"{row.name}-schedule",
                    schedule_name=self._made[row.name].name,
                    alias=self.aliases[row.name],
                    minutes=row.schedule,
                )

    def _http(self, identity: IdentityStack) -> None:
        stage = self._stage
        http = HttpApi(
            self,
            "Http",
            stage=stage,
            routes=list(routes()),
            aliases=self.aliases,
            issuer=identity.issuer,
            audience=identity.client_id,
        )
        self.http_api_id = http.api.ref
        self.access_log = http.log
        url = http.api.attr_api_endpoint
        if stage.edge is not None:
            ApiDomain(self, "Domain", settings=stage.edge, http=http)
            url = f"https://{stage.edge.host}"
        cdk.CfnOutput(self, "ApiUrl", value=url)
        cdk.CfnOutput(self, "ApiId", value=self.http_api_id)

    def _topic(self) -> AlarmTopic | None:
        stage = self._stage
        if stage.watch is None:
            return None
        return AlarmTopic(self, "Topic", topic_name=f"mocshelf-{stage.name}-alarms", email=stage.watch.email)

    def _alarms(self) -> dict[str, list[cloudwatch.Alarm]]:
        if self.topic is None and self._stage.functions.canary is None:
            return {}
        return {
            one: function_alarms(self, self._by_name(one), one, self.topic, stage=self._stage.name)
            for one in self.aliases
        }

    def _by_name(self, name: str) -> lambda_.IAlias:
        """An alias that nothing waits for: what moves the real one looks at the alarms, which cannot wait for it."""
        version = self.aliases[name].version
        return lambda_.Alias.from_alias_attributes(self, f"{name}-watched", alias_name=LIVE, alias_version=version)

    def _deployments(self) -> None:
        canary = self._stage.functions.canary
        if canary is None:
            return
        rows = [row for row in manifest.FUNCTIONS if row.routes or row.queue]
        names = [self._made[row.name].name for row in rows]
        deployments = Deployments(self, "Deployments", stage=self._stage, canary=canary, functions=names)
        for row in rows:
            deployments.add(row.name, self.aliases[row.name], self.alarms[row.name])


def _place(row: manifest.Function, network: NetworkStack | None) -> Place | None:
    if network is None:
        return None
    # Only who changes the schema may talk to the database itself.
    group = network.owner_group if "owner" in row.reach else network.functions_group
    return Place(network.vpc, network.function_subnets, group)


def _complete(stage: stages.Stage, version: str, links: Links) -> Links:
    """The links of the other stacks and those that are given, which come first. ValueError if one is missing."""
    given = {name: json.loads(content) for name, content in stage.given.links}
    here = {"name": stage.name, "region": stage.region, "version": version, **given.pop("stage", {})}
    complete = {**links, "stage": Given(here), **{name: Given(content) for name, content in given.items()}}
    missing = {name for row in manifest.FUNCTIONS for name in row.reach} - complete.keys()
    if missing:
        raise ValueError(f"The stage {stage.name} has no {', '.join(sorted(missing))}: give it as LINK=JSON.")
    return complete
