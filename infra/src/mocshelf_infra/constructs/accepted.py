"""Findings of cdk-nag that are accepted, each with its reason, on the narrowest construct that has it."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import IConstruct


def accept(construct: IConstruct | None, finding: str, reason: str) -> None:
    """`finding` is a rule, or for rules that report several things the rule and the thing: `IAM5[Resource::*]`."""
    assert construct is not None  # noqa: S101 - every construct of ours has its resource
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason))
