"""libvips: pictures turned upright, brought to sRGB, stripped of all metadata, made smaller, written as WebP."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from mocshelf.runtime import telemetry

QUALITY = 80
LOADERS = ("Jpeg", "Png", "Webp", "Heif", "Nsgif")  # libvips knows dozens; the rest stay blocked


class Undecodable(Exception):
    """The bytes are not a picture that libvips can read to its end."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The box a picture must fit in, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A WebP image and its size in pixels."""

    data: bytes
    width: int
    height: int


MOC_IMAGE = Fit(2048, 8192)


def webp(data: bytes, fit: Fit) -> Picture:
    """The picture as WebP within `fit`, never enlarged; of an animation the first frame. Undecodable otherwise."""
    vips = _vips()
    with telemetry.span("imaging.webp"):
        try:
            image = vips.Image.thumbnail_buffer(
                data, fit.width, height=fit.height, size="down", output_profile="srgb", fail_on="error"
            )
            written = bytes(image.webpsave_buffer(Q=QUALITY, keep="none"))
        except vips.Error:
            raise Undecodable from None
        return Picture(written, image.width, image.height)


@cache
def _vips() -> Any:
    import pyvips

    # Nothing is looked at twice, so libvips' cache would only hold memory.
    pyvips.cache_set_max(0)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    return pyvips
