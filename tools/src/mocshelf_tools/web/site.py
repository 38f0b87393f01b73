"""The web app at the gateway: its page, its modules and its settings, with the headers that CloudFront sends."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from mocshelf_infra import pages
from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.web import sources
from mocshelf_tools.web.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

    from mocshelf_tools.terminal import Terminal

# What is the API's own, here as behind CloudFront; its interactive page is answered before.
_API = ("/api/", "/health")
_MISSING = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Mocshelf</title>
<h1>The web app cannot be shown yet</h1>
<p>The API works.</p>
<pre>{why}</pre>
<p>{again}</p>
</html>
"""


@dataclass(frozen=True)
class Site:
    """Answers for the sources as they are on disk now.

    `files` is the origin of the files bucket; `problem` says why there are no pages, `again` what to do then.
    """

    settings: Settings
    files: str
    vendor: Mapping[str, bytes]
    problem: str | None = None
    again: str = "Start it again once npm can be reached."
    web: Path = paths.WEB

    def answer(self, request: Request) -> Response | None:
        """The answer to a request for a page or a file of one, None for what is the API's."""
        path = request.url.path
        if request.method not in ("GET", "HEAD") or path.startswith(_API):
            return None
        answer = self._answer(path)
        answer.headers.update(self._headers())
        if answer.status_code == 200 and request.headers.get("if-none-match") == answer.headers["etag"]:
            return Response(status_code=304, headers={**self._headers(), "ETag": answer.headers["etag"]})
        return answer

    def _answer(self, path: str) -> Response:
        if path == f"/{pages.SETTINGS}":
            return _file(path, json.dumps(self.settings.document()).encode())
        if "." not in path.rpartition("/")[2] or path == f"/{pages.PAGE}":
            return self._page()
        found = self._found(path)
        if found is None:
            return Response("Not found", 404, media_type="text/plain")
        return _file(path, found if isinstance(found, bytes) else found.read_bytes())

    def _found(self, path: str) -> Path | bytes | None:
        """Only what is found in the folders has an address, so that no path leads out of them."""
        app = sources.addressed(self.vendor, self.web)
        return (app | sources.console(self.web) if self.settings.console else app).get(path)

    def _page(self) -> Response:
        if self.problem is not None:
            text = _MISSING.format(why=html.escape(self.problem), again=html.escape(self.again))
            return Response(text, 503, media_type="text/html")
        return _file(pages.PAGE, sources.page(self.web).read_bytes())

    def _headers(self) -> dict[str, str]:
        return {
            # Asked for again each time: a saved file is there with the next reload.
            "Cache-Control": "no-cache",
            "Content-Security-Policy": self.settings.policy(self.files),
            "Permissions-Policy": pages.PERMISSIONS,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }


def of_checkout(settings: Settings, files: str, terminal: Terminal) -> Site:
    """This checkout's app; without its libraries the API goes on alone, and the page says why."""
    from mocshelf_tools.web.vendor import libraries

    try:
        return Site(settings, files, libraries(terminal.step))
    except CannotContinue as problem:
        terminal.show(f"{problem}\nThe API goes on without the pages.")
        return Site(settings, files, {}, str(problem))


def _file(name: str, content: bytes) -> Response:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Response(content, headers={"ETag": etag, "Content-Type": sources.content_type(name)})
