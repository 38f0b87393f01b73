"""Pictures of every kind that people send, made by code: what a phone writes, print colours, animations."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pyvips

RED, BLUE = [220, 30, 30], [20, 20, 200]
PLACE = b"LATITUDE-51-31-25"

# 64 by 48 pixels, red on the left and blue on the right, encoded with HEVC in a 64 by 64 tile that is cut.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9j"
    "AAAAAERAAAEAAQAAAAABoQABAAAAAAAAAGoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/Wlw"
    "cnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AA"
    "AAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAA"
    "QAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWB"
    "AgMFhAAAAHJtZGF0AAAAZigBrxOA+BDhp//8TSj/+nXPD9PMiYn/+tNSR/hUO//WicPySkWzrHl9nv8H4h1KpEq3xpK+HfM2sf+d4tvFAhne"
    "Iy6JZXLEP+zlxMa+qdw77mN6fapRbf83mqG4xuGn3Gx6O58SuA=="
)


def halves(width: int = 600, height: int = 400) -> Any:
    """Red on the left, blue on the right."""
    red = (pyvips.Image.black(width, height, bands=3) + RED).cast("uchar").copy(interpretation="srgb")
    blue = (pyvips.Image.black(width, height, bands=3) + BLUE).cast("uchar")
    return red.insert(blue, (width + 1) // 2, 0)


def phone_jpeg(width: int = 600, height: int = 400) -> bytes:
    """A JPEG held sideways (EXIF orientation 6: red is up when it is shown), with place, XMP and a P3 profile."""
    wide_gamut = halves(width, height).icc_transform("p3", input_profile="srgb")
    jpeg: bytes = wide_gamut.jpegsave_buffer(Q=90)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    return jpeg[:2] + _segment(b"Exif\0\0" + _exif()) + _segment(xmp) + jpeg[2:]


def large_jpeg(width: int, height: int) -> bytes:
    """A JPEG with some detail everywhere, so that decoding and encoding it is work."""
    x, y = pyvips.Image.xyz(width, height).bandsplit()
    bands = [((x + y) % 256), ((x * 3 - y) % 256), ((y * 2) % 256)]
    image = bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(Q=80))


def animation(suffix: str) -> bytes:
    """Two frames of 60 by 40 pixels, red, then blue."""
    frames = [(pyvips.Image.black(60, 40, bands=3) + colour).cast("uchar") for colour in (RED, BLUE)]
    film = frames[0].join(frames[1], "vertical").copy(interpretation="srgb")
    film.set_type(pyvips.GValue.gint_type, "page-height", 40)
    return bytes(film.write_to_buffer(suffix))


def pixel(data: bytes, x: float, y: float) -> list[int]:
    """The colour at a place, 0 to 1 from left and top."""
    image = pyvips.Image.new_from_buffer(data, "")
    return [round(value) for value in image(int(x * (image.width - 1)), int(y * (image.height - 1)))]


def webp_chunks(data: bytes) -> list[bytes]:
    """The names of the chunks of a WebP: pixels, and whatever else it carries."""
    names, at = [], 12
    while at < len(data):
        names.append(data[at : at + 4])
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        at += 8 + size + size % 2
    return names


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _exif() -> bytes:
    """TIFF 6.0 and EXIF 2.32: the main directory with orientation and a pointer to the directory of the place."""
    main, place = 8, 8 + 2 + 2 * 12 + 4
    values = place + 2 + 3 * 12 + 4
    latitude = struct.pack("<6I", 51, 1, 31, 1, 25, 1)
    head = b"II*\0" + struct.pack("<I", main)
    entries = struct.pack("<HHHIHH", 2, 0x0112, 3, 1, 6, 0) + struct.pack("<HHIII", 0x8825, 4, 1, place, 0)
    gps = struct.pack("<HHHI4s", 3, 0x0001, 2, 2, b"N\0\0\0")
    gps += struct.pack("<HHII", 0x0002, 5, 3, values)
    gps += struct.pack("<HHIII", 0x001B, 7, len(PLACE), values + len(latitude), 0)
    return head + entries + gps + latitude + PLACE
