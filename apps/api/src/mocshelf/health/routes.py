"""GET /health, and the 404 for everything that is no route."""

from __future__ import annotations

from mocshelf.health import service
from mocshelf.runtime.answers import Bare
from mocshelf.runtime.errors import NotFound
from mocshelf.runtime.routes import Routes

routes = Routes()


@routes.get("/health", public=True)
def check() -> Bare:
    health = service.check()
    if health.status == "unhealthy":
        return Bare(health, 503, {"Retry-After": "5"})
    return Bare(health)


@routes.default()
def nothing_here() -> None:
    raise NotFound("There is no such route.")
