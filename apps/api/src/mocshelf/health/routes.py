"""GET /health, and the 404 for everything that is no route."""

from __future__ import annotations

from mocshelf.health import service
from mocshelf.health.schemas import Health
from mocshelf.runtime.answers import Bare, Down
from mocshelf.runtime.errors import NotFound
from mocshelf.runtime.routes import Routes

routes = Routes()


@routes.get("/health", public=True)
def check_health() -> Bare[Health] | Down[Health]:
    """Whether the database, the cache and the search index can be reached, asked at this moment."""
    health = service.check()
    return Down(health) if health.status == "unhealthy" else Bare(health)


@routes.default()
def nothing_here() -> None:
    raise NotFound("There is no such route.")
