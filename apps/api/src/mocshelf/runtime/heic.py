"""libheif with an HEVC decoder, for the pictures of phones: the one image format that our libvips cannot decode."""

from __future__ import annotations

from dataclasses import dataclass

# Pillow's names of what is in a pixel, for the kinds that have 8 bits a band.
BANDS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


class UndecodableHeic(Exception):
    """The bytes are not a HEIC that can be decoded."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture, upright: 8 bits a band, rows without gaps. `data` is valid while `source` is referred to."""

    source: object
    data: memoryview
    width: int
    height: int
    bands: int
    profile: bytes | None


def decode(data: bytes) -> Pixels:
    """The primary picture, with the ICC profile that its colours are in. UndecodableHeic otherwise."""
    import pi_heif

    try:
        image = pi_heif.open_heif(data)
        pixels = image.data
    # libheif's faults come as any of these, by their kind.
    except (ValueError, LookupError, RuntimeError, EOFError, SyntaxError, OSError, MemoryError) as problem:
        raise UndecodableHeic from problem
    if image.mode not in BANDS:
        raise UndecodableHeic
    width, height = image.size
    return Pixels(image, pixels, width, height, BANDS[image.mode], image.info.get("icc_profile"))
