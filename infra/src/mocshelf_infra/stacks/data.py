"""The data stores: Aurora behind its proxy, the cache, the search engine."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.links import Linkable
from mocshelf_infra.stacks.network import NetworkStack


class DataStack(cdk.Stack):
    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, network: NetworkStack, **rest: Any
    ) -> None:
        super().__init__(scope, name, **rest)
        self.links: dict[str, Linkable] = {}
