"""The charts of the dashboard, a row a method."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from mocshelf.runtime import telemetry
from mocshelf_infra.constructs.watch.alarm_table import COLD_STARTS
from mocshelf_infra.constructs.watch.chart import HOUR, PERCENTILES, QUARTER, Lines, chart, line, own, own_by_function
from mocshelf_infra.constructs.watch.watched import Watched, cache_node, queue

Row = list[cloudwatch.IWidget]

BUSINESS = {
    telemetry.MOCS_CREATED: "MOCs created",
    telemetry.FILES_UPLOADED: "files uploaded",
    telemetry.IMAGES_PROCESSED: "images processed",
    telemetry.PARTS_PARSED: "parts parsed (lots)",
    telemetry.SEARCHES_RUN: "searches run",
}


@dataclass(frozen=True)
class Charts:
    """`stage` is its name, as the functions' own metrics have it."""

    stage: str
    watched: Watched

    def requests(self) -> Row:
        def of(name: str, statistic: str) -> cloudwatch.IMetric:
            return line("AWS/ApiGateway", name, statistic, self.watched.api)

        return [
            chart("Requests a minute", [of(name, "Sum") for name in ("Count", "4xx", "5xx")]),
            chart("Latency, ms", [of("Latency", one) for one in PERCENTILES]),
            chart("Answers of 5xx a minute", [own_by_function(self.stage, telemetry.SERVER_ERRORS)]),
        ]

    def business(self) -> Row:
        counted = [own(self.stage, name, label, HOUR) for name, label in BUSINESS.items()]
        found = {name: own(self.stage, name, name, HOUR) for name in ("CacheHits", "CacheMisses")}
        rate = cloudwatch.MathExpression(
            expression="100 * hits / (hits + misses)",
            using_metrics={"hits": found["CacheHits"], "misses": found["CacheMisses"]},
            period=HOUR,
            label="of those that may be kept",
        )
        return [
            chart("What users did, an hour", counted),
            chart("Answers from the cache, %", [rate], most=100),
        ]

    def database(self) -> Row:
        database, proxy = self.watched.database, self.watched.connections
        return [
            chart(
                "Aurora: ACU, and % of the most",
                [line("AWS/RDS", "ServerlessDatabaseCapacity", "Maximum", database)],
                [line("AWS/RDS", name, "Maximum", database) for name in ("ACUUtilization", "CPUUtilization")],
            ),
            chart(
                "Connections",
                [
                    line("AWS/RDS", "DatabaseConnections", "Maximum", database, "of Aurora"),
                    line("AWS/RDS", "ClientConnections", "Sum", proxy, "of functions to the proxy"),
                    line("AWS/RDS", "DatabaseConnectionsCurrentlySessionPinned", "Sum", proxy, "pinned"),
                ],
            ),
            chart(
                "Proxy: waiting for a connection, µs",
                [line("AWS/RDS", "DatabaseConnectionsBorrowLatency", one, proxy) for one in PERCENTILES],
            ),
        ]

    def cache(self) -> Row:
        def nodes(metric: str, statistic: str) -> Lines:
            every = self.watched.cache_nodes.items()
            return [line("AWS/ElastiCache", metric, statistic, cache_node(name), node) for node, name in every]

        return [
            chart("Valkey: hit rate, %", nodes("CacheHitRate", "Average"), most=100),
            chart("Valkey: memory, %", nodes("DatabaseMemoryUsagePercentage", "Maximum"), most=100),
            chart("Valkey: evictions a minute", nodes("Evictions", "Sum")),
        ]

    def search(self) -> Row:
        def of(metric: str, statistic: str) -> cloudwatch.IMetric:
            return line("AWS/ES", metric, statistic, self.watched.search)

        colours = ("green", "yellow", "red")
        return [
            chart("OpenSearch: status", [of(f"ClusterStatus.{colour}", "Maximum") for colour in colours], most=1),
            chart("OpenSearch: latency, ms", [of(f"{what}Latency", "Average") for what in ("Search", "Indexing")]),
            chart(
                "OpenSearch: free MB, and who answers",
                [of("FreeStorageSpace", "Minimum")],
                [own(self.stage, "SearchFallback", "searches that PostgreSQL answered")],
            ),
        ]

    def work(self) -> Row:
        depth, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
        working, dead = self.watched.queues.items(), self.watched.dead_letters.items()
        return [
            chart("Outbox: age, s", [own(self.stage, telemetry.OUTBOX_AGE, "oldest row", statistic="Maximum")]),
            chart(
                "Messages waiting, and dead",
                [line("AWS/SQS", depth, "Maximum", queue(name), link) for link, name in working],
                [line("AWS/SQS", depth, "Maximum", queue(name), f"{link}, dead") for link, name in dead],
            ),
            chart(
                "Oldest message, s", [line("AWS/SQS", age, "Maximum", queue(name), link) for link, name in working]
            ),
        ]

    def function(self, name: str) -> Row:
        def of(metric: str, statistic: str) -> cloudwatch.IMetric:
            return line("AWS/Lambda", metric, statistic, self.watched.function(name))

        def cold(statistic: str, label: str) -> Lines:
            return [line(COLD_STARTS.format(stage=self.stage), name, statistic, {}, label)]

        calls = [of(metric, "Sum") for metric in ("Invocations", "Errors", "Throttles")]
        return [
            chart("Calls a minute", calls, width=QUARTER),
            chart("Duration, ms", [of("Duration", one) for one in PERCENTILES], width=QUARTER),
            chart("At once", [of("ConcurrentExecutions", "Maximum")], width=QUARTER),
            chart("Cold starts", cold("SampleCount", "how many"), cold("p99", "ms, p99"), width=QUARTER),
        ]
