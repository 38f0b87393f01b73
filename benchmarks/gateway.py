"""The dev gateway: the same list called in process and over HTTP through authorizer, event and worker."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import json
import multiprocessing
import signal
import socket
import time
from collections.abc import Callable

import jwt
import psycopg2
from shelf import OWNER, shelf
from table import show

from mocshelf.testing import http_event
from mocshelf_tools.gateway.listener import listen
from mocshelf_tools.gateway.server import Gateway, Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack

RUNS = 1000
_WARM = 100


def main() -> None:
    """Prints the table; the contenders take turns."""
    with shelf() as stack, listen(0) as listener:
        host, port = listener.getsockname()
        # A process of its own, as in `./mocshelf dev`: client and gateway must not share an interpreter.
        server = multiprocessing.get_context("fork").Process(target=_serve, args=(stack, listener), daemon=True)
        server.start()
        known = described(stack.endpoints, f"http://{host}:{port}")
        token = sign_in(known["cognito"], *known["demo"].values())
        claims = jwt.decode(token, options={"verify_signature": False})
        _hand_over(stack, claims["sub"])
        connection = http.client.HTTPConnection(host, port)
        samples = _measure(connection, token, {name: str(value) for name, value in claims.items()})
        connection.close()
        server.terminate()
        server.join()
    show("gateway", f"20 of 200 MOCs, milliseconds, {RUNS} requests each", samples)


def _measure(connection: http.client.HTTPConnection, token: str, claims: dict[str, str]) -> dict[str, list[float]]:
    from mocshelf.functions.mocs import handler

    event = http_event("GET /api/mocs", "GET", "/api/mocs", claims=claims)
    contenders: dict[str, Callable[[], object]] = {
        "handler in process": lambda: handler(event, None),
        "through the gateway": lambda: _over_http(connection, token),
    }
    _wait(connection)
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    # The handler's log lines go into the gateway's file there, and nowhere here.
    with contextlib.redirect_stdout(io.StringIO()):
        for run in range(RUNS + _WARM):
            for name, work in contenders.items():
                start = time.perf_counter()
                work()
                if run >= _WARM:
                    samples[name].append((time.perf_counter() - start) * 1000)
    return samples


def _over_http(connection: http.client.HTTPConnection, token: str) -> None:
    connection.request("GET", "/api/mocs", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200 or len(json.loads(body)["data"]) != 20:
        raise RuntimeError(f"The gateway answered {answer.status}: {body[:200]!r}")


def _hand_over(stack: Stack, user: str) -> None:
    """Gives the shelf to the user whose token we have."""
    with contextlib.closing(psycopg2.connect(stack.endpoints.postgres)) as conn, conn, conn.cursor() as cursor:
        cursor.execute(
            "update moc_instructions set user_id = %(user)s where user_id = %(owner)s",
            {"user": user, "owner": OWNER},
        )


def _wait(connection: http.client.HTTPConnection) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _serve(stack: Stack, listener: socket.socket) -> None:
    # The way this process stops was inherited with everything else.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import uvloop

    async def serve() -> None:
        options = Options(triggers=False)
        await Gateway(stack, listener, options, lambda _: None).serve(asyncio.Event(), lambda: None)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
