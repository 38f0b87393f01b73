"""What tests of pictures share: sending one, hostile ones made by code, the size of what came back, moving time."""

from __future__ import annotations

import zlib
from typing import Any

from integration.uploading import fetch, png
from mocshelf.runtime import database
from mocshelf.testing import Client, Reply

# Each with the status and the code that refuses it.
HOSTILE = [
    ("cut.png", png(64, 64)[:60], 400, "FILE_ERROR"),
    ("flood.png", png(1, 1).replace(b"\x00\x00\x00\x01\x00\x00\x00\x01", b"\x00\x00\xff\xff\x00\x00\xff\xff"),
     400, "FILE_ERROR"),
    ("script.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
     400, "VALIDATION_ERROR"),
    ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400, "VALIDATION_ERROR"),
    ("program.exe", b"MZ" + b"\x00" * 100, 400, "VALIDATION_ERROR"),
    ("../../up.png", png(), 400, "VALIDATION_ERROR"),
    ("empty.png", b"", 400, "VALIDATION_ERROR"),
    ("bomb.png", png()[:33] + zlib.compress(b"\x00" * 1_000_000), 400, "FILE_ERROR"),
]  # fmt: skip


def send_picture(client: Client, path: str, owner: str, data: bytes, name: str = "a.png", **call: Any) -> Reply:
    return client.post(path, as_user=owner, files=[("file", name, "application/octet-stream", data)], **call)


def size_of(url: str) -> tuple[int, int]:
    """Width and height of the picture at an address, in pixels."""
    import pyvips

    image = pyvips.Image.new_from_buffer(fetch(url)[1], "")
    return image.width, image.height


def change(sql: str, **values: object) -> None:
    """Moves time: what a test cannot wait for is written into the row."""
    with database.transaction() as conn:
        database.execute(conn, sql, values)


def rows(sql: str, **values: object) -> list[dict[str, Any]]:
    with database.reading() as conn:
        return database.fetch_all(conn, sql, values)


def deletions(key: str) -> list[bool]:
    """Whether the promise to delete this object is due; nothing when there is none."""
    found = rows("select due_at <= now() as due from object_deletions where object_key = %(key)s", key=key)
    return [row["due"] for row in found]
