"""CloudWatch alarms from rows of the table of alarms."""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra.constructs.watch import alarm_table
from mocshelf_infra.constructs.watch.alarm_table import Row

OVER = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
UNDER = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
MISSING = {
    "notBreaching": cloudwatch.TreatMissingData.NOT_BREACHING,
    "breaching": cloudwatch.TreatMissingData.BREACHING,
    "ignore": cloudwatch.TreatMissingData.IGNORE,
}


def function_alarms(
    scope: Construct, alias: lambda_.IAlias, name: str, topic: sns.ITopic | None, *, stage: str
) -> list[cloudwatch.Alarm]:
    """The alarms of one function's alias, which also roll its canary back; `name` is the manifest's."""
    function = alias.version.lambda_.function_name
    dimensions = {"FunctionName": function, "Resource": alias.function_name}
    calls = cloudwatch.Metric(namespace="AWS/Lambda", metric_name="Invocations", dimensions_map=dimensions)
    made = [
        alarm(scope, alarm_table.FUNCTION_ERRORS, dimensions, stage=stage, of=name, topic=topic, whole=calls),
        alarm(scope, alarm_table.THROTTLES, dimensions, stage=stage, of=name, topic=topic),
    ]
    if any(row.name == name and row.routes for row in manifest.FUNCTIONS):
        ours = own_dimensions(stage, function)
        made.append(alarm(scope, alarm_table.SERVER_ERRORS, ours, stage=stage, of=name, topic=topic, whole=calls))
    return made


def alarm(
    scope: Construct,
    row: Row,
    dimensions: Mapping[str, str],
    *,
    stage: str,
    topic: sns.ITopic | None,
    of: str = "",
    whole: cloudwatch.Metric | float | None = None,
) -> cloudwatch.Alarm:
    """One alarm named `mocshelf-<stage>-<row>[-<of>]`; the topic hears when it fires and when it is over.

    `whole` is what a row with `share_of` takes its percentage of.
    """
    if (row.share_of is None) != (whole is None):
        raise ValueError(f"{row.name} is a share of {row.share_of}, and got {whole}.")
    short = f"{row.name}-{of}" if of else row.name
    made = cloudwatch.Alarm(
        scope,
        f"alarm-{short}",
        alarm_name=f"mocshelf-{stage}-{short}",
        alarm_description=f"{row.meaning.format(of=of)} Runbook: docs/runbooks/{row.runbook}.md",
        metric=_figure(row, _metric(row, dimensions, of, stage), whole),
        threshold=row.threshold,
        evaluation_periods=row.times,
        comparison_operator=UNDER if row.below else OVER,
        treat_missing_data=MISSING[row.missing],
    )
    if topic is not None:
        made.add_alarm_action(actions.SnsAction(topic))
        made.add_ok_action(actions.SnsAction(topic))
    return made


def alarms_of(scope: Construct) -> list[str]:
    """The names of all alarms under a construct."""
    return [
        str(node.alarm_name)
        for node in scope.node.find_all()
        if isinstance(node, cloudwatch.CfnAlarm) and node.alarm_name is not None
    ]


def own_dimensions(stage: str, function_name: str) -> dict[str, str]:
    """What the functions say with each metric of their own."""
    return {"Stage": stage, "Function": function_name}


def _metric(row: Row, dimensions: Mapping[str, str], of: str, stage: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=row.namespace.format(stage=stage),
        metric_name=row.metric.format(of=of),
        statistic=row.statistic,
        period=cdk.Duration.minutes(row.window),
        dimensions_map=dict(dimensions),
    )


def _figure(row: Row, metric: cloudwatch.Metric, whole: cloudwatch.Metric | float | None) -> cloudwatch.IMetric:
    """The metric itself, or an expression where it is a share or needs a least number of events."""
    using: dict[str, cloudwatch.IMetric] = {"part": metric}
    value, events = "part", "part"
    if isinstance(whole, cloudwatch.Metric):
        using["whole"] = whole.with_(statistic=row.statistic, period=cdk.Duration.minutes(row.window))
        value = "100 * part / whole"
    elif whole is not None:
        value = f"100 * part / {whole}"
    if row.least and row.statistic.startswith("p"):
        using["events"], events = metric.with_(statistic="SampleCount"), "events"
    expression = f"IF({events} >= {row.least}, {value}, 0)" if row.least else value
    if expression == "part":
        return metric
    return cloudwatch.MathExpression(
        expression=expression,
        using_metrics=using,
        period=cdk.Duration.minutes(row.window),
        label=row.metric if row.share_of is None else f"{row.metric}, % of {row.share_of}",
    )
