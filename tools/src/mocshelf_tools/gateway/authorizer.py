"""The JWT authorizer of the HTTP API: whose token this is, or nobody's."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from collections.abc import Sequence

_REFETCH_SECONDS = 30
_TOKEN_LIMIT = 8192


class Unauthorized(Exception):
    """No token, or one that is not good here; the caller never learns which."""


@dataclass(frozen=True)
class Pool:
    """Whose tokens count: those of a user pool, which says who issued them and has their keys, for an app client."""

    issuer: str
    keys_url: str
    client_id: str


def pool_of(region: str, pool_id: str, client_id: str, endpoint: str | None = None) -> Pool:
    """A pool of Cognito's. An embedded AWS at `endpoint` has the keys, and names the issuer in its tokens as AWS."""
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool_id}"
    place = issuer if endpoint is None else f"{endpoint}/{pool_id}"
    return Pool(issuer, f"{place}/.well-known/jwks.json", client_id)


class Authorizer:
    """Takes ID and access tokens of one pool and one app client."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._fetching = asyncio.Lock()

    async def claims(self, authorization: Sequence[str]) -> dict[str, str]:
        """The claims of the request's Authorization headers, each as the text API Gateway makes of it."""
        if len(authorization) != 1 or len(authorization[0]) > _TOKEN_LIMIT:
            raise Unauthorized
        scheme, _, token = authorization[0].partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized
        try:
            header = jwt.get_unverified_header(token)
            key = await self._key(header)
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._pool.issuer,
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError):
            raise Unauthorized from None
        # An access token has no audience; its client_id says the same.
        if claims.get("aud", claims.get("client_id")) != self._pool.client_id:
            raise Unauthorized
        return {name: _text(value) for name, value in claims.items()}

    async def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise Unauthorized
        if kid not in self._keys:
            # Whoever comes while the keys are being fetched waits for them.
            async with self._fetching:
                if kid not in self._keys and time.monotonic() - self._fetched > _REFETCH_SECONDS:
                    self._fetched = time.monotonic()
                    await self._fetch()
        if kid not in self._keys:
            raise Unauthorized
        return self._keys[kid]

    async def _fetch(self) -> None:
        import httpx

        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                answer = await client.get(self._pool.keys_url)
                answer.raise_for_status()
                listed = answer.json()["keys"]
        except (httpx.HTTPError, ValueError, KeyError):
            # The pool cannot be reached: the next token may ask again at once.
            self._fetched = float("-inf")
            raise Unauthorized from None
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in listed}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "[" + " ".join(_text(item) for item in value) + "]"
    return json.dumps(value)
