"""The shape of the health answer, outside the envelope."""

from __future__ import annotations

from typing import Literal

from mocshelf.runtime.schemas import Instant, Output

State = Literal["healthy", "unhealthy", "disabled"]


class Components(Output):
    database: State
    cache: State
    search: State


class Health(Output):
    status: Literal["healthy", "degraded", "unhealthy"]
    service: str
    version: str
    components: Components
    timestamp: Instant
