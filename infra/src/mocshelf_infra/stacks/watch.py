"""What the operator sees and hears: alarms, the dashboard, the budget."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.watch.alarms import alarms_of
from mocshelf_infra.constructs.watch.budget import MonthlyBudget
from mocshelf_infra.constructs.watch.cold_starts import ColdStarts
from mocshelf_infra.constructs.watch.dashboard import StageDashboard
from mocshelf_infra.constructs.watch.stage_alarms import StageAlarms
from mocshelf_infra.constructs.watch.watched import Dimensions, Watched, cache_nodes
from mocshelf_infra.stacks.api import ApiStack
from mocshelf_infra.stacks.data import DataStack
from mocshelf_infra.stacks.storage import StorageStack


class WatchStack(cdk.Stack):
    """The functions' own alarms are with them, in the stack of the API; here is the rest, and the page with all."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        api: ApiStack,
        data: DataStack,
        storage: StorageStack,
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
        if stage.watch is not None:
            watched = _watched(stage, api, data, storage)
            ColdStarts(self, "ColdStarts", stage=stage.name, log_groups=api.log_groups)
            StageAlarms(self, "Alarms", stage=stage.name, watched=watched, topic=api.topic)
            StageDashboard(
                self,
                "Page",
                stage=stage.name,
                watched=watched,
                alarms=sorted(alarms_of(api) + alarms_of(self)),
                budget=stage.budget,
            )
        if stage.budget is not None:
            MonthlyBudget(self, "Budget", stage=stage.name, settings=stage.budget)


def _watched(stage: stages.Stage, api: ApiStack, data: DataStack, storage: StorageStack) -> Watched:
    if stage.cache is None or stage.search is None:
        raise ValueError(f"The stage {stage.name!r} has alarms, so it has cache and search too.")
    return Watched(
        functions={name: function.function_name for name, function in api.functions.items()},
        api_id=api.http_api_id,
        cluster=data.cluster.cluster_identifier,
        proxy=data.proxy.ref,
        cache_nodes=cache_nodes(stage.cache, data.cache.ref),
        domain=data.domain.ref,
        volume=stage.search.volume * 1024,
        queues={name: queue.queue_name for name, queue in storage.queues.items()},
        dead_letters={name: queue.queue_name for name, queue in storage.dead_letters.items()},
        scans=_scans(storage),
    )


def _scans(storage: StorageStack) -> Dimensions | None:
    if storage.protection is None:
        return None
    plan = storage.protection.plan.attr_malware_protection_plan_id
    return {"Malware Protection Plan Id": plan, "Resource Name": storage.bucket.bucket_name}
