"""The functions, and the HTTP API, queues and schedules that call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.links import Linkable
from mocshelf_infra.packaging.artifacts import Artifacts
from mocshelf_infra.stacks.identity import IdentityStack
from mocshelf_infra.stacks.network import NetworkStack
from mocshelf_infra.stacks.storage import StorageStack


class ApiStack(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        artifacts: Artifacts,
        version: str,
        network: NetworkStack | None,
        storage: StorageStack,
        identity: IdentityStack,
        links: Mapping[str, Linkable],
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
