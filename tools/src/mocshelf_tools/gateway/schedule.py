"""What runs functions by the clock: once at the start, then every so many minutes."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mocshelf_tools.gateway import frames
from mocshelf_tools.gateway.pool import CodeIsBroken, FunctionFailed, FunctionTimedOut, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable


async def run_by_the_clock(
    pool: WorkerPool, function: str, minutes: float, region: str, show: Callable[[str], None]
) -> None:
    """Runs the function until it is cancelled; a run that fails is shown and the next one comes all the same."""
    while True:
        try:
            row = (await pool.functions())[function]
            event = frames.encode(scheduled_event(function, region))
            await pool.invoke(row, event, uuid.uuid4().hex, row.timeout)
        except (FunctionFailed, FunctionTimedOut) as problem:
            if not getattr(problem, "logged", False):
                show(str(problem))
        except (CodeIsBroken, KeyError):
            # Shown when the code was loaded.
            pass
        await asyncio.sleep(minutes * 60)


def scheduled_event(function: str, region: str) -> dict[str, Any]:
    """The event of an EventBridge rule with a rate."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:000000000000:rule/mocshelf-{function}"],
        "detail": {},
    }
