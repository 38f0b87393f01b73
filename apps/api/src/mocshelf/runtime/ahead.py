"""Work that goes on beside the rest of a function's start, whose result its first request takes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Ahead(Generic[Result]):
    """Begins with the work at once, in a thread of its own. Nothing that it raises fails the start."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._thread = Thread(target=self._run, args=[work], daemon=True)
        self._results: list[Result] = []
        self._problem: Exception | None = None
        self._thread.start()

    def result(self) -> Result:
        """What came of it, which this waits for; raises what the work raised."""
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        return self._results[0]

    def _run(self, work: Callable[[], Result]) -> None:
        try:
            self._results.append(work())
        except Exception as problem:
            self._problem = problem
