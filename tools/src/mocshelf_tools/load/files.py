"""Small files that visitors send, made here: an instruction, a photo, a parts list."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """What an upload session is told of a file, and its bytes."""

    name: str
    content_type: str
    data: bytes


def instruction(name: str, kilobytes: int = 200) -> File:
    """A PDF of one empty page, and about so many kilobytes of a comment."""
    filling = b"%" + b"m" * 70 + b"\n"
    body = b"%PDF-1.4\n" + filling * (kilobytes * 1024 // len(filling))
    places = []
    for number, content in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ),
        start=1,
    ):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return File(f"{name}.pdf", "application/pdf", body + table + end)


def photo(name: str, width: int = 800, height: int = 600) -> File:
    """A PNG: a gradient in colours of its own."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    red, green = random.randrange(256), random.randrange(256)  # noqa: S311 - nothing is secret
    row = b"".join(bytes((red, green, column * 255 // width)) for column in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + row) * height, 1)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return File(f"{name}.png", "image/png", data)


def parts_list(name: str, lines: int = 200) -> File:
    """Rebrickable's CSV: every line a lot of its own."""
    rows = [f"{3001 + line},{line % 10},{1 + line % 7},False" for line in range(lines)]
    text = "\n".join(["Part,Color,Quantity,Is Spare", *rows, ""])
    return File(f"{name}.csv", "text/csv", text.encode())
