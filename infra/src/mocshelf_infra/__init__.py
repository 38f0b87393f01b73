"""The CDK app: the same stacks for every stage, from the table in `stages.py`."""
