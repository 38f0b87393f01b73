"""Builds the small files of these tests: archives with chosen lies, PDFs, and pictures of any size."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace

MODEL = b"0 FILE Car.ldr\r\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\r\n0 NOFILE\r\n"
PIECE = b"1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n"
LXFML = (
    b'<LXFML versionMajor="5"><Bricks><Brick refID="0" designID="3001"><Part refID="0" designID="3001" '
    b'materials="21"/></Brick></Bricks></LXFML>'
)


@dataclass(frozen=True)
class Member:
    """One entry of an archive to build; what is None is worked out from the content."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    local_name: bytes | None = None
    size: int | None = None
    crc: int | None = None
    gap: bytes = b""


def zip_of(*members: Member, comment: bytes = b"", before: bytes = b"", count: int | None = None) -> bytes:
    """A ZIP archive as PKWARE describes it; `before` goes in front without moving the offsets."""
    body, central = b"", b""
    for member in members:
        packed = _packed(member)
        size = len(member.content) if member.size is None else member.size
        crc = zlib.crc32(member.content) if member.crc is None else member.crc
        about = struct.pack("<HHHHIII", member.flags, member.method, 0, 0, crc, len(packed), size)
        local = member.name if member.local_name is None else member.local_name
        offset = len(body) + len(member.gap)
        body += member.gap + b"PK\x03\x04\x14\0" + about + struct.pack("<HH", len(local), 0) + local + packed
        head = b"PK\x01\x02\x14\0\x14\0" + about
        central += head + struct.pack("<HHHHHII", len(member.name), 0, 0, 0, 0, 0, offset) + member.name
    total = len(members) if count is None else count
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, total, total, len(central), len(body), len(comment))
    return before + body + central + end + comment


def studio_file(*more: Member, flags: int = 0) -> bytes:
    """A Studio model with the entry that makes it one."""
    return zip_of(Member(b"model.ldr", MODEL, flags=flags), *more)


def lying(member: Member, **changes: int) -> Member:
    """The same entry, described wrongly in the headers."""
    return replace(member, **changes)  # type: ignore[arg-type]  # the fields named are the integers


def pdf(body: bytes = b"1 0 obj\n<<>>\nendobj\n") -> bytes:
    """A PDF with a cross-reference table where it says."""
    head = b"%PDF-1.7\n" + body
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1>>\n"
    return head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)


def png(width: int = 3, height: int = 2) -> bytes:
    """A PNG that claims this size; its pixels are never decoded here."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 20)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def jpeg(width: int = 3, height: int = 2, *, frame: int = 0xC0) -> bytes:
    """A JPEG whose preview, in the first segment, has an end mark of its own."""
    preview = b"\xff\xe1" + struct.pack(">H", 2 + 8) + b"Exif\xff\xd8\xff\xd9"
    start = bytes([0xFF, frame]) + struct.pack(">HBHHB", 8, 8, height, width, 0)
    scan = b"\xff\xda" + struct.pack(">H", 2) + b"\x12\xff\0\x34\xff\xd0\x56"
    return b"\xff\xd8" + preview + start + scan + b"\xff\xd9"


def gif(width: int = 3, height: int = 2, *, frame: tuple[int, int] = (3, 2)) -> bytes:
    """A GIF with a palette, a comment and one frame."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    image = b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + screen + b"!\xfe\x05hello\0" + image + b";"


def webp(width: int = 3, height: int = 2, *, kind: bytes = b"VP8 ") -> bytes:
    """A WebP of the kind `VP8 ` (lossy), `VP8L` (lossless) or `VP8X` (extended)."""
    lossy = _riff_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width & 0x3FFF, height & 0x3FFF))
    if kind == b"VP8L":
        bits = (width - 1) | (height - 1) << 14
        lossy = _riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits))
    elif kind == b"VP8X":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        lossy = _riff_chunk(b"VP8X", bytes(4) + size) + _riff_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\1\0\1\0")
    return b"RIFF" + struct.pack("<I", 4 + len(lossy)) + b"WEBP" + lossy


def heic(width: int = 3, height: int = 2, *, brand: bytes = b"heic", compatible: bytes = b"mif1") -> bytes:
    """A HEIC, or with another brand an AVIF, with a tile and the whole picture's size."""
    tile = box(b"ispe", bytes(4) + struct.pack(">II", 1, 1))
    whole = box(b"ispe", bytes(4) + struct.pack(">II", width, height))
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", tile + whole)))
    return box(b"ftyp", brand + bytes(4) + compatible) + meta + box(b"mdat", b"pixels")


def box(kind: bytes, content: bytes) -> bytes:
    """One box of the ISO base media format."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def _riff_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) & 1)


def _packed(member: Member) -> bytes:
    if member.method != 8:
        return member.content
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(member.content) + deflater.flush()
