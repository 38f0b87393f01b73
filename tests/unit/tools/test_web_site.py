"""The web app at the gateway: which addresses are its own, and how they are answered."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from mocshelf_infra import pages
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.site import Site

FILES = "http://127.0.0.1:4566"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    web = tmp_path / "web"
    (web / "app").mkdir(parents=True)
    (web / "index.html").write_text("<p>page</p>")
    (web / "app" / "main.js").write_text("run();")
    (web / "package.json").write_text("{}")
    (tmp_path / "secret.js").write_text("secret")
    return Site(Settings(FILES, "client"), FILES, {"preact.mjs": b"export {}"}, web=web)


def ask(site: Site, path: str, method: str = "GET", **headers: str) -> Response | None:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named, "query_string": b""}
    return site.answer(Request({**scope, "server": ("127.0.0.1", 8484), "scheme": "http"}))


@pytest.mark.parametrize("path", ["/", "/mocs", "/mocs/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11", "/v1.2/x"])
def test_addresses_of_the_app_are_its_one_page(site: Site, path: str) -> None:
    answer = ask(site, path)

    assert answer is not None
    assert (answer.status_code, answer.body) == (200, b"<p>page</p>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(("path", "method"), [("/api/mocs", "GET"), ("/health", "GET"), ("/mocs", "POST")])
def test_what_is_the_apis_is_left_to_it(site: Site, path: str, method: str) -> None:
    assert ask(site, path, method) is None


@pytest.mark.parametrize(
    "path",
    [
        "/missing.png",
        "/package.json",
        "/v/dev/package.json",
        "/v/dev/../secret.js",
        "/v/dev/app/../../../secret.js",
        "/v/dev/app/..\\..\\secret.js",
        "/v/dev//app/main.js",
        "/v/dev/app/main.js\0.js",
        "//etc/passwd.js",
    ],
)
def test_no_path_leads_to_another_file(site: Site, path: str) -> None:
    answer = ask(site, path)

    assert answer is not None
    assert answer.status_code == 404


def test_modules_and_libraries_are_javascript_that_is_asked_for_again(site: Site) -> None:
    for path, content in (("/v/dev/app/main.js", b"run();"), ("/v/dev/vendor/preact.mjs", b"export {}")):
        answer = ask(site, path)
        assert answer is not None
        assert answer.body == content
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_again_and_a_saved_one_is(site: Site) -> None:
    first = ask(site, "/v/dev/app/main.js")
    assert first is not None
    again = ask(site, "/v/dev/app/main.js", if_none_match=first.headers["etag"])
    (site.web / "app" / "main.js").write_text("other();")
    saved = ask(site, "/v/dev/app/main.js", if_none_match=first.headers["etag"])

    assert again is not None
    assert saved is not None
    assert (again.status_code, again.body) == (304, b"")
    assert (saved.status_code, saved.body) == (200, b"other();")


def test_settings_are_a_document_and_pages_may_reach_what_it_names_and_nothing_else(site: Site) -> None:
    answer = ask(site, "/config.json")

    assert answer is not None
    assert json.loads(bytes(answer.body)) == {
        "api": "",
        "cognito": {"endpoint": FILES, "clientId": "client", "login": None},
    }
    rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert rules["connect-src"] == f"'self' {FILES}"
    assert rules["img-src"] == f"'self' blob: data: https: {FILES}"
    assert {rules[name] for name in ("script-src", "style-src")} == {"'self'"}
    assert {rules[name] for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}


def test_pages_on_which_nobody_can_sign_in_are_told_why(site: Site) -> None:
    answer = ask(replace(site, settings=replace(site.settings, closed="Not from here.")), "/config.json")

    assert answer is not None
    assert json.loads(bytes(answer.body))["closed"] == "Not from here."


def test_a_gateway_with_a_console_says_where_its_page_is_and_has_it(site: Site) -> None:
    (site.web / "console").mkdir()
    (site.web / "console" / "page.js").write_text("watch();")
    with_console = replace(site, settings=replace(site.settings, console=True))

    told = ask(with_console, "/config.json")
    page = ask(with_console, "/v/dev/console/page.js")
    elsewhere = ask(site, "/v/dev/console/page.js")

    assert told is not None
    assert json.loads(bytes(told.body))["console"] == "/v/dev/console/page.js"
    assert page is not None
    assert page.body == b"watch();"
    assert elsewhere is not None
    assert elsewhere.status_code == 404


def test_an_api_elsewhere_and_cognitos_pages_may_be_reached_where_there_are_some() -> None:
    settings = Settings("https://cognito.example", "client", "https://login.example", "https://api.example")

    assert settings.policy("https://files.example") == pages.content_security_policy(
        files="https://files.example",
        cognito=["https://cognito.example", "https://login.example"],
        api=["https://api.example"],
    )


def test_without_libraries_the_page_says_why(tmp_path: Path) -> None:
    site = Site(Settings(FILES, "client"), FILES, {}, "npm <could> not be reached")

    answer = ask(site, "/")

    assert answer is not None
    assert answer.status_code == 503
    assert b"npm &lt;could&gt; not be reached" in answer.body
