"""The files bucket, and the queues with their dead letters."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.links import Linkable


class StorageStack(cdk.Stack):
    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, **rest: Any) -> None:
        super().__init__(scope, name, **rest)
        self.links: dict[str, Linkable] = {}
