"""CloudFront and WAF: the only way in where a stage has them."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.stacks.origin import OriginStack


class EdgeStack(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        settings: stages.Edge,
        origin: OriginStack,
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
