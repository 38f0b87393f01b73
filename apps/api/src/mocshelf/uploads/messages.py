"""Which uploaded files a queue message is about: S3's event of new objects, our own word, a verdict."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote_plus
from uuid import UUID

_KEY = re.compile(r"incoming/[^/]+/[0-9a-f-]{36}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def uploaded_files(body: str) -> list[UUID]:
    """The ids of the files; none for S3's test event and for objects that are no upload."""
    message = json.loads(body)
    if "file" in message:
        return [UUID(message["file"])]
    keys = [unquote_plus(record["s3"]["object"]["key"]) for record in message.get("Records", [])]
    return [UUID(found[1]) for key in keys if (found := _KEY.fullmatch(key))]


def infected_file(body: str) -> UUID | None:
    """The id of the file in which a scanner found malware; None when the message says no such thing."""
    found = _KEY.fullmatch(unquote_plus(json.loads(body).get("infected", "")))
    return UUID(found[1]) if found else None
