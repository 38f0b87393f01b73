"""Objects on their way to a final key: written under an intent, adopted by the transaction that refers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mocshelf.runtime import database
from mocshelf.runtime.database import Connection
from mocshelf.runtime.storage import IMMUTABLE
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import delete_intents, insert_intents


@dataclass(frozen=True, slots=True)
class NewObject:
    """Checked bytes and the final key they belong under."""

    key: str
    data: bytes
    content_type: str
    cache_control: str = IMMUTABLE


def write(objects: Sequence[NewObject]) -> None:
    """Writes objects, each promised to be deleted in an hour unless a row comes to refer to it."""
    database.run(lambda conn: insert_intents(conn, [one.key for one in objects]))
    for one in objects:
        storage.write(one.key, one.data, content_type=one.content_type, cache_control=one.cache_control)


def adopt(conn: Connection, keys: Sequence[str]) -> None:
    """Takes the promise back, in the transaction whose rows refer to the objects."""
    if delete_intents(conn, keys) != len(keys):
        raise RuntimeError("An object was written without an intent, or its intent has run out.")
