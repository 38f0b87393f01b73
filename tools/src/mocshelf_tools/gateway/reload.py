"""Live reload: saving a source file replaces the workers."""

from __future__ import annotations

import time
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.gateway.pool import CodeIsBroken, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


async def replace_on_change(pool: WorkerPool, folders: Sequence[Path], show: Callable[[str], None]) -> None:
    """Watches the folders until cancelled; says what was loaded, or why it could not be."""
    from watchfiles import PythonFilter, awatch

    async for changes in awatch(*folders, watch_filter=PythonFilter(), debounce=60, step=20):
        begun = time.perf_counter()
        for _, path in changes:
            # Two versions of one size saved within a second look the same to Python's own check.
            Path(cache_from_source(path)).unlink(missing_ok=True)
        pool.replace()
        try:
            await pool.functions()
        except CodeIsBroken as problem:
            show(f"The code cannot be loaded; the API answers 500 until it can.\n{str(problem).rstrip()}")
            continue
        names = sorted({Path(path).name for _, path in changes})
        show(f"Reloaded after a change in {', '.join(names[:3])} ({time.perf_counter() - begun:.2f} s)")
