"""Files for MOCs, as small as they can be: PDFs of any number of pages, and pictures."""

from __future__ import annotations

import io

from PIL import Image


def pdf(pages: int, *, between: int = 0, script: str = "") -> bytes:
    """A PDF whose pages say which they are. `between` bytes lie after each page; `script` runs when it is opened."""
    count = 3 * pages
    kids = " ".join(f"{3 * number + 1} 0 R" for number in range(pages))
    action = f"/OpenAction <</S /JavaScript /JS ({script})>>" if script else ""
    objects = {
        count + 1: f"<</Type /Catalog /Pages {count + 2} 0 R {action}>>".encode(),
        count + 2: f"<</Type /Pages /Kids [{kids}] /Count {pages}>>".encode(),
        count + 3: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    }
    for number in range(pages):
        content = f"BT /F 48 Tf 40 40 Td (Step {number + 1}) Tj ET".encode()
        page = (
            f"<</Type /Page /Parent {count + 2} 0 R /MediaBox [0 0 400 300] /Contents {3 * number + 2} 0 R "
            f"/Resources <</Font <</F {count + 3} 0 R>>>>>>"
        )
        objects[3 * number + 1] = page.encode()
        objects[3 * number + 2] = _stream(content)
        objects[3 * number + 3] = _stream(b"%" * between)
    return _written(objects, root=count + 1)


def picture(colour: str, width: int = 640, height: int = 480) -> bytes:
    """A PNG of one colour."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return written.getvalue()


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def _written(objects: dict[int, bytes], root: int) -> bytes:
    written = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(objects))
    written += b"trailer\n<</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(written)
