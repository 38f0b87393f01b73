"""Who users are: the Cognito user pool and its app client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.constructs import names
from mocshelf_infra.constructs.user_pool import AppClient, UserPool
from mocshelf_infra.links import Linkable

# What `mocshelf.runtime.users` calls.
ACTIONS = ("cognito-idp:AdminGetUser", "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:ListUsers")


@dataclass(frozen=True)
class UsersLink:
    """The user pool: reading users, and changing their attributes."""

    pool: cognito.IUserPool
    client_id: str

    def address(self) -> Mapping[str, object]:
        return {"pool_id": self.pool.user_pool_id, "client_id": self.client_id}

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        role.add_to_principal_policy(iam.PolicyStatement(actions=list(ACTIONS), resources=[self.pool.user_pool_arn]))


class IdentityStack(cdk.Stack):
    """The owner of an existing pool has given it e-mail addresses to sign in with, strong passwords, and a domain.

    That of an existing client lets it send users back to `pages.SIGNED_IN` and `/` of the stage's origins.
    """

    def __init__(self, scope: Construct, name: str, *, stage: stages.Stage, **rest: Any) -> None:
        super().__init__(scope, name, **rest)
        settings = stage.users
        self.pool: cognito.IUserPool = (
            cognito.UserPool.from_user_pool_id(self, "Pool", settings.existing_pool)
            if settings.existing_pool
            else self._made_pool(stage)
        )
        self.client_id: str = settings.existing_client or self._made_client(stage)
        self.issuer = f"https://cognito-idp.{stage.region}.{cdk.Aws.URL_SUFFIX}/{self.pool.user_pool_id}"
        self.links: dict[str, Linkable] = {"users": UsersLink(self.pool, self.client_id)}
        cdk.CfnOutput(self, "UserPoolId", value=self.pool.user_pool_id)
        cdk.CfnOutput(self, "ClientId", value=self.client_id)
        host = names.sign_in_host(stage)
        if host is not None:
            cdk.CfnOutput(self, "SignInDomain", value=host, description="Host of the pages where users sign in")

    def _made_pool(self, stage: stages.Stage) -> cognito.UserPool:
        pool = UserPool(self, "Pool", settings=stage.users, pool_name=f"mocshelf-{stage.name}")
        pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=names.sign_in_prefix(stage)),
            # The newer pages show nothing until somebody has given them a look.
            managed_login_version=cognito.ManagedLoginVersion.CLASSIC_HOSTED_UI,
        )
        return pool

    def _made_client(self, stage: stages.Stage) -> str:
        client = AppClient(self, "Client", pool=self.pool, settings=stage.users, origins=stage.api.origins)
        return client.user_pool_client_id
