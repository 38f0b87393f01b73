"""Objects on their way to a final key: written under an intent, adopted by the transaction that refers to them.

Most keys are made for one object. Those that stay with their row (a wishlist image, an avatar) are written over, and
then an early write could not be undone: it would show under a row that a failed condition left as it was, and of two
writers one could leave its bytes and the other their size. So these are only promised by `write`; the bytes follow
in `write_over`, while the transaction holds the row. That the row waits for S3 costs nobody but its owner, and only
one who changes the same thing twice at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mocshelf.runtime import database
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import Conflict
from mocshelf.runtime.storage import IMMUTABLE
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import delete_intents, insert_intents


@dataclass(frozen=True, slots=True)
class NewObject:
    """Checked bytes and the final key they belong under; `written_over` when the key stays with its row."""

    key: str
    data: bytes
    content_type: str
    cache_control: str = IMMUTABLE
    written_over: bool = False


def write(objects: Sequence[NewObject]) -> None:
    """Writes objects, each promised to be deleted in an hour unless a row comes to refer to it.

    A key that a row refers to already is promised like any other, because the sweep asks before it deletes: so a
    deletion that becomes due meanwhile is always seen by `write_over`.
    """
    database.run(lambda conn: insert_intents(conn, [one.key for one in objects]))
    for one in objects:
        if not one.written_over:
            _store(one)


def adopt(conn: Connection, keys: Sequence[str]) -> None:
    """Takes the promise back, in the transaction whose rows refer to the objects."""
    if delete_intents(conn, keys) != len(keys):
        raise RuntimeError("An object was written without an intent, or its intent has run out.")


def write_over(conn: Connection, one: NewObject, *, in_use: bool) -> None:
    """Writes a promised object, in the transaction that holds its row; `in_use`: the row refers to the key already.

    The promise goes first, and with it a deletion queued for the picture before: from then on the sweep cannot take
    the key, and a sweep that is at it has finished. Without a promise an object that no row came to refer to would
    stay for ever; an object in use needs none, and has lost it when another writer was faster. Conflict when neither
    holds.
    """
    if delete_intents(conn, [one.key]) == 0 and not in_use:
        raise Conflict("The picture was removed at the same moment. Send it again.")
    _store(one)


def _store(one: NewObject) -> None:
    storage.write(one.key, one.data, content_type=one.content_type, cache_control=one.cache_control)
