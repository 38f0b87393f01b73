"""The HTTP API: request to event, event to function, the function's answer to response; and the API's own answers."""

from __future__ import annotations

import asyncio
import base64
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from mocshelf.testing import http_event, match
from mocshelf_tools.gateway import frames
from mocshelf_tools.gateway.authorizer import Unauthorized
from mocshelf_tools.gateway.pool import CodeIsBroken, FunctionFailed, FunctionRow, FunctionTimedOut
from mocshelf_tools.gateway.worker import PAYLOAD_LIMIT
from mocshelf_tools.openapi import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from mocshelf_tools.console.console import Console
    from mocshelf_tools.gateway.authorizer import Authorizer
    from mocshelf_tools.gateway.cors import Cors
    from mocshelf_tools.gateway.pool import WorkerPool
    from mocshelf_tools.web.site import Site

# Limits of HTTP APIs: bytes of a request's body, seconds for the function.
BODY_LIMIT = 10 * 1024 * 1024
SECONDS_LIMIT = 30
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SET_BY_SERVER = ("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade")


class TooLarge(Exception):
    """The request is over a limit of the HTTP API or of Lambda."""


class HttpApi:
    """The ASGI application. `show` hears, in short, of what goes wrong outside the handlers' own answers.

    With a `site`, whatever is not the API's is the web app's. A `console` hears of every request to the API, and
    answers its own.
    """

    def __init__(
        self,
        pool: WorkerPool,
        authorizer: Authorizer,
        cors: Cors,
        show: Callable[[str], None],
        site: Site | None = None,
        console: Console | None = None,
    ) -> None:
        self._pool = pool
        self._site = site
        self._console = console
        self._authorizer = authorizer
        self._cors = cors
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._console is not None and self._console.owns(scope["path"]):
            await self._console(scope, receive, send)
            return
        request = Request(scope, receive)
        request_id = uuid.uuid4().hex
        answer = self._cors.preflight(request) or await page.answer(request)
        if answer is None and self._site is not None:
            answer = self._site.answer(request)
        if answer is None:
            try:
                answer = await self._answer(request, request_id)
            except ClientDisconnect:
                return
        self._cors.apply(request, answer)
        answer.headers.setdefault("X-Request-Id", request_id)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, request_id: str) -> Response:
        begun = time.time()
        answer = await self._result(request, request_id)
        if self._console is not None:
            self._console.answered(request, request_id, answer.status_code, begun)
        return answer

    async def _result(self, request: Request, request_id: str) -> Response:
        try:
            return await self._run(request, request_id)
        except Unauthorized:
            return _own(401, "Unauthorized", {"WWW-Authenticate": "Bearer"})
        except TooLarge:
            return _own(413, "Request Entity Too Large")
        except TimeoutError:
            return _own(408, "Request Timeout")
        except FunctionTimedOut as problem:
            self._show(f"{problem} (request {request_id})")
            return _own(503, "Service Unavailable")
        except FunctionFailed as problem:
            if not problem.logged:
                self._show(f"{problem} (request {request_id})")
            return _own(500, "Internal Server Error")
        except CodeIsBroken as problem:
            last = str(problem).strip().splitlines()[-1]
            self._show(f"The code cannot be loaded: {last} (request {request_id})")
            return _own(500, "Internal Server Error")

    async def _run(self, request: Request, request_id: str) -> Response:
        functions = await self._pool.functions()
        path = request.scope["raw_path"].decode("ascii", "replace")
        tables = {name: row.keys for name, row in functions.items()}
        name, key, parameters = match(request.method, path, tables)
        if not name:
            return _own(404, "Not Found")
        function = functions[name]
        request.state.function, request.state.route = name, key
        claims = None
        if key not in function.public:
            claims = await self._authorizer.claims(request.headers.getlist("authorization"))
            request.state.user = claims.get("sub")
        event = http_event(
            key,
            request.method,
            path,
            raw_query=request.scope["query_string"].decode("ascii", "replace"),
            headers=_headers(request),
            body=await _body(request),
            path_parameters=parameters,
            claims=claims,
            source_ip=request.client.host if request.client else "127.0.0.1",
            request_id=request_id,
            domain=request.url.hostname or "localhost",
        )
        return await self._invoke(function, event, request_id)

    async def _invoke(self, function: FunctionRow, event: dict[str, Any], request_id: str) -> Response:
        text = frames.encode(event)
        if len(text) > PAYLOAD_LIMIT:
            raise TooLarge
        seconds = min(SECONDS_LIMIT, function.timeout)
        result = await self._pool.invoke(function, text, request_id, seconds)
        try:
            return _response(result)
        except (TypeError, ValueError, KeyError, AttributeError) as problem:
            raise FunctionFailed(f"{function.name} answered in a form that HTTP APIs refuse: {problem}") from None


def _headers(request: Request) -> list[tuple[str, str]]:
    """The request's headers with what the API adds; a client's own claims about the way here do not count."""
    ours = {
        "x-forwarded-for": request.client.host if request.client else "127.0.0.1",
        "x-forwarded-port": str(request.url.port or 80),
        "x-forwarded-proto": request.url.scheme,
    }
    theirs = [(name, value) for name, value in request.headers.items() if name not in ours]
    return [*theirs, *ours.items()]


async def _body(request: Request) -> bytes:
    """The whole body, read no further than the limit; what follows is thrown away by the server."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > BODY_LIMIT:
        raise TooLarge
    body = bytearray()
    async with asyncio.timeout(SECONDS_LIMIT):
        async for part in request.stream():
            body += part
            if len(body) > BODY_LIMIT:
                raise TooLarge
    return bytes(body)


def _response(result: Any) -> Response:
    """The response a function's result describes (payload format 2.0); raises what a wrong form raises."""
    status = int(result["statusCode"])
    if not 200 <= status <= 599:
        raise ValueError(f"status {status}")
    body = result.get("body") or ""
    content = base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body.encode()
    headers = [(str(name), str(value)) for name, value in (result.get("headers") or {}).items()]
    headers += [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]
    answer = Response(content, status)
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or any(mark in value for mark in "\r\n\0"):
            raise ValueError(f"header {name!r}")
        if name.lower() == "set-cookie":
            answer.headers.append(name, value)
        elif name.lower() not in _SET_BY_SERVER:
            answer.headers[name] = value
    return answer


def _own(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An answer of the API itself; its form cannot be chosen on AWS."""
    return JSONResponse({"message": message}, status, headers)
