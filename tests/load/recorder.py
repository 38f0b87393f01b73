"""Writes down every request, and each second how many visitors there are and what has happened so far."""

from __future__ import annotations

import csv
import threading
import time
from pathlib import Path
from typing import Any

from load.checks import AskedToWait
from mocshelf_tools.load.plan import SAMPLES, SECONDS, Plan

_WHY = 200  # characters of what is told of a failure


class Recorder:
    """From `start` until Locust ends; times are seconds since the start."""

    def __init__(self, plan: Plan, environment: Any) -> None:
        self._environment = environment
        folder = Path(plan.folder)
        self._samples = (folder / SAMPLES).open("w", newline="")
        self._seconds = (folder / SECONDS).open("w", newline="", buffering=1)
        self._write = csv.writer(self._samples).writerow
        self._tell = csv.writer(self._seconds).writerow
        self._requests = self._failures = self._waits = 0
        self._ended = False

    def start(self) -> None:
        self._begun = time.monotonic()
        self._write(("at", "name", "milliseconds", "outcome", "why"))
        self._tell(("at", "users", "requests", "failures", "waits"))
        self._environment.events.request.add_listener(self._asked)
        self._environment.events.user_error.add_listener(self._crashed)
        self._environment.events.test_stop.add_listener(self._end)
        # Locust has made threads and sleeping those of its own loop.
        threading.Thread(target=self._look, daemon=True).start()

    def _asked(self, name: str, response_time: float, exception: Exception | None, **_rest: Any) -> None:
        outcome = "ok"
        if isinstance(exception, AskedToWait):
            outcome = "wait"
            self._waits += 1
        elif exception is not None:
            outcome = "failed"
            self._failures += 1
        self._requests += 1
        why = " ".join(str(exception or "").split())[:_WHY]
        self._write((f"{time.monotonic() - self._begun:.3f}", name, f"{response_time:.1f}", outcome, why))

    def _crashed(self, exception: Exception, **_rest: Any) -> None:
        """A visitor did not know what to make of an answer, which nobody else would notice."""
        self._asked("visitor: gave up", 0, exception)

    def _look(self) -> None:
        while not self._ended:
            now = f"{time.monotonic() - self._begun:.1f}"
            users = self._environment.runner.user_count
            self._tell((now, users, self._requests, self._failures, self._waits))
            time.sleep(1)

    def _end(self, **_rest: Any) -> None:
        self._ended = True
        self._samples.close()
        self._seconds.close()
        self._environment.events.request.remove_listener(self._asked)
