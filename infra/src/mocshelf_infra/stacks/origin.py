"""The secret by which the API knows CloudFront, kept in the edge's region and copied to the stage's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.accepted import accept
from mocshelf_infra.links import Linkable

# Letters and digits only, for the value is sent in a header.
LENGTH = 64


@dataclass(frozen=True)
class OriginLink:
    """The secret's copy in the functions' region: reading its value."""

    stage: stages.Stage
    region: str

    def address(self) -> Mapping[str, object]:
        return {"secret": names.origin_secret(self.stage)}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        # A question mark is no wildcard for cdk-nag, and stands for one character only.
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue"], resources=[names.origin_arn(self.stage, self.region)]
            )
        )


class OriginStack(cdk.Stack):
    """Deployed before the functions that read the copy, and before the distribution that sends the value."""

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, **rest: Any) -> None:
        super().__init__(scope, name, **rest)
        self._stage = stage
        copied = [] if stage.region == self.region else [secretsmanager.ReplicaRegion(region=stage.region)]
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            secret_name=names.origin_secret(stage),
            description="What CloudFront sends with each request, so that the API takes no other",
            replica_regions=copied or None,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=LENGTH, exclude_punctuation=True
            ),
        )
        accept(self.secret.node.default_child, "SMG4", "The edge's stack rotates it, once there is a distribution.")

    def links(self, home: cdk.Environment) -> dict[str, Linkable]:
        """What functions in the stage's region reach for as `origin`."""
        return {"origin": OriginLink(self._stage, home.region or self._stage.region)}
