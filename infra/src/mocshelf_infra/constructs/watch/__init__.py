"""The operator's constructs: alarms from one table, dashboard, budget."""
