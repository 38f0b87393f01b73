"""What of the gateway's doings may be shown on a screen that others see: no token, no body, no query."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_LINE = 8_000
LONGEST_REASON = 300
LONGEST_PATH = 200
# A JSON Web Token, whatever is named a bearer token, and what makes an address of S3 a key to the object.
_SECRET = re.compile(
    r"eyJ[\w-]{8,}(?:\.[\w-]+)*|(?<=[Bb]earer )[^\s\"',]+|(?<=BEARER )[^\s\"',]+|"
    r"(?<=X-Amz-Signature=)\w+|(?<=X-Amz-Security-Token=)[^&\s\"]+"
)

_SIGNS = ("eyJ", "earer ", "EARER ", "X-Amz-S")


def masked(text: str, longest: int = LONGEST_LINE) -> str:
    """The text without what looks like a secret, and without its end where it is too long."""
    short = text if len(text) <= longest else text[:longest] + " …"
    # The pattern is slow, and nearly no line has any of these.
    return _SECRET.sub("•••", short) if any(sign in short for sign in _SIGNS) else short


def about(body: str) -> str:
    """What a message is about: the row of the outbox, the file, or the objects that arrived."""
    try:
        content: Any = json.loads(body)
        if "outbox" in content:
            return f"outbox {int(content['outbox'])}"
        if "file" in content:
            return f"file {content['file']}"[:LONGEST_PATH]
        if "Records" in content:
            keys = [str(record["s3"]["object"]["key"]) for record in content["Records"]]
            return ", ".join(keys)[:LONGEST_PATH]
        if "Event" in content:
            return str(content["Event"])[:LONGEST_PATH]
        return ", ".join(sorted(content))[:LONGEST_PATH]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "in no form that is known"
