"""libvips: pictures turned upright, brought to sRGB, stripped of all metadata, made smaller, written as WebP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from file_validator.signatures import HEIC, recognise
from mocshelf.runtime import telemetry
from mocshelf.runtime.heic import UndecodableHeic, decode

QUALITY = 80
LOADERS = ("Jpeg", "Png", "Webp", "Heif", "Nsgif")  # libvips knows dozens; the rest stay blocked
# thumbnail_buffer takes a `fail_on` of its own and does not hand it to the loader: half a JPEG would pass.
WHOLE = {"option_string": "fail_on=error"}


class Undecodable(Exception):
    """The bytes are not a picture that can be read to its end."""


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
GALLERY_IMAGE = Fit(2048, 8192)
GALLERY_THUMBNAIL = Fit(400, 1600)
WISHLIST_IMAGE = Fit(800, 3200)
AVATAR_SIDE = 256


def webp(data: bytes, fit: Fit) -> Picture:
    """The picture as WebP within `fit`, never enlarged; of an animation the first frame. Undecodable otherwise."""
    with _working("imaging.webp"):
        return _written(_drawn(data, fit.width, fit.height, size="down"))


def webp_pair(data: bytes, fit: Fit, smaller: Fit) -> tuple[Picture, Picture]:
    """The same in two sizes from one decoding: the smaller one is made of the larger one's pixels."""
    with _working("imaging.webp_pair"):
        # Kept in memory, at most 67 MB, because libvips would decode once more for the second reader.
        large = _drawn(data, fit.width, fit.height, size="down").copy_memory()
        small = large.thumbnail_image(smaller.width, height=smaller.height, size="down")
        return _written(large), _written(small)


def square(data: bytes, side: int) -> Picture:
    """The centre of the picture as a square of exactly `side` pixels, enlarged where it must be."""
    with _working("imaging.square"):
        # Cut first and enlarged last: a picture one pixel wide and 65,000 high would take minutes otherwise.
        cut = _drawn(data, side, side, crop="centre", size="down").copy_memory()
        shorter = min(cut.width, cut.height)
        middle = cut.crop((cut.width - shorter) // 2, (cut.height - shorter) // 2, shorter, shorter)
        return _written(middle.thumbnail_image(side, height=side, size="force"))


def _drawn(data: bytes, width: int, height: int, **options: str) -> Any:
    """The picture in its new size; what libvips decodes itself, it makes smaller while it decodes."""
    if recognise(data) is HEIC:
        return _drawn_heic(data, width, height, **options)
    image = _vips().Image
    colours = _conversion(image.new_from_buffer(data, ""))
    return image.thumbnail_buffer(data, width, height=height, **WHOLE, **colours, **options)


def _drawn_heic(data: bytes, width: int, height: int, **options: str) -> Any:
    vips = _vips()
    pixels = decode(data)
    image = vips.Image.new_from_memory(pixels.data, pixels.width, pixels.height, pixels.bands, "uchar")
    image = image.copy(interpretation="srgb" if pixels.bands > 2 else "b-w")
    if pixels.profile:
        image.set_type(vips.GValue.blob_type, "icc-profile-data", pixels.profile)
    # libvips works late and does not keep the pixels, so it has to be done while they are there.
    return image.thumbnail_image(width, height=height, **_conversion(image), **options).copy_memory()


def _conversion(image: Any) -> dict[str, str]:
    """How the colours become sRGB. Those that have no profile need no such word, print colours neither; to convert
    them all the same would cost as much time as decoding does."""
    return {"output_profile": "srgb"} if image.get_typeof("icc-profile-data") else {}


def _written(image: Any) -> Picture:
    return Picture(bytes(image.webpsave_buffer(Q=QUALITY, keep="none")), image.width, image.height)


@contextmanager
def _working(span: str) -> Iterator[None]:
    with telemetry.span(span):
        try:
            yield
        except (_vips().Error, UndecodableHeic):
            raise Undecodable from None


@cache
def _vips() -> Any:
    import pyvips

    # Nothing is looked at twice, so libvips' cache would only hold memory.
    pyvips.cache_set_max(0)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    return pyvips
