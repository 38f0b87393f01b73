"""The secret by which the API knows CloudFront, kept in the edge's region and copied to the stage's."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.links import Linkable


class OriginStack(cdk.Stack):
    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, **rest: Any) -> None:
        super().__init__(scope, name, **rest)

    def links(self, home: cdk.Environment) -> dict[str, Linkable]:
        return {}
