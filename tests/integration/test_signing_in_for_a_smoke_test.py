"""The smoke user signs in by SRP, as an app client without plain passwords wants it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from integration.cloud_stage import account, command, place
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.cloud.signing_in import User, sign_in
from mocshelf_tools.cloud.smoke_user import named_by_the_secret
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.stack import Stack

NAME = "dev-smoke"
ADA = User("ada@example.com", "Pässw0rd-of-Ada")


@pytest.fixture(scope="module")
def pool(stack: Stack) -> Iterator[tuple[str, str]]:
    """A pool with Ada, and a client that takes SRP only."""
    cognito = client(place(stack, NAME), "cognito-idp")
    made = cognito.create_user_pool(PoolName="smoke", UsernameAttributes=["email"])["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=made, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=made, Username=ADA.email, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=made, Username=ADA.email, Password=ADA.password, Permanent=True)
    yield made, app
    cognito.delete_user_pool(UserPoolId=made)


@pytest.fixture
def where(stack: Stack) -> Place:
    return place(stack, NAME)


def _claims(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def test_the_right_password_gives_an_access_token(where: Place, pool: tuple[str, str]) -> None:
    # Numbers whose first bit is set are padded, which a single try may not meet.
    tokens = [sign_in(where, *pool, ADA) for _ in range(2)]

    assert {_claims(token)["token_use"] for token in tokens} == {"access"}
    assert {_claims(token)["client_id"] for token in tokens} == {pool[1]}


def test_another_password_does_not(where: Place, pool: tuple[str, str]) -> None:
    with pytest.raises(CannotContinue, match="Incorrect username or password"):
        sign_in(where, *pool, User(ADA.email, "Another-passw0rd"))


def test_who_has_to_change_the_password_first_is_told_so(where: Place, pool: tuple[str, str]) -> None:
    cognito = client(where, "cognito-idp")
    cognito.admin_create_user(UserPoolId=pool[0], Username="new@example.com", TemporaryPassword="First-passw0rd")

    with pytest.raises(CannotContinue, match="must do more to sign in"):
        sign_in(where, *pool, User("new@example.com", "First-passw0rd"))


def test_the_smoke_user_is_named_by_a_secret(stack: Stack, where: Place) -> None:
    nobody = named_by_the_secret(where)
    value = json.dumps({"email": ADA.email, "password": ADA.password})
    command(account(stack), "secret", "set", "smoke-user", "--stage", NAME, value=value)
    ada = named_by_the_secret(where)
    command(account(stack), "secret", "set", "smoke-user", "--stage", NAME, value="not JSON")

    assert nobody is None
    assert ada == ADA
    with pytest.raises(CannotContinue, match="Set it anew"):
        named_by_the_secret(where)
    command(account(stack), "secret", "remove", "smoke-user", "--stage", NAME)


def test_a_stage_that_is_not_deployed_cannot_be_asked(stack: Stack) -> None:
    asked = command(account(stack), "smoke", "--stage", "dev-nowhere")

    assert (asked.code, "is not deployed" in asked.errors) == (1, True)
