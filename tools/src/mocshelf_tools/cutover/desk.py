"""Where a person works on a stage's cutover: the clients, and what a run is given to work with."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mocshelf_tools import paths
from mocshelf_tools.cloud.place import Place, session
from mocshelf_tools.cutover import parity
from mocshelf_tools.cutover.parity import Compared
from mocshelf_tools.cutover.probing import Prober, sides
from mocshelf_tools.cutover.running import Means
from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.store import Store
from mocshelf_tools.cutover.weights import Weights

# A breach must not wait for an answer that does not come.
_CONNECT, _READ, _ATTEMPTS = 3, 5, 2


@dataclass
class Desk:
    """A stage's cutover, as the person `by` works on it; `headers` go with the requests that are compared."""

    place: Place
    by: str
    headers: dict[str, str]
    clients: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def session(self) -> Any:
        return session(self.place)

    @property
    def store(self) -> Store:
        return Store(self.client("ssm"), self.place.stage.name)

    def client(self, service: str) -> Any:
        """The one client of that service: making one takes longer than a request."""
        if service not in self.clients:
            self.clients[service] = self.make(service)
        return self.clients[service]

    def make(self, service: str) -> Any:
        from botocore.config import Config

        retries = {"mode": "standard", "total_max_attempts": _ATTEMPTS}
        return self.session.client(
            service,
            region_name=self.place.stage.region,
            endpoint_url=self.place.endpoint,
            config=Config(connect_timeout=_CONNECT, read_timeout=_READ, retries=retries),
        )

    def weights(self, settings: Settings) -> Weights:
        return Weights(self.client("route53"), settings)

    def means(self, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Means:
        blue, green = sides(settings)
        asked = _requests(settings)

        def compare() -> Compared:
            requests = asked or parity.generated(paths.OPENAPI, blue, self.headers)
            return parity.compare(
                requests,
                blue,
                green,
                settings.ignored,
                self.headers,
                lambda one, of: tell(f"Comparing {one} of {of}"),
            )

        prober = Prober(settings, blue, green)
        return Means(settings, self.weights(settings), prober, self.client("cloudwatch"), compare)


def _requests(settings: Settings) -> list[parity.Request]:
    return parity.recorded(Path(settings.requests)) if settings.requests else []


def person() -> str:
    """Who works here, for the log."""
    return f"{getpass.getuser()}@{platform.node()} ({os.getpid()})"
