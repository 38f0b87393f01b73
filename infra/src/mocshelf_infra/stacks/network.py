"""The network: a VPC over two zones, its endpoints, the bastion, and who may talk to whom."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from mocshelf_infra import stages


class NetworkStack(cdk.Stack):
    def __init__(
        self, scope: Construct, name: str, *, stage: stages.Stage, settings: stages.Network, **rest: Any
    ) -> None:
        super().__init__(scope, name, **rest)
