"""Every route of the document with every wrong token, and with the token of somebody else."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from integration.described_api import PASSWORD, DescribedApi, Operation, Shelf, operations
from mocshelf_tools.running import sign_in
from mocshelf_tools.stack.provision import add_user

pytest_plugins = ["integration.described_fixtures"]

OPERATIONS = operations()
CLOSED = [operation for operation in OPERATIONS if not operation.public]
READING = [operation for operation in CLOSED if operation.method == "GET"]
SECRET = "Quokkaburg"

by_key = pytest.mark.parametrize("operation", CLOSED, ids=lambda operation: operation.key)


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _signed_again(api: DescribedApi, token: str, **claims: object) -> str:
    """The token with these claims, signed with the pool's own key."""
    endpoints = api.gateway.stack.endpoints
    keys = api.gateway.stack.folder.path / "aws" / "state" / "cognito-pool-keys"
    payload = {**jwt.decode(token, options={"verify_signature": False}), **claims}
    headers = {"kid": jwt.get_unverified_header(token)["kid"]}
    key = (keys / f"{endpoints.pool_id}-access.pem").read_bytes()
    return jwt.encode(payload, key, algorithm="RS256", headers=headers)


def _of_another_pool(api: DescribedApi) -> str:
    pool = api.cognito.create_user_pool(PoolName="elsewhere", UsernameAttributes=["email"])["UserPool"]["Id"]
    app = api.cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="elsewhere", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    add_user(api.cognito, pool, "mallory@example.com", PASSWORD, "Mallory")
    endpoints = api.gateway.stack.endpoints
    return sign_in({"endpoint": endpoints.aws, "clientId": app}, "mallory@example.com", PASSWORD)


@pytest.fixture(scope="module")
def alice(described_api: DescribedApi) -> Iterator[Shelf]:
    """Somebody with one of everything that is asked for, whose every text is the secret."""
    shelf = described_api.shelf(SECRET)
    with shelf.client:
        yield shelf


@pytest.fixture(scope="module")
def bob(described_api: DescribedApi) -> Iterator[httpx.Client]:
    with described_api.client(described_api.token("Bob")) as client:
        yield client


@pytest.fixture(scope="module")
def bad_headers(described_api: DescribedApi, alice: Shelf) -> dict[str, dict[str, str]]:
    """Alice's token spoilt in every way, and what is no token at all."""
    good = alice.client.headers["Authorization"].removeprefix("Bearer ")
    header, payload, signature = good.split(".")
    unsigned = _encoded({"alg": "none", "kid": jwt.get_unverified_header(good)["kid"]})
    tokens = {
        "garbage": "a.b.c",
        "expired": _signed_again(described_api, good, exp=int(time.time()) - 60),
        "wrong audience": _signed_again(described_api, good, client_id="another"),
        "another use": _signed_again(described_api, good, token_use="refresh"),
        "another pool": _of_another_pool(described_api),
        "no algorithm": f"{unsigned}.{payload}.",
        "no signature": f"{header}.{payload}.",
        "another's signature": f"{header}.{_encoded({'sub': alice.user_id})}.{signature}",
    }
    return {"no token": {}, **{kind: {"Authorization": f"Bearer {token}"} for kind, token in tokens.items()}}


def _as_alice_sees_it(alice: Shelf, operation: Operation) -> dict[str, Any]:
    """What a write could have changed, without addresses, whose signatures change by themselves."""
    seen = {}
    for reading in READING:
        if operation.method != "GET" and reading.names and set(reading.names) <= set(operation.names):
            answer = alice.client.request(**reading.request(alice))
            assert answer.status_code in (200, 302), f"{reading.key}: {answer.text}"
            seen[reading.key] = (answer.status_code, answer.headers.get("etag"), _without_addresses(answer))
    return seen


def _without_addresses(answer: httpx.Response) -> str:
    if answer.status_code == 302:
        return ""
    return "\n".join(part.partition("?")[0] for part in answer.text.split('"'))


@by_key
def test_without_a_good_token_there_is_nothing(
    described_api: DescribedApi, alice: Shelf, bad_headers: dict[str, dict[str, str]], operation: Operation
) -> None:
    request = operation.request(alice)

    with described_api.client() as nobody:
        answers = {kind: nobody.request(**request, headers=headers) for kind, headers in bad_headers.items()}

    assert {kind: answer.status_code for kind, answer in answers.items()} == dict.fromkeys(bad_headers, 401)
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in answers.values())
    assert not any(SECRET.lower() in answer.text.lower() for answer in answers.values())


@by_key
def test_somebody_else_sees_and_changes_nothing(alice: Shelf, bob: httpx.Client, operation: Operation) -> None:
    before = _as_alice_sees_it(alice, operation)

    answer = bob.request(**operation.request(alice))

    if operation.names:
        assert answer.status_code in (403, 404), answer.text
    else:
        assert answer.status_code < 500, answer.text
    assert SECRET.lower() not in answer.text.lower()
    assert all(SECRET.lower() not in value.lower() for value in answer.headers.values())
    assert _as_alice_sees_it(alice, operation) == before


@by_key
def test_the_owner_gets_through(described_api: DescribedApi, operation: Operation) -> None:
    owner = described_api.shelf("Owner")

    answer = owner.client.request(**operation.request(owner))

    assert answer.status_code not in (401, 403), answer.text
    assert answer.status_code < 500, answer.text


def test_what_is_no_route_is_not_found_without_a_token(described_api: DescribedApi) -> None:
    with described_api.client() as nobody:
        answers = [nobody.get(f"/api/{uuid.uuid4()}"), nobody.put("/api/mocs"), nobody.get("/")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer.json()["error"]["code"] for answer in answers} == {"NOT_FOUND"}


def test_public_routes_answer_without_a_token(described_api: DescribedApi, alice: Shelf) -> None:
    opened = [operation for operation in OPERATIONS if operation.public]

    with described_api.client() as nobody:
        answers = {operation.key: nobody.request(**operation.request(alice)).status_code for operation in opened}

    assert answers == {"GET /health": 200}
