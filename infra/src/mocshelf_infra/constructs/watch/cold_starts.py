"""How long new instances of the functions take, read out of what Lambda itself logs."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from mocshelf_infra.constructs.watch.alarm_table import COLD_STARTS

# Lambda names the start of the code, or with SnapStart the restoring of its snapshot; a warm call has neither.
FIELDS = ("initDurationMs", "restoreDurationMs")


class ColdStarts(Construct):
    """A metric in milliseconds for each function; its name is the function's, as the lines cannot give dimensions."""

    def __init__(self, scope: Construct, name: str, *, stage: str, log_groups: Mapping[str, logs.ILogGroup]) -> None:
        super().__init__(scope, name)
        for function, log_group in log_groups.items():
            for field in FIELDS:
                where = f"$.record.metrics.{field}"
                logs.MetricFilter(
                    self,
                    f"{function}-{field}",
                    log_group=log_group,
                    filter_pattern=logs.FilterPattern.literal(f'{{ $.type = "platform.report" && {where} > 0 }}'),
                    metric_namespace=COLD_STARTS.format(stage=stage),
                    metric_name=function,
                    metric_value=where,
                    unit=cloudwatch.Unit.MILLISECONDS,
                )
