"""Idempotency-Key: a repeated request gets the first one's answer, and has no second effect.

The key's row is written by the transaction that does the work, so answer and effect are stored together; the
row's unique key makes a twin wait until the first has committed or rolled back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from psycopg2 import errors as driver

from mocshelf.runtime import store
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import Conflict

Response = dict[str, Any]


def request_hash(method: str, path: str, query: str, body: object) -> bytes:
    """Equal for equal requests: JSON by value, multipart by its parts."""
    canonical = json.dumps([method, path, query, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).digest()


def claim(conn: Connection, user_id: str, key: str, digest: bytes) -> Response | None:
    """Makes the key this transaction's; the first one's answer when it was used before."""
    try:
        claimed = store.claim_key(conn, user_id, key, digest)
    except driver.LockNotAvailable:
        conflict = Conflict("The first request with this Idempotency-Key is still running.")
        conflict.headers["Retry-After"] = "1"
        raise conflict from None
    return None if claimed else replay(conn, user_id, key, digest)


def replay(conn: Connection, user_id: str, key: str, digest: bytes) -> Response | None:
    """The kept answer to this request; None when there is none yet, Conflict when the key means another one."""
    row = store.read_key(conn, user_id, key)
    if row is None:
        return None
    if bytes(row["request_hash"]) != digest:
        raise Conflict("This Idempotency-Key was used for a different request. Choose a new one.")
    if row["status"] is None:
        return None
    headers = {**row["headers"], "Idempotent-Replayed": "true"}
    return {"statusCode": row["status"], "headers": headers, "body": row["body"]}


def keep(conn: Connection, user_id: str, key: str, response: Mapping[str, Any]) -> None:
    """Stores the answer beside its effect."""
    store.finish_key(
        conn,
        user_id,
        key,
        status=response["statusCode"],
        headers=response["headers"],
        body=response.get("body"),
    )
