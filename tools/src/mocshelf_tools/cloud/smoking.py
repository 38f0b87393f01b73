"""Whether a deployed stage answers as it should, asked from outside as its users would."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mocshelf_tools.cloud import certificates
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    import httpx

LIMIT_SECONDS = 60.0
_ANSWER_SECONDS = 20.0
_HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
_NO_TIME = "there was no time left"
_MODULE = re.compile(r"""<script type="module" src="(/[^"]+)">""")

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"


@dataclass(frozen=True)
class Check:
    """What was looked at, what came of it (ok, warning, failed, skipped), and why."""

    name: str
    state: str
    detail: str = ""


@dataclass(frozen=True)
class Pages:
    """Where a stage shows the web app, and the app client by which it must sign users in."""

    address: str
    client_id: str


class Wrong(Exception):
    """A check has failed; the message says how."""


class Smoke:
    """The checks of the stage at `api`; `token` signs the smoke user in, where there is one, and so with `pages`."""

    def __init__(
        self,
        api: str,
        token: Callable[[], str] | None,
        pages: Pages | None = None,
        seconds: float = LIMIT_SECONDS,
    ) -> None:
        self.api = api.rstrip("/")
        self._token = token
        self._pages = pages
        self._end = time.monotonic() + seconds

    def run(self) -> Iterator[Check]:
        """Each check as soon as it is done. Together they end within the limit."""
        import httpx

        with httpx.Client() as self._http:
            for name, check in (
                ("health", self._health),
                ("unknown route", self._unknown_route),
                ("protected route", self._protected_route),
                ("security headers", self._security_headers),
                ("certificate", self._certificate),
                ("web app", self._web_app),
                ("a MOC's life", self._a_mocs_life),
            ):
                yield self._checked(name, check)

    def _checked(self, name: str, check: Callable[[], Check | None]) -> Check:
        import httpx

        try:
            return check() or Check(name, OK)
        except (Wrong, CannotContinue) as problem:
            return Check(name, FAILED, str(problem))
        except httpx.TimeoutException:
            return Check(name, FAILED, "no answer in time")
        except httpx.HTTPError as problem:
            return Check(name, FAILED, f"no answer: {problem}")

    def _left(self) -> float:
        """Seconds that the next request may take; Wrong when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Wrong(_NO_TIME)
        return min(left, _ANSWER_SECONDS)

    def _ask(self, method: str, path: str, token: str | None = None, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.request(method, self.api + path, headers=headers, json=body, timeout=self._left())

    def _health(self) -> Check | None:
        answer = self._ask("GET", "/health")
        status = _json(answer).get("status")
        if answer.status_code == 200 and status == "degraded":
            return Check("health", WARNING, "degraded: a part is missing, and the rest goes on")
        _expect(answer, 200)
        if status != "healthy":
            raise Wrong(f"it says {status!r}")
        return None

    def _unknown_route(self) -> None:
        answer = self._ask("GET", "/api/no-such-route")
        _expect(answer, 404)
        code = _member(_json(answer), "error").get("code")
        if code != "NOT_FOUND":
            raise Wrong(f"the error's code is {code!r}, not 'NOT_FOUND'")

    def _protected_route(self) -> None:
        _expect(self._ask("GET", "/api/mocs"), 401)

    def _security_headers(self) -> None:
        answer = self._ask("GET", "/health")
        wrong = [name for name, value in _HEADERS.items() if answer.headers.get(name) != value]
        if self.api.startswith("https:") and "strict-transport-security" not in answer.headers:
            wrong.append("strict-transport-security")
        if wrong:
            raise Wrong(f"missing or other than they should be: {', '.join(wrong)}")

    def _certificate(self) -> Check | None:
        parts = urlsplit(self.api)
        if parts.scheme != "https":
            return Check("certificate", SKIPPED, "this address is without TLS")
        days = certificates.days_left(str(parts.hostname), parts.port or 443, self._left())
        if days < certificates.ENOUGH_DAYS:
            raise Wrong(f"it ends in {days:.0f} days; {certificates.ENOUGH_DAYS} are the least")
        return Check("certificate", OK, f"good for {days:.0f} days")

    def _web_app(self) -> Check | None:
        if self._pages is None:
            return Check("web app", SKIPPED, "this stage shows no pages")
        address = self._pages.address.rstrip("/")
        page = self._page(address, "/")
        module = _MODULE.search(page.text)
        if module is None:
            raise Wrong("/ is not the web app's page")
        kind = self._page(address, module[1]).headers.get("content-type", "")
        if not kind.startswith("text/javascript"):
            raise Wrong(f"{module[1]} is {kind or 'nothing known'}, which browsers do not run")
        named = _member(_json(self._page(address, "/config.json")), "cognito").get("clientId")
        if named != self._pages.client_id:
            raise Wrong(f"/config.json names the app client {named!r}, not {self._pages.client_id!r}")
        return None

    def _page(self, address: str, path: str) -> httpx.Response:
        answer = self._http.get(address + path, timeout=self._left())
        _expect(answer, 200)
        return answer

    def _a_mocs_life(self) -> Check | None:
        if self._token is None:
            return Check(
                "a MOC's life", SKIPPED, "this stage has no smoke user; docs/delivery.md says how to add one"
            )
        self._left()
        token = self._token()
        # Titles are a user's own once only, and an interrupted run leaves its MOC behind.
        body = {"type": "moc", "title": f"Smoke {uuid.uuid4()}", "author": "Smoke", "partsCount": 1}
        made = self._ask("POST", "/api/mocs", token, body)
        _expect(made, 201)
        path = f"/api/mocs/{_member(_json(made), 'data').get('id')}"
        try:
            read = self._ask("GET", path, token)
            _expect(read, 200)
            if _member(_json(read), "data").get("title") != body["title"]:
                raise Wrong("what was created is not what is read")
        finally:
            gone = self._ask("DELETE", path, token)
        _expect(gone, 200, 204)
        _expect(self._ask("GET", path, token), 404)
        return None


def _expect(answer: httpx.Response, *statuses: int) -> None:
    if answer.status_code not in statuses:
        wanted = " or ".join(map(str, statuses))
        raise Wrong(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}, not {wanted}")


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Wrong(f"{answer.request.url.path} answered {answer.status_code} without a JSON object")
    return content


def _member(content: dict[str, object], name: str) -> dict[str, object]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}
