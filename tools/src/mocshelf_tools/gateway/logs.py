"""What functions write: every line into one file, the lines a developer must see also on the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_KEPT_BYTES = 10_000_000
_SHOWN_LEVELS = ("error", "critical")


class FunctionLog:
    """The log file at `path`; `show` gets the short form of errors and whatever was printed for debugging.

    `watch` gets every line.
    """

    def __init__(self, path: Path, show: Callable[[str], None], watch: Callable[[str], None] | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _KEPT_BYTES:
            path.replace(path.with_suffix(".old.log"))
        self.path = path
        self.show = show
        self._watch = watch
        self._file = path.open("a", buffering=1, encoding="utf-8")

    async def follow(self, output: asyncio.StreamReader) -> None:
        """Writes down the lines of one worker until it ends."""
        while True:
            try:
                line = await output.readline()
            except ValueError:
                # A line longer than the reader's limit; the reader has dropped what it held of it.
                line = b"(a line too long to keep)\n"
            if not line:
                return
            self.write(line.decode(errors="replace").rstrip("\n"))

    def write(self, line: str) -> None:
        self._file.write(line + "\n")
        if self._watch is not None:
            self._watch(line)
        shown = short_form(line)
        if shown:
            self.show(shown)

    def close(self) -> None:
        self._file.close()


def short_form(line: str) -> str | None:
    """One log line as the terminal shows it; None for the many that only belong into the file."""
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return line.strip() or None
    if not isinstance(entry, dict):
        return line
    if entry.get("level") not in _SHOWN_LEVELS:
        return None
    words = [str(entry.get("function", "function")) + ":", str(entry.get("event", "error"))]
    words += [str(entry[name]) for name in ("error", "problem") if entry.get(name)]
    if entry.get("requestId"):
        words.append(f"(request {entry['requestId']})")
    trace = str(entry.get("trace", "")).rstrip().splitlines()[-2:]
    return "\n".join([" ".join(words), *(f"  {frame.strip()}" for frame in trace)])
