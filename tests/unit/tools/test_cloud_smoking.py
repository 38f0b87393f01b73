"""A smoke test finds each thing that can be wrong with a stage, and ends in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mocshelf_tools.cloud import certificates
from mocshelf_tools.cloud.smoking import Check, Pages, Smoke
from mocshelf_tools.problems import CannotContinue
from unit.runtime.authority import Authority
from unit.runtime.authority import serving as serving_tls
from unit.tools.small_server import Asked, Reply, serving

SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
NOT_FOUND = Reply(404, {"error": {"code": "NOT_FOUND"}}, SAFE)
SCRIPT = Reply(200, b"run();", {"Content-Type": "text/javascript; charset=utf-8"})
PAGES = {
    "/": Reply(200, b'<script type="module" src="/v/1/app/main.js"></script>'),
    "/v/1/app/main.js": SCRIPT,
    "/config.json": Reply(200, {"cognito": {"clientId": "ours"}}),
}


class Api:
    """As much of the API as a smoke test sees; `spoil` changes one answer."""

    def __init__(self, spoil: Callable[[Asked, Reply], Reply] = lambda _, reply: reply) -> None:
        self._spoil = spoil
        self.mocs: dict[str, str] = {}

    def __call__(self, asked: Asked) -> Reply:
        good = self._answer(asked)
        return self._spoil(asked, replace(good, headers={**SAFE, **good.headers}))

    def _answer(self, asked: Asked) -> Reply:
        if asked.path == "/health":
            return Reply(200, {"status": "healthy"})
        if asked.path in PAGES:
            return PAGES[asked.path]
        if not asked.path.startswith("/api/mocs"):
            return NOT_FOUND
        if asked.headers.get("authorization") != "Bearer t":
            return Reply(401, {"message": "Unauthorized"})
        name = asked.path.rpartition("/")[2]
        if asked.method == "POST":
            self.mocs["1"] = asked.content["title"]
            return Reply(201, {"data": {"id": "1"}})
        if name not in self.mocs:
            return NOT_FOUND
        if asked.method == "DELETE":
            del self.mocs[name]
            return Reply(204)
        return Reply(200, {"data": {"id": name, "title": self.mocs[name]}})


def run(api: Api, token: Callable[[], str] | None = lambda: "t", seconds: float = 10) -> dict[str, Check]:
    with serving(api) as address:
        return {check.name: check for check in Smoke(address, token, Pages(address, "ours"), seconds).run()}


def test_a_stage_that_answers_well_passes_and_keeps_nothing() -> None:
    api = Api()

    checks = run(api)

    assert {check.state for check in checks.values()} == {"ok", "skipped"}
    assert {name for name, check in checks.items() if check.state == "skipped"} == {"certificate"}
    assert api.mocs == {}


def test_a_stage_without_pages_is_asked_for_none() -> None:
    with serving(Api()) as address:
        checks = {check.name: check for check in Smoke(address, None).run()}

    assert checks["web app"] == Check("web app", "skipped", "this stage shows no pages")


@pytest.mark.parametrize(
    ("path", "method", "reply", "name", "why"),
    [
        ("/health", "GET", Reply(503, {"status": "unhealthy"}, SAFE), "health", "answered 503, not 200"),
        ("/health", "GET", Reply(200, {"status": "?"}, SAFE), "health", "it says '?'"),
        ("/health", "GET", Reply(200, None, SAFE), "health", "without a JSON object"),
        ("/health", "GET", Reply(200, {"status": "healthy"}), "security headers", "x-content-type-options"),
        ("/api/no-such-route", "GET", Reply(404, {"message": "Not Found"}), "unknown route", "code is None"),
        ("/api/no-such-route", "GET", Reply(200, {}), "unknown route", "answered 200, not 404"),
        ("/api/mocs", "GET", Reply(200, {"data": []}), "protected route", "answered 200, not 401"),
        ("/", "GET", Reply(503, b"no libraries", SAFE), "web app", "GET / answered 503, not 200"),
        ("/", "GET", Reply(200, b"<h1>It works!</h1>", SAFE), "web app", "/ is not the web app's page"),
        ("/v/1/app/main.js", "GET", NOT_FOUND, "web app", "answered 404, not 200"),
        ("/v/1/app/main.js", "GET", Reply(200, b"<p>"), "web app", "/v/1/app/main.js is nothing known, which"),
        ("/config.json", "GET", Reply(200, {"cognito": {"clientId": "x"}}), "web app", "'x', not 'ours'"),
        ("/api/mocs", "POST", Reply(500, {}), "a MOC's life", "answered 500, not 201"),
        ("/api/mocs/1", "GET", Reply(200, {"data": {"title": "x"}}), "a MOC's life", "not what is read"),
        ("/api/mocs/1", "DELETE", Reply(500, {}), "a MOC's life", "answered 500, not 200 or 204"),
    ],
)
def test_each_thing_that_is_wrong_is_found(path: str, method: str, reply: Reply, name: str, why: str) -> None:
    def spoil(asked: Asked, good: Reply) -> Reply:
        return reply if (asked.path, asked.method) == (path, method) else good

    checks = run(Api(spoil))

    assert [check.name for check in checks.values() if check.state == "failed"] == [name]
    assert why in checks[name].detail


def test_a_degraded_stage_is_a_warning() -> None:
    def spoil(asked: Asked, good: Reply) -> Reply:
        return replace(good, content={"status": "degraded"}) if asked.path == "/health" else good

    assert run(Api(spoil))["health"].state == "warning"


def test_a_moc_that_is_not_read_back_is_deleted_all_the_same() -> None:
    api = Api(lambda asked, good: Reply(500) if asked.method == "GET" and asked.path == "/api/mocs/1" else good)

    assert run(api)["a MOC's life"].state == "failed"
    assert api.mocs == {}


def test_a_user_who_cannot_sign_in_is_a_failure_and_no_user_is_none() -> None:
    def refused() -> str:
        raise CannotContinue("The password is not right.")

    assert run(Api(), refused)["a MOC's life"] == Check("a MOC's life", "failed", "The password is not right.")
    assert run(Api(), None)["a MOC's life"].state == "skipped"


def test_all_of_it_ends_within_its_limit_however_long_an_answer_takes() -> None:
    over = threading.Event()

    def never(asked: Asked, good: Reply) -> Reply:
        over.wait(60)
        return good

    begun = time.monotonic()
    checks = run(Api(never), seconds=1)
    took = time.monotonic() - begun
    over.set()

    # Machines that run tests do other things beside.
    assert took < 30
    assert checks["health"].detail in ("no answer in time", "there was no time left")
    assert checks["a MOC's life"].detail == "there was no time left"


def test_nobody_there_is_a_failure() -> None:
    checks = {check.name: check for check in Smoke("http://127.0.0.1:1", None).run()}

    assert checks["health"].state == "failed"
    assert "no answer" in checks["health"].detail


# The certificate.


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this process believes; its certificates are good for a day."""
    made = Authority(tmp_path, "ours")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def test_a_certificate_that_ends_soon_is_a_failure(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_tls(authority.server_context("localhost"), lambda _: None) as port:
        soon = {check.name: check for check in Smoke(f"https://localhost:{port}", None).run()}["certificate"]
        monkeypatch.setattr(certificates, "ENOUGH_DAYS", 0.5)
        late = {check.name: check for check in Smoke(f"https://localhost:{port}", None).run()}["certificate"]

    assert (soon.state, soon.detail) == ("failed", "it ends in 1 days; 14 are the least")
    assert (late.state, late.detail) == ("ok", "good for 1 days")


def test_a_certificate_of_another_host_or_authority_is_not_valid(authority: Authority, tmp_path: Path) -> None:
    others = Authority(tmp_path, "theirs").server_context("localhost")

    for context in (authority.server_context("other.example"), others):
        with (
            serving_tls(context, lambda _: None) as port,
            pytest.raises(CannotContinue, match="localhost's certificate is not valid"),
        ):
            certificates.days_left("localhost", port, 5)
    with pytest.raises(CannotContinue, match="does not answer by TLS"):
        certificates.days_left("localhost", 1, 5)
