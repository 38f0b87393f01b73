"""Photos for the tests of pages: made by code, put into a user's gallery through the API."""

from __future__ import annotations

from e2e.visit import Shelf
from integration.uploading import png

# A picture, not the drawing in its place.
PICTURE = "img:not([src^='data:'])"


def photo(width: int = 120, height: int = 80) -> bytes:
    return png(width, height)


def halves(width: int, height: int) -> bytes:
    """A picture that is red on the left and blue on the right."""
    import pyvips

    red, blue = (
        pyvips.Image.black(width // 2, height).new_from_image(colour) for colour in ([255, 0, 0], [0, 0, 255])
    )
    picture = red.join(blue, "horizontal").cast("uchar").copy(interpretation="srgb")
    return bytes(picture.pngsave_buffer())


def add_photo(shelf: Shelf, title: str, **more: str) -> str:
    """The id of a new photo."""
    files = {"file": ("photo.png", photo(), "image/png")}
    answer = shelf.http.post("/api/images", data={"title": title, **more}, files=files)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def titles_of(shelf: Shelf, album: str = "all") -> list[str]:
    """Newest first; `none` for those outside any album."""
    query = {} if album == "none" else {"albumId": album}
    return [image["title"] for image in shelf.http.get("/api/images", params=query).json()["data"]]
