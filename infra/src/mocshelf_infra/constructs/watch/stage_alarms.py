"""The alarms of a stage, apart from those that its functions have with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra.constructs.watch import alarm_table as table
from mocshelf_infra.constructs.watch.alarm_table import Row
from mocshelf_infra.constructs.watch.alarms import alarm, own_dimensions
from mocshelf_infra.constructs.watch.watched import Watched, cache_node, queue

SWEEP = "sweep"


class StageAlarms(Construct):
    """One of each row for everything of its kind."""

    def __init__(
        self, scope: Construct, name: str, *, stage: str, watched: Watched, topic: sns.ITopic | None
    ) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self._topic = topic
        self._front(watched)
        self._stores(watched)
        self._work(watched)

    def _front(self, watched: Watched) -> None:
        requests = cloudwatch.Metric(namespace="AWS/ApiGateway", metric_name="Count", dimensions_map=watched.api)
        self._add(table.API_ERRORS, watched.api, whole=requests)
        self._add(table.API_LATENCY, watched.api)
        for row in manifest.FUNCTIONS:
            if row.routes:
                # Nobody waits for the others.
                self._add(table.COLD_START, {}, of=row.name)

    def _stores(self, watched: Watched) -> None:
        self._add(table.DATABASE_CPU, watched.writer)
        self._add(table.DATABASE_MEMORY, watched.database)
        self._add(table.PROXY_BORROWING, watched.connections)
        for node, cluster in watched.cache_nodes.items():
            self._add(table.CACHE_EVICTIONS, cache_node(cluster), of=node)
        self._add(table.SEARCH_RED, watched.search)
        self._add(table.SEARCH_STORAGE, watched.search, whole=watched.volume)

    def _work(self, watched: Watched) -> None:
        for name, dead in watched.dead_letters.items():
            self._add(table.DEAD_LETTERS, queue(dead), of=name)
        for name, working in watched.queues.items():
            self._add(table.QUEUE_AGE, queue(working), of=name)
        ours = own_dimensions(self._stage, watched.functions[SWEEP])
        self._add(table.OUTBOX_AGE, ours)
        self._add(table.SWEEP_SILENT, ours)
        if watched.scans is not None:
            self._add(table.SCAN_FAILURES, watched.scans)

    def _add(self, row: Row, dimensions: Mapping[str, str], **options: Any) -> None:
        alarm(self, row, dimensions, stage=self._stage, topic=self._topic, **options)
