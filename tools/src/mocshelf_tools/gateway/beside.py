"""Work that blocks, beside the requests: in a thread of its own, for which nobody waits when the gateway ends."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def beside(work: Callable[[], Result]) -> Result:
    """What `work` returns or raises. Who stops waiting leaves the thread to itself."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(set_outcome: Callable[[], None]) -> None:
        if not done.done():
            set_outcome()

    def run() -> None:
        try:
            result = work()
        except Exception as problem:
            outcome = _later(done.set_exception, problem)
        else:
            outcome = _later(done.set_result, result)
        with contextlib.suppress(RuntimeError):
            # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, daemon=True).start()
    return await done


Value = TypeVar("Value")


def _later(call: Callable[[Value], None], value: Value) -> Callable[[], None]:
    return lambda: call(value)
