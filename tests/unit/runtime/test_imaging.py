"""Pictures as they are stored: upright, in sRGB, without metadata, never enlarged, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import pyvips

from mocshelf.runtime.imaging import (
    AVATAR_SIDE,
    GALLERY_IMAGE,
    GALLERY_THUMBNAIL,
    Fit,
    Picture,
    Undecodable,
    square,
    webp,
    webp_pair,
)
from unit.runtime.photos import (
    BLUE,
    HEIC,
    PLACE,
    RED,
    animation,
    halves,
    large_jpeg,
    phone_jpeg,
    pixel,
    webp_chunks,
)

MOST_MEMORY = 300  # MB for a photo of 24 megapixels, the interpreter included

# What the kernel says of this process alone; `getrusage` begins with the memory of the process that started it.
ONE_PICTURE = """
import sys
from mocshelf.runtime.imaging import GALLERY_IMAGE, GALLERY_THUMBNAIL, webp_pair
webp_pair(open(sys.argv[1], "rb").read(), GALLERY_IMAGE, GALLERY_THUMBNAIL)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def gallery(data: bytes) -> tuple[Picture, Picture]:
    return webp_pair(data, GALLERY_IMAGE, GALLERY_THUMBNAIL)


def near(found: list[int], wanted: list[int], by: int = 8) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found[:3], wanted, strict=True))


def test_a_photo_from_a_phone_comes_out_upright_small_and_says_nothing_of_its_place() -> None:
    data = phone_jpeg(3000, 2000)
    assert PLACE in data

    image, thumbnail = gallery(data)

    assert (image.width, image.height) == (2000, 3000)
    assert (thumbnail.width, thumbnail.height) == (400, 600)
    for picture in (image, thumbnail, square(data, AVATAR_SIDE), webp(data, Fit(800, 3200))):
        assert near(pixel(picture.data, 0.5, 0.1), RED)
        assert near(pixel(picture.data, 0.5, 0.9), BLUE)
        assert webp_chunks(picture.data) == [b"VP8 "]
        assert PLACE not in picture.data


@pytest.mark.parametrize(
    ("width", "height", "large", "small"),
    [
        (300, 200, (300, 200), (300, 200)),
        (1000, 700, (1000, 700), (400, 280)),
        (4096, 1024, (2048, 512), (400, 100)),
        (1, 65_000, (1, 8192), (1, 1600)),
        (65_000, 1, (2048, 1), (400, 1)),
        (1, 1, (1, 1), (1, 1)),
    ],
)
def test_pictures_fit_both_boxes_and_are_never_enlarged(
    width: int, height: int, large: tuple[int, int], small: tuple[int, int]
) -> None:
    data = halves(width, height).pngsave_buffer()

    image, thumbnail = gallery(data)

    for picture, size in ((image, large), (thumbnail, small)):
        stored = pyvips.Image.new_from_buffer(picture.data, "")
        assert (picture.width, picture.height) == (stored.width, stored.height) == size


@pytest.mark.parametrize(("width", "height"), [(600, 400), (30, 20), (300, 200), (1, 1), (1, 65_000), (65_000, 1)])
def test_an_avatar_is_the_centre_square_at_exactly_its_size(width: int, height: int) -> None:
    picture = square(halves(width, height).pngsave_buffer(), AVATAR_SIDE)

    stored = pyvips.Image.new_from_buffer(picture.data, "")
    assert (picture.width, picture.height) == (stored.width, stored.height) == (256, 256)


def test_what_is_beside_the_centre_is_cut_off_an_avatar() -> None:
    wide = halves(1200, 400).draw_rect([0, 200, 0], 400, 0, 400, 400, fill=True)

    picture = square(wide.pngsave_buffer(), AVATAR_SIDE)

    assert near(pixel(picture.data, 0.02, 0.5), [0, 200, 0])
    assert near(pixel(picture.data, 0.98, 0.5), [0, 200, 0])


