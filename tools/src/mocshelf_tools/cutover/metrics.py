"""What CloudWatch knows of a side: its requests, its 5xx answers, its p95."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mocshelf_tools.cutover.watching import Figures
from mocshelf_tools.problems import CannotContinue

_MINUTE = 60
# How far back a source must have had traffic to be believed, and in what periods that is asked.
_DAYS, _HOUR = 14, 3600


@dataclass(frozen=True)
class Source:
    """Where a side's metrics are; `factor` makes milliseconds of its latency."""

    namespace: str
    dimension: str
    identity: str
    count: str
    errors: str
    latency: str
    factor: float


_KINDS = {
    "api": ("AWS/ApiGateway", "ApiId", "Count", "5xx", "Latency", 1.0),
    "alb": (
        "AWS/ApplicationELB", "LoadBalancer",
        "RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", 1000.0,
    ),
}  # fmt: skip


def source(text: str) -> Source:
    """Of `api:ID` or `alb:app/NAME/ID`. CannotContinue."""
    kind, _, identity = text.partition(":")
    if kind not in _KINDS or not identity:
        raise CannotContinue(f"{text!r} names no metrics. Give api:API_ID or alb:app/NAME/ID (the end of its ARN).")
    namespace, dimension, count, errors, latency, factor = _KINDS[kind]
    return Source(namespace, dimension, identity, count, errors, latency, factor)


def figures(cloudwatch: Any, where: Source, minutes: int) -> Figures | None:
    """Of the last minutes; None when nothing was counted in them."""
    now = datetime.now(UTC)
    asked = {"count": (where.count, "Sum"), "errors": (where.errors, "Sum"), "p95": (where.latency, "p95")}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[_query(where, name, *one, _MINUTE) for name, one in asked.items()],
        StartTime=now - timedelta(minutes=minutes),
        EndTime=now + timedelta(minutes=1),
    )
    found = {
        one["Id"]: dict(zip(one["Timestamps"], one["Values"], strict=True)) for one in answer["MetricDataResults"]
    }
    counts, slow = found.get("count", {}), found.get("p95", {})
    requests = int(sum(counts.values()))
    if not requests:
        return None
    # A percentile cannot be added up over minutes; weighed by requests, a minute with three of them means little.
    weight = sum(counts.get(minute, 0) for minute in slow)
    p95 = sum(value * counts.get(minute, 0) for minute, value in slow.items()) / weight if weight else None
    errors = int(sum(found.get("errors", {}).values()))
    return Figures(requests, errors, None if p95 is None else p95 * where.factor)


def requests_since(cloudwatch: Any, where: Source, since: timedelta) -> int:
    """How many requests the side had since then."""
    return _total(cloudwatch, where, since, _MINUTE)


def ever_counted(cloudwatch: Any, where: Source) -> bool:
    """Whether there were requests in two weeks: a name with a slip in it has no traffic either."""
    return _total(cloudwatch, where, timedelta(days=_DAYS), _HOUR) > 0


def _total(cloudwatch: Any, where: Source, since: timedelta, period: int) -> int:
    now = datetime.now(UTC)
    query = [_query(where, "count", where.count, "Sum", period)]
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=query, StartTime=now - since, EndTime=now + timedelta(minutes=1)
    )
    return int(sum(sum(one["Values"]) for page in pages for one in page["MetricDataResults"]))


def _query(where: Source, name: str, metric: str, statistic: str, period: int) -> dict[str, Any]:
    dimensions = [{"Name": where.dimension, "Value": where.identity}]
    described = {"Namespace": where.namespace, "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": described, "Period": period, "Stat": statistic}}
