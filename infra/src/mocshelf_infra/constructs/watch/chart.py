"""One chart of the dashboard, and the metrics it draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from mocshelf.runtime import telemetry

MINUTE, HOUR = cdk.Duration.minutes(1), cdk.Duration.hours(1)
PERCENTILES = ("p50", "p95", "p99")
# Columns; a page has 24.
THIRD, QUARTER = 8, 6

Lines = Sequence[cloudwatch.IMetric]

_ALL = {"Sum": "SUM", "Maximum": "MAX"}


def line(
    namespace: str, name: str, statistic: str, dimensions: Mapping[str, str], label: str | None = None
) -> cloudwatch.IMetric:
    """A metric of AWS's, a point a minute."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        statistic=statistic,
        dimensions_map=dict(dimensions),
        period=MINUTE,
        label=label or (statistic if statistic in PERCENTILES else name),
    )


def own(
    stage: str, name: str, label: str, period: cdk.Duration = MINUTE, statistic: str = "Sum"
) -> cloudwatch.IMetric:
    """A metric that the functions send themselves, over all of them."""
    expression = f"{_ALL[statistic]}({_search(stage, name, statistic, period)})"
    return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=label, period=period)


def own_by_function(stage: str, name: str) -> cloudwatch.IMetric:
    """The same, a line for each function."""
    expression = _search(stage, name, "Sum", MINUTE)
    label = "${PROP('Dim.Function')}"
    return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=label, period=MINUTE)


def chart(
    title: str, left: Lines, right: Lines = (), *, most: float | None = None, width: int = THIRD
) -> cloudwatch.IWidget:
    """`most` is the end of the left axis, where there is one."""
    return cloudwatch.GraphWidget(
        title=title,
        left=list(left),
        right=list(right),
        left_y_axis=cloudwatch.YAxisProps(min=0, max=most, show_units=False),
        right_y_axis=cloudwatch.YAxisProps(min=0, show_units=False) if right else None,
        width=width,
        height=6,
    )


def _search(stage: str, name: str, statistic: str, period: cdk.Duration) -> str:
    """By a search, because nobody knows beforehand which functions will send it."""
    wanted = f'{{{telemetry.NAMESPACE},Stage,Function}} Stage="{stage}" MetricName="{name}"'
    return f"SEARCH('{wanted}', '{statistic}', {int(period.to_seconds())})"
