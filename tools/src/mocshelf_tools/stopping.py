"""Commands that run until they are told to stop, and then stop what they started."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal to stop came while something was starting."""


def interruptible() -> None:
    """From now on a signal to stop raises Stopped, once."""
    for number in _SIGNALS:
        signal.signal(number, _stop)


def until_stopped(serve: Callable[[asyncio.Event], Coroutine[None, None, None]]) -> None:
    """Runs it; a signal sets the event that it gets. Further signals change nothing, also afterwards."""
    import asyncio

    import uvloop

    async def run() -> None:
        stop = asyncio.Event()
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(stop)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
    _ignore()


def _stop(*_signal: object) -> None:
    _ignore()
    raise Stopped


def _ignore() -> None:
    # A second signal must not interrupt the stopping itself.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
