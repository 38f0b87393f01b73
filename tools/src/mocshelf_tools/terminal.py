"""What a person sees while a command works: steps with their times, and messages as they happen."""

from __future__ import annotations

import contextlib
import sys
import time
from datetime import datetime


class Terminal:
    """Writes to standard error, so that standard output holds results only."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._step: str | None = None
        self._moving = False
        self._begun = time.monotonic()
        self._step_begun = self._begun

    @property
    def live(self) -> bool:
        """Whether somebody looks on: what moves is shown to nobody else."""
        return self._live

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.monotonic() - self._begun

    def step(self, text: str) -> None:
        """Says what is being done; on a terminal only, where somebody waits."""
        self.end_step()
        self._step, self._step_begun = text, time.monotonic()
        if self._live:
            _write(f"  {text} ...")

    def progress(self, text: str) -> None:
        """Says how far something long is, over what was said before; on a terminal only."""
        if self._live:
            _write(f"\r\x1b[2K  {text}")
            self._moving = True

    def end_step(self) -> None:
        if self._moving:
            _write("\n")
            self._moving = False
        if self._step is not None and self._live:
            took = time.monotonic() - self._step_begun
            _write(f"\r  {self._step:<45} {took:5.1f} s\n")
        self._step = None

    def show(self, message: str) -> None:
        """A message with the time of day; further lines are indented below it."""
        if self._moving:
            _write("\r\x1b[2K")
            self._moving = False
        elif self._step is not None and self._live:
            _write("\n")
        first, *others = message.splitlines() or [""]
        stamp = datetime.now().astimezone().strftime("%H:%M:%S")
        lines = [f"{stamp}  {first}", *(f"          {line}" for line in others)]
        _write("\n".join(lines) + "\n")


def _write(text: str) -> None:
    # A terminal that was closed must not keep a command from stopping what it started.
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
