"""CORS as the HTTP API is configured: the known web origins, echoed, without credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

_METHODS = "GET,POST,PUT,PATCH,DELETE,OPTIONS"
_REQUEST_HEADERS = "authorization,content-type,if-match,idempotency-key"
_EXPOSED = "etag,content-disposition,idempotent-replayed,location,retry-after,x-request-id,x-skipped-lines"
_PREFLIGHT_SECONDS = 3600


@dataclass(frozen=True)
class Cors:
    """The rules for the pages of `origins`."""

    origins: frozenset[str]

    def preflight(self, request: Request) -> Response | None:
        """The answer to a preflight request, None for any other."""
        if request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
            return None
        answer = Response(status_code=204)
        if self._known(request):
            answer.headers["Access-Control-Allow-Methods"] = _METHODS
            answer.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
            answer.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return answer

    def apply(self, request: Request, answer: Response) -> None:
        """Lets a page of ours read the answer; for other pages nothing is added."""
        answer.headers.add_vary_header("Origin")
        if self._known(request):
            answer.headers["Access-Control-Allow-Origin"] = request.headers["origin"]
            answer.headers["Access-Control-Expose-Headers"] = _EXPOSED

    def _known(self, request: Request) -> bool:
        return request.headers.get("origin") in self.origins
