"""Whether pictures may be stored, and how large they are."""

from __future__ import annotations

import struct

import pytest

from file_validator.check import Checked, check
from file_validator.faults import Kind, Refused
from file_validator.rules import AVATAR, MOC_IMAGE, Rule
from unit.file_validator.specimens import box, gif, heic, jpeg, png, webp

AVIF = {"brand": b"avif"}


def rule_for(name: str) -> Rule:
    return AVATAR if name.endswith(".gif") else MOC_IMAGE


def refused(data: bytes, name: str) -> Refused:
    with pytest.raises(Refused) as caught:
        check(data, name, rule_for(name))
    return caught.value


def of_size(name: str, width: int, height: int) -> bytes:
    makers = {"jpg": jpeg, "png": png, "gif": gif, "webp": webp, "heic": heic}
    return makers[name](width, height)


@pytest.mark.parametrize(
    ("name", "data", "content_type", "extension"),
    [
        ("a.jpg", jpeg(640, 480), "image/jpeg", ".jpg"),
        ("a.JPEG", jpeg(640, 480, frame=0xC2), "image/jpeg", ".jpg"),
        ("a.png", png(640, 480), "image/png", ".png"),
        ("a.gif", gif(640, 480), "image/gif", ".gif"),
        ("a.webp", webp(640, 480), "image/webp", ".webp"),
        ("a.webp", webp(640, 480, kind=b"VP8L"), "image/webp", ".webp"),
        ("a.webp", webp(640, 480, kind=b"VP8X"), "image/webp", ".webp"),
        ("a.heic", heic(640, 480), "image/heic", ".heic"),
        ("a.heif", heic(640, 480, brand=b"mif1", compatible=b"miafheic"), "image/heic", ".heic"),
        ("a.avif", heic(640, 480, brand=b"avif"), "image/avif", ".avif"),
        ("a.avif", heic(640, 480, brand=b"mif1", compatible=b"avif"), "image/avif", ".avif"),
    ],
)
def test_type_extension_and_size_come_from_the_bytes(
    name: str, data: bytes, content_type: str, extension: str
) -> None:
    assert check(data, name, rule_for(name)) == Checked(content_type, extension, 640, 480)


@pytest.mark.parametrize("name", ["jpg", "png", "gif", "webp", "heic"])
def test_100_megapixels_are_accepted_and_one_row_more_is_not(name: str) -> None:
    # 10,000 × 10,000 is the limit; the old WebP formats hold at most 16,383 a side.
    flood = refused(of_size(name, 10_000, 10_001), f"a.{name}")

    assert check(of_size(name, 10_000, 10_000), f"a.{name}", rule_for(f".{name}"))
    assert flood.kind is Kind.UNSAFE
    assert flood.message == "The image has 10,000 × 10,001 pixels; the limit is 100 megapixels."


def test_pixel_floods_hidden_in_a_frame_are_found() -> None:
    wide = gif(3, 2, frame=(65_535, 65_535))
    track = box(b"tkhd", bytes(76) + struct.pack(">II", 60_000 << 16, 60_000 << 16))
    film = heic() + box(b"moov", box(b"trak", track))

    frame = bytes(6) + (59_999).to_bytes(3, "little") * 2 + bytes(4)
    chunks = webp(kind=b"VP8X")[12:] + b"ANMF" + struct.pack("<I", 16) + frame
    animation = b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks

    assert refused(animation, "a.webp").kind is Kind.UNSAFE
    assert refused(wide, "a.gif").kind is Kind.UNSAFE
    assert refused(film, "a.heic").kind is Kind.UNSAFE
    assert refused(png(2**32 - 1, 2**32 - 1), "a.png").kind is Kind.UNSAFE


@pytest.mark.parametrize("name", ["jpg", "png", "gif", "webp", "heic"])
def test_a_picture_without_width_or_height_is_damaged(name: str) -> None:
    data = webp(0, 2) if name == "webp" else of_size(name, 0, 0)
    data = gif(0, 0, frame=(0, 0)) if name == "gif" else data
    data = data.replace(struct.pack(">II", 1, 1), bytes(8)) if name == "heic" else data

    assert refused(data, f"a.{name}").kind is Kind.UNREADABLE


@pytest.mark.parametrize("name", ["jpg", "png", "gif", "webp", "heic"])
def test_a_picture_cut_anywhere_is_refused(name: str) -> None:
    data = of_size(name, 3, 2)
    start = 12  # Before that the signature itself is cut.

    for length in range(start, len(data)):
        # A RIFF file may leave away the last padding byte.
        if name != "webp" or length < len(data) - 1:
            assert refused(data[:length], f"a.{name}").kind is Kind.UNREADABLE, length


def test_fill_bytes_and_bare_marks_between_the_segments_of_a_jpeg_are_skipped() -> None:
    data = jpeg(640, 480).replace(b"\xff\xc0", b"\xff\xff\xff\xd0\xff\x01\xff\xff\xc0")

    assert check(data, "a.jpg", MOC_IMAGE).width == 640
    assert refused(data.replace(b"\xff\x01", b"\x00\x01"), "a.jpg").kind is Kind.UNREADABLE


def test_boxes_may_say_that_they_go_to_the_end_or_have_64_bits() -> None:
    data = heic(640, 480)
    pixels = data.index(b"mdat") - 4
    to_the_end = data[:pixels] + bytes(4) + data[pixels + 4 :]
    wide = data[:pixels] + struct.pack(">I4sQ", 1, b"mdat", 16 + 6) + b"pixels"

    assert check(to_the_end, "a.heic", MOC_IMAGE).width == 640
    assert check(wide, "a.heic", MOC_IMAGE).width == 640
    assert refused(wide[:-1], "a.heic").kind is Kind.UNREADABLE


def test_a_webp_with_more_bytes_than_it_says_is_damaged() -> None:
    assert refused(webp() + b"xx", "a.webp").kind is Kind.UNREADABLE


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jpg", png(), "a.jpg is a PNG image, not a JPEG image."),
        ("a.heic", heic(brand=b"avif"), "a.heic is an AVIF image, not a HEIC image."),
        ("a.png", b"<svg onload='alert(1)'/>", "a.png is something else, not a PNG image."),
        ("a.png", b"<html></html>", "a.png is a web page, not a PNG image."),
        ("a.webp", b"RIFF\x04\0\0\0WAVE", "a.webp is something else, not a WebP image."),
        ("a.heic", box(b"ftyp", b"isom\0\0\0\0mp42"), "a.heic is something else, not a HEIC image."),
    ],
)
def test_the_extension_names_the_type_and_the_bytes_must_agree(name: str, data: bytes, message: str) -> None:
    error = refused(data, name)

    assert (error.kind, error.message) == (Kind.TYPE, message)


def test_a_wrong_type_and_a_pixel_flood_are_both_reported() -> None:
    assert [fault.code for fault in refused(png(20_000, 20_000), "a.jpg").faults] == ["TYPE_MISMATCH", "UNSAFE"]


def test_boxes_nested_without_end_do_not_crash() -> None:
    nested = b""
    for _ in range(3_000):
        nested = box(b"iprp", nested)

    assert refused(box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", bytes(4) + nested), "a.heic")
