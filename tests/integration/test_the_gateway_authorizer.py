"""Whom the dev gateway lets through: tokens of this pool and this app client, and nothing else."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from mocshelf_tools.stack.provision import add_user
from mocshelf_tools.stack.provision import client as aws_client

if TYPE_CHECKING:
    from integration.running_gateway import RunningGateway

pytest_plugins = ["integration.gateway_fixtures"]

PASSWORD = "Correct-Horse-7!"


def _parts(token: str) -> list[dict[str, Any]]:
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _signed_by_the_pool(gateway: RunningGateway, claims: dict[str, Any]) -> str:
    """A token that the pool's own key signs, with these changes to the claims of a real one."""
    header, payload = _parts(gateway.token())
    endpoints = gateway.stack.endpoints
    key = gateway.stack.folder.path / "aws" / "state" / "cognito-pool-keys" / f"{endpoints.pool_id}-access.pem"
    changed = {name: value for name, value in {**payload, **claims}.items() if value is not None}
    return jwt.encode(changed, key.read_bytes(), algorithm="RS256", headers={"kid": header["kid"]})


def _status(anonymous: httpx.Client, authorization: str) -> int:
    return anonymous.get("/things/1", headers={"Authorization": authorization}).status_code


def test_an_access_token_is_taken_and_its_claims_arrive_as_text(signed_in: httpx.Client) -> None:
    event = signed_in.get("/things/1").json()["event"]

    authorizer = event["requestContext"]["authorizer"]["jwt"]
    assert authorizer["scopes"] is None
    assert authorizer["claims"]["token_use"] == "access"
    assert authorizer["claims"]["exp"].isdigit()
    assert all(isinstance(value, str) for value in authorizer["claims"].values())


def test_an_id_token_is_taken(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    endpoints = gateway.stack.endpoints
    cognito = aws_client("cognito-idp", endpoints.aws, gateway.stack.settings)

    tokens = cognito.initiate_auth(
        ClientId=endpoints.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": endpoints.demo_email, "PASSWORD": endpoints.demo_password},
    )["AuthenticationResult"]

    assert _status(anonymous, f"Bearer {tokens['IdToken']}") == 200


def test_groups_arrive_in_brackets(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    token = _signed_by_the_pool(gateway, {"cognito:groups": ["admins", "users"]})

    event = anonymous.get("/things/1", headers={"Authorization": f"Bearer {token}"}).json()["event"]

    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["cognito:groups"] == "[admins users]"


def test_without_a_token_the_answer_says_which_kind_is_wanted(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/things/1")

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer a.b.c", "Basic YTpi", "Bearer " + "x" * 9000])
def test_what_is_no_token_is_refused(anonymous: httpx.Client, authorization: str) -> None:
    assert _status(anonymous, authorization) == 401


def test_a_token_without_the_word_bearer_is_refused(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    assert _status(anonymous, gateway.token()) == 401


def test_two_authorization_headers_are_refused(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    good = ("Authorization", f"Bearer {gateway.token()}")

    assert anonymous.get("/things/1", headers=[good, good]).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 60},
        {"exp": None},
        {"nbf": int(time.time()) + 3600},
        {"client_id": "another"},
        {"client_id": None},
        {"aud": "another"},
        {"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other"},
        {"iss": None},
    ],
)
def test_a_well_signed_token_with_wrong_claims_is_refused(
    gateway: RunningGateway, anonymous: httpx.Client, claims: dict[str, Any]
) -> None:
    unchanged = _signed_by_the_pool(gateway, {})
    changed = _signed_by_the_pool(gateway, claims)

    assert _status(anonymous, f"Bearer {unchanged}") == 200
    assert _status(anonymous, f"Bearer {changed}") == 401


def test_an_altered_token_is_refused(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    header, payload, signature = gateway.token().split(".")
    someone_else = _encoded({**_parts(f"{header}.{payload}.")[1], "sub": "someone-else"})
    other_signature = ("A" if signature[0] != "A" else "B") + signature[1:]

    assert _status(anonymous, f"Bearer {header}.{someone_else}.{signature}") == 401
    assert _status(anonymous, f"Bearer {header}.{payload}.{other_signature}") == 401


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256"])
def test_another_algorithm_is_refused(gateway: RunningGateway, anonymous: httpx.Client, algorithm: str) -> None:
    header, payload = _parts(gateway.token())
    if algorithm == "HS256":
        token = jwt.encode(payload, "secret" * 8, algorithm="HS256", headers={"kid": header["kid"]})
    else:
        token = f"{_encoded({**header, 'alg': algorithm})}.{_encoded(payload)}."

    assert _status(anonymous, f"Bearer {token}") == 401


def test_a_token_signed_with_another_key_is_refused(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    header, payload = _parts(gateway.token())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode(payload, key, algorithm="RS256", headers={"kid": header["kid"]})
    unknown = jwt.encode(payload, key, algorithm="RS256", headers={"kid": "unknown"})

    assert _status(anonymous, f"Bearer {forged}") == 401
    assert _status(anonymous, f"Bearer {unknown}") == 401


def test_a_token_of_another_pool_is_refused(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    cognito = aws_client("cognito-idp", gateway.stack.endpoints.aws, gateway.stack.settings)
    pool = cognito.create_user_pool(PoolName="another", UsernameAttributes=["email"])["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    add_user(cognito, pool, "ada@example.com", PASSWORD, "Ada")

    tokens = cognito.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada@example.com", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]

    assert _status(anonymous, f"Bearer {tokens['AccessToken']}") == 401
    assert _status(anonymous, f"Bearer {tokens['IdToken']}") == 401


def test_public_routes_need_no_token_and_get_no_claims(anonymous: httpx.Client) -> None:
    event = anonymous.get("/health", headers={"Authorization": "Bearer nonsense"}).json()["event"]

    assert "authorizer" not in event["requestContext"]
