"""What the operator sees and hears: alarms, the dashboard, the budget."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages
from mocshelf_infra.stacks.api import ApiStack
from mocshelf_infra.stacks.data import DataStack
from mocshelf_infra.stacks.storage import StorageStack


class WatchStack(cdk.Stack):
    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        stage: stages.Stage,
        api: ApiStack,
        data: DataStack,
        storage: StorageStack,
        **rest: Any,
    ) -> None:
        super().__init__(scope, name, **rest)
