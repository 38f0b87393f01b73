"""Files for MOCs, as small as they can be: PDFs of any number of pages, and pictures."""

from __future__ import annotations

import io

from PIL import Image

# Pages below one node of the tree of pages.
GROUP = 10


def pdf(pages: int, *, between: int = 0, script: str = "") -> bytes:
    """A PDF whose pages say which they are. `between` bytes lie after each page; `script` runs when it is opened."""
    catalog, tree, font, groups = (3 * pages + offset for offset in (1, 2, 3, 4))
    starts = range(0, pages, GROUP)
    kids = " ".join(f"{groups + index} 0 R" for index in range(len(starts)))
    action = f"/OpenAction <</S /JavaScript /JS ({script})>>" if script else ""
    objects = {
        catalog: f"<</Type /Catalog /Pages {tree} 0 R {action}>>".encode(),
        tree: f"<</Type /Pages /Kids [{kids}] /Count {pages}>>".encode(),
        font: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    }
    for index, start in enumerate(starts):
        numbers = range(start, min(start + GROUP, pages))
        kids = " ".join(f"{3 * number + 1} 0 R" for number in numbers)
        group = f"<</Type /Pages /Parent {tree} 0 R /Kids [{kids}] /Count {len(numbers)}>>"
        objects[groups + index] = group.encode()
    for number in range(pages):
        content = f"BT /F 48 Tf 40 40 Td (Step {number + 1}) Tj ET".encode()
        page = (
            f"<</Type /Page /Parent {groups + number // GROUP} 0 R /MediaBox [0 0 400 300] "
            f"/Contents {3 * number + 2} 0 R /Resources <</Font <</F {font} 0 R>>>>>>"
        )
        objects[3 * number + 1] = page.encode()
        objects[3 * number + 2] = _stream(content)
        objects[3 * number + 3] = _stream(b"%" * between)
    return _written(objects, root=catalog)


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
