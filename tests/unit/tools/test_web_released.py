"""A release in a folder, and the site that it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from mocshelf_tools.web.release import File
from mocshelf_tools.web.released import keep, released
from mocshelf_tools.web.settings import Settings

SETTINGS = Settings("http://127.0.0.1:1", "client")
FIRST = [File("v/1/app/main.js", b"one();", "immutable"), File("index.html", b"<p>one</p>", "no-cache")]
SECOND = [File("v/2/app/main.js", b"two();", "immutable"), File("index.html", b"<p>two</p>", "no-cache")]


def ask(folder: Path, path: str) -> Response:
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    answer = released(SETTINGS, "http://127.0.0.1:1", folder).answer(
        Request({**scope, "server": ("127.0.0.1", 1), "scheme": "http"})
    )
    assert answer is not None
    return answer


def test_a_new_release_takes_the_page_and_leaves_the_modules_of_pages_that_are_open(tmp_path: Path) -> None:
    keep(FIRST, tmp_path)
    keep(SECOND, tmp_path)

    assert ask(tmp_path, "/mocs").body == b"<p>two</p>"
    assert ask(tmp_path, "/v/1/app/main.js").body == b"one();"
    assert ask(tmp_path, "/v/2/app/main.js").headers["content-type"] == "text/javascript; charset=utf-8"


def test_what_can_never_change_is_not_written_again(tmp_path: Path) -> None:
    keep(FIRST, tmp_path)
    keep([File("v/1/app/main.js", b"never", "immutable"), *FIRST[1:]], tmp_path)

    assert ask(tmp_path, "/v/1/app/main.js").body == b"one();"


def test_pages_talk_to_the_embedded_aws_and_ask_for_the_password_themselves(tmp_path: Path) -> None:
    keep(FIRST, tmp_path)

    answer = ask(tmp_path, "/config.json")

    assert b'"login": null' in answer.body
    assert "connect-src 'self' http://127.0.0.1:1;" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/../secret.js", "/v/1/../../../secret.js", "//etc/passwd.js", "/v/1/app/main.js\0.js", "/v/1/app", "/link.js"],
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.js").write_text("secret")
    keep(FIRST, tmp_path / "site")
    (tmp_path / "site" / "link.js").symlink_to(tmp_path / "secret.js")

    assert b"secret" not in ask(tmp_path / "site", path).body


def test_before_the_first_release_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = ask(tmp_path, "/")

    assert answer.status_code == 503
    assert b"./mocshelf deploy --stage local does it" in answer.body
