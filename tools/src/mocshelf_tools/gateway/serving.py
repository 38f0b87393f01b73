"""An ASGI application on a socket that is bound already, beside other work of the same process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.types import Receive, Scope, Send

    Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Server(uvicorn.Server):
    """Leaves signals to the command, which has more to stop than this."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(application: Application) -> Server:
    """`serve([socket])` answers until `should_exit` is set."""
    return Server(
        uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
    )
