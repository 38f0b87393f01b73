"""The console's Server-Sent Events: what is remembered, then what happens, resumed where a reader was."""

from __future__ import annotations

from collections.abc import AsyncIterator

from mocshelf_tools.console.journal import Entry, Journal

_AT_ONCE = 100
_HEARTBEAT_SECONDS = 15.0
_RETRY_MILLISECONDS = 1000


async def events(journal: Journal, last_id: str, heartbeat: float = _HEARTBEAT_SECONDS) -> AsyncIterator[bytes]:
    """The stream's bytes until the journal is closed. `last_id` is the Last-Event-ID of a reader that comes back.

    The journal itself is the queue of a slow reader: what has left it meanwhile is told as the number of `lost`
    entries. A reader of an earlier run is told to `reset`.
    """
    yield f"retry: {_RETRY_MILLISECONDS}\n\n".encode()
    place = place_of(journal, last_id)
    resumed = place is not None
    if last_id and not resumed:
        yield b"event: reset\ndata: {}\n\n"
    at = place or 0
    while not journal.closed:
        entries = journal.after(at)
        lost = journal.last - at - len(entries)
        if lost and resumed:
            yield f'event: lost\ndata: {{"count":{lost}}}\n\n'.encode()
        at, resumed = journal.last, True
        for start in range(0, len(entries), _AT_ONCE):
            yield b"".join(_event(journal.run, entry) for entry in entries[start : start + _AT_ONCE])
        if journal.last == at and not journal.closed:
            await journal.grows(heartbeat)
            if journal.last == at:
                # Writing is how it is noticed that a reader has left without a word.
                yield b":\n\n"


def place_of(journal: Journal, last_id: str) -> int | None:
    """The number of the entry that a reader had last, None when it is none of this run's."""
    run, _, number = last_id.partition("-")
    if run != journal.run or not number.isascii() or not number.isdigit():
        return None
    place = int(number[:12])
    return place if place <= journal.last else None


def _event(run: str, entry: Entry) -> bytes:
    return f"id: {run}-{entry.number}\nevent: {entry.kind}\ndata: {entry.text}\n\n".encode()
