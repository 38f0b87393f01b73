"""The dashboard of a stage: what to look at first on top, then users, stores, work in the background, functions."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.constructs.watch.charts import Charts
from mocshelf_infra.constructs.watch.watched import Watched

FIRST = """# Mocshelf {stage}
**Something rings?** Its mail names the runbook. **Nothing rings and something is wrong?** In this order:

1. *Requests*: do answers fail (5xx) or not arrive at all? Then `./mocshelf logs --stage {stage} --since 15m`.
2. *Database* and *proxy*: at its largest capacity, or waiting for connections? Everything else follows from that.
3. *Work in the background*: old messages mean that uploads or searches lag behind, and that nothing is lost.
4. *Cache* and *search* may both be away: everything is answered correctly without them, only slower."""


class StageDashboard(Construct):
    """One page; `alarms` are the names of all alarms of the stage."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: str,
        watched: Watched,
        alarms: Sequence[str],
        budget: stages.Budget | None,
    ) -> None:
        super().__init__(scope, name)
        charts = Charts(stage, watched)
        page = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"mocshelf-{stage}",
            period_override=cloudwatch.PeriodOverride.AUTO,
            default_interval=cdk.Duration.hours(6),
        )
        page.add_widgets(
            cloudwatch.TextWidget(markdown=FIRST.format(stage=stage), width=14, height=6), self._state(alarms)
        )
        page.add_widgets(_heading("Users"))
        page.add_widgets(*charts.requests())
        page.add_widgets(*charts.business(), *([_cost(budget)] if budget else []))
        page.add_widgets(_heading("Database, cache, search"))
        page.add_widgets(*charts.database())
        page.add_widgets(*charts.cache())
        page.add_widgets(*charts.search())
        page.add_widgets(_heading("Work in the background"))
        page.add_widgets(*charts.work())
        for function in watched.functions:
            page.add_widgets(_heading(function))
            page.add_widgets(*charts.function(function))

    def _state(self, names: Sequence[str]) -> cloudwatch.IWidget:
        """Which alarms ring, by name: some are in other stacks."""
        stack = cdk.Stack.of(self)
        known = [
            cloudwatch.Alarm.from_alarm_arn(
                self,
                name,
                stack.format_arn(
                    service="cloudwatch",
                    resource="alarm",
                    resource_name=name,
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                ),
            )
            for name in names
        ]
        return cloudwatch.AlarmStatusWidget(
            title="Alarms",
            alarms=known,
            width=10,
            height=6,
            sort_by=cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        )


def _heading(text: str) -> cloudwatch.IWidget:
    return cloudwatch.TextWidget(markdown=f"## {text}", width=24, height=1)


def _cost(budget: stages.Budget) -> cloudwatch.IWidget:
    """What the month has cost; AWS counts that in one region, and for the whole account."""
    spent = cloudwatch.Metric(
        namespace="AWS/Billing",
        metric_name="EstimatedCharges",
        dimensions_map={"Currency": "USD"},
        statistic="Maximum",
        period=cdk.Duration.hours(6),
        region="us-east-1",
        label="account, this month",
    )
    return cloudwatch.GraphWidget(
        title="Cost so far this month, US dollars",
        left=[spent],
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        left_annotations=[cloudwatch.HorizontalAnnotation(value=budget.dollars, label="budget of this stage")],
        region="us-east-1",
        start="-P30D",
        width=8,
        height=6,
    )