def test_an_avatar_is_as_sharp_as_the_picture_was() -> None:
    column, _ = pyvips.Image.xyz(768, 256).bandsplit()
    stripes = ((column % 8 < 4).ifthenelse(255, 0)).cast("uchar").copy(interpretation="b-w")

    picture = square(stripes.pngsave_buffer(), AVATAR_SIDE)

    assert pyvips.Image.new_from_buffer(picture.data, "")[1].deviate() > 110


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (halves().icc_transform("p3", input_profile="srgb").jpegsave_buffer(Q=95), RED),
        (halves().pngsave_buffer(palette=True), RED),
        ((halves().cast("ushort") * 257).copy(interpretation="rgb16").pngsave_buffer(bitdepth=16), RED),
        (halves().webpsave_buffer(lossless=True), RED),
        (halves().heifsave_buffer(compression="av1", Q=90), RED),
        (halves().gifsave_buffer(), RED),
        (halves()[0].jpegsave_buffer(), [220, 220, 220]),
        ((halves()[0].cast("ushort") * 257).copy(interpretation="grey16").pngsave_buffer(bitdepth=16), [220] * 3),
    ],
    ids=["p3", "palette", "16-bit", "webp", "avif", "gif", "grey", "grey-16-bit"],
)
def test_every_kind_of_colour_becomes_srgb(data: bytes, left: list[int]) -> None:
    image, thumbnail = gallery(data)

    for picture in (image, thumbnail):
        assert near(pixel(picture.data, 0.2, 0.5), left, by=12)
        assert pyvips.Image.new_from_buffer(picture.data, "").bands == 3


@pytest.mark.parametrize("keep", ["all", "none"])
def test_print_colours_are_converted_with_or_without_their_profile(keep: str) -> None:
    data = halves().icc_transform("cmyk", input_profile="srgb").jpegsave_buffer(keep=keep)

    image, _ = gallery(data)

    red, green, blue = pixel(image.data, 0.2, 0.5)
    assert red > 180
    assert max(green, blue) < 80


def test_what_is_transparent_stays_so() -> None:
    data = halves().bandjoin(100).pngsave_buffer()

    image, thumbnail = gallery(data)

    assert [pixel(picture.data, 0.5, 0.5)[3] for picture in (image, thumbnail)] == [100, 100]


@pytest.mark.parametrize("suffix", [".webp", ".gif"])
def test_of_an_animation_the_first_frame_is_kept(suffix: str) -> None:
    data = animation(suffix)

    image, _ = gallery(data)

    assert (image.width, image.height) == (60, 40)
    assert near(pixel(image.data, 0.5, 0.5), RED, by=20)
    assert near(pixel(square(data, 256).data, 0.5, 0.9), RED, by=20)


def test_a_heic_of_a_phone_is_decoded_and_cut_as_it_says() -> None:
    image, thumbnail = gallery(HEIC)

    assert (image.width, image.height) == (thumbnail.width, thumbnail.height) == (64, 48)
    assert near(pixel(image.data, 0.1, 0.5), [255, 0, 0], by=25)
    assert near(pixel(image.data, 0.9, 0.5), [0, 0, 255], by=25)
    assert square(HEIC, 256).width == 256


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif", ".gif"])
def test_half_a_picture_is_refused(suffix: str) -> None:
    data = large_jpeg(400, 300)
    whole = pyvips.Image.new_from_buffer(data, "").write_to_buffer(suffix)

    for length in (0, 12, len(whole) // 2, len(whole) - 200):
        with pytest.raises(Undecodable):
            gallery(whole[:length])


def test_a_heic_cut_or_broken_anywhere_is_refused_or_drawn_but_never_crashes() -> None:
    for length in range(0, len(HEIC), 11):
        with pytest.raises(Undecodable):
            gallery(HEIC[:length])
    for place in range(20, len(HEIC), 7):
        broken = HEIC[:place] + bytes([HEIC[place] ^ 0xFF]) + HEIC[place + 1 :]
        try:
            picture = gallery(broken)[0]
        except Undecodable:
            continue
        assert picture.width <= 2048


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
        halves().tiffsave_buffer(),
        b"P6 2 2 255\n" + bytes(12),
        b"%PDF-1.4\n",
        b"nothing of the sort",
    ],
    ids=["svg", "tiff", "ppm", "pdf", "text"],
)
def test_other_formats_stay_closed(data: bytes) -> None:
    with pytest.raises(Undecodable):
        gallery(data)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
def test_a_photo_of_24_megapixels_stays_within_its_memory(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(large_jpeg(6000, 4000))

    done = subprocess.run([sys.executable, "-c", ONE_PICTURE, photo], capture_output=True, text=True, check=True)

    assert int(done.stdout) / 1024 < MOST_MEMORY
