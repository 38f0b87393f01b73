"""The interactive page of the API at `/docs`, with everything it needs, and the document at `/openapi.json`."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_SECONDS = 20
# The page may load nothing from elsewhere: it works without a network, and no one else sees the token typed into it.
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mocshelf API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="api"><noscript>This page needs JavaScript; the description itself is <a href="/openapi.json">here</a>.
</noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  tagsSorter: "alpha",
  tryItOutEnabled: true,
  validatorUrl: null,
});
"""
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js")


async def answer(request: Request) -> Response | None:
    """The answer to a request for the page or the document, None for any other."""
    if request.method != "GET":
        return None
    path = request.url.path
    if path == "/openapi.json":
        return await _document()
    if path == "/docs":
        return HTMLResponse(_HTML, headers=_HEADERS)
    if path == "/docs/start.js":
        return Response(_START, headers=_HEADERS, media_type="text/javascript")
    folder, _, name = path.rpartition("/")
    if folder == "/docs" and name in _ASSETS:
        return FileResponse(_assets() / name, headers=_HEADERS)
    return None


async def _document() -> Response:
    """The document of the code as it is on disk now; another process makes it, as this one loads code only once."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mocshelf_tools", "openapi", "--output", "-"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            written, complaint = await process.communicate()
    except TimeoutError:
        complaint = f"The document was not made within {_SECONDS} s.".encode()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        return PlainTextResponse(complaint, 500, headers=_HEADERS)
    return Response(written, headers=_HEADERS, media_type="application/json")


def _assets() -> Path:
    """Where swagger-ui-py keeps the assets; importing it would load more than its folder's name."""
    found = importlib.util.find_spec("swagger_ui")
    assert found is not None  # noqa: S101 - a dependency of this package
    assert found.origin is not None  # noqa: S101 - an ordinary package
    return Path(found.origin).parent / "static"
