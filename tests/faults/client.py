"""One client over HTTP: asks until there is an answer that is one, and notes everything that it saw."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = 60  # seconds until a client gives up


@dataclass(frozen=True)
class Asked:
    """A request that was answered: its id, when by the monotonic clock, and how many seconds it took."""

    request_id: str
    start: float
    took: float

    @property
    def end(self) -> float:
        return self.start + self.took


@dataclass
class Seen:
    """What happened to a user's requests. `troubles` are the moments of answers that were none."""

    requests: int = 0
    unavailable: int = 0
    errors: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answered: list[Asked] = field(default_factory=list)
    troubles: list[float] = field(default_factory=list)


class NotAnswered(Exception):
    """No answer, or one that says to try again."""


class Client:
    """A user's connection. `user_id` is the token's subject."""

    def __init__(self, url: str, token: str) -> None:
        self.seen = Seen()
        self.user_id = _subject(token)
        self.http = httpx.Client(
            base_url=url, trust_env=False, timeout=20, headers={"Authorization": f"Bearer {token}"}
        )

    def insist(self, method: str, path: str, **call: Any) -> tuple[httpx.Response, bool]:
        """The answer, and whether it is that of a repeated request."""
        deadline = time.monotonic() + PATIENCE
        repeated = False
        while True:
            try:
                return self._ask(method, path, call), repeated
            except NotAnswered:
                if time.monotonic() > deadline:
                    raise
                repeated = True
                time.sleep(0.2)

    def listed(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """The first hundred of a list."""
        answer, _ = self.insist("GET", path, params={"limit": 100, **params})
        if answer.status_code != 200:
            self.seen.wrong.append(f"{path} answered {answer.status_code}")
            return []
        return list(answer.json()["data"])

    def _ask(self, method: str, path: str, call: dict[str, Any]) -> httpx.Response:
        start = time.monotonic()
        self.seen.requests += 1
        try:
            answer = self.http.request(method, path, **call)
        except httpx.HTTPError as problem:
            self.seen.errors.append(f"{method} {path}: {type(problem).__name__}")
            self.seen.troubles.append(time.monotonic())
            raise NotAnswered from None
        if answer.status_code < 500:
            took = time.monotonic() - start
            self.seen.answered.append(Asked(answer.headers.get("x-request-id", ""), start, took))
            return answer
        self.seen.troubles.append(time.monotonic())
        if answer.status_code == 503 and "retry-after" in answer.headers:
            self.seen.unavailable += 1
        else:
            self.seen.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        raise NotAnswered


def _subject(token: str) -> str:
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
