"""What a stage may cost in a month, and who hears of it before it is spent."""

from __future__ import annotations

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from mocshelf_infra import stages

# What was spent, in per cent of the budget, and what the month will come to if it goes on like this.
ALERTS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))


class MonthlyBudget(Construct):
    """Counts what carries the stage's tag, once `mocshelf:stage` is a cost allocation tag of the account."""

    def __init__(self, scope: Construct, name: str, *, stage: str, settings: stages.Budget) -> None:
        super().__init__(scope, name)
        address = budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=settings.email)
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                # Another address makes another budget beside this one, before it goes: so it needs another name.
                budget_name=f"mocshelf-{stage}-{settings.email}",
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=settings.dollars, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:mocshelf:stage${stage}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[address],
                )
                for kind, percent in ALERTS
            ],
        )
