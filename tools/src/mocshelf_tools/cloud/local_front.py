"""The one address of the stage `local`, as CloudFront's is of others: its pages, and its API behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from mocshelf_tools.web.released import FOLDER, released
from mocshelf_tools.web.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from mocshelf_tools.stack.folder import DataFolder

# An HTTP API gives up after half a minute.
_SECONDS = 40.0
# What is about one connection, and not about what it carries (RFC 9110, 7.6.1).
_OF_A_CONNECTION = {"connection", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
_NOTHING = "Nothing is deployed here yet. ./mocshelf deploy --stage local does it.\n"


class LocalFront:
    """The ASGI application for what was deployed last to the stage of this data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._http = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        known = self._folder.read("endpoints.json")
        if not known:
            answer: Response | None = Response(_NOTHING, 503, media_type="text/plain")
        else:
            cognito = known["cognito"]
            settings = Settings(cognito["endpoint"], cognito["clientId"])
            site = released(settings, known["s3"], self._folder.path / FOLDER)
            answer = site.answer(request)
        try:
            answer = answer or await self._of_the_api(known["api"], request)
        except ClientDisconnect:
            return
        await answer(scope, receive, send)

    async def close(self) -> None:
        await self._http.aclose()

    async def _of_the_api(self, api: str, request: Request) -> Response:
        # The client would take such parts for steps out of the API, to what else the embedded AWS has.
        if {".", ".."} & set(request.scope["path"].split("/")):
            return JSONResponse({"message": "Not Found"}, 404)
        path = request.scope["raw_path"].decode("ascii", "replace")
        query = request.scope["query_string"].decode("ascii", "replace")
        headers = [(name, value) for name, value in request.headers.items() if name not in _OF_A_CONNECTION]
        if "accept-encoding" not in request.headers:
            # The client would ask for what nobody here has asked for.
            headers.append(("accept-encoding", "identity"))
        sent = {"content-length", "transfer-encoding"} & set(request.headers)
        asked = self._http.build_request(
            request.method,
            f"{api}{path}" + (f"?{query}" if query else ""),
            headers=headers,
            content=request.stream() if sent else None,
        )
        try:
            answer = await self._http.send(asked, stream=True)
        except httpx.HTTPError:
            return JSONResponse({"message": "Service Unavailable"}, 503)
        passed = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
        passed.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.decode("ascii").lower() not in _OF_A_CONNECTION
        ]
        return passed
