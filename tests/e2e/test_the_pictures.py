"""Every page with something on it, as the documentation shows it: nothing is out of order, nothing is a barrier."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from e2e import papers
from e2e.scenes import street
from e2e.visit import PHONE, Shelf, User, Visit

# Number, name, colour in Rebrickable's numbers and words, how many.
LINES = (
    ("3001", "Brick 2 x 4", 4, "Red", 48),
    ("3005", "Brick 1 x 1", 378, "Sand Green", 120),
    ("3024", "Plate 1 x 1", 0, "Black", 64),
    ("3062b", "Brick 1 x 1 Round", 19, "Tan", 32),
    ("3070b", "Tile 1 x 1", 72, "Dark Bluish Gray", 80),
    ("60592", "Window 1 x 2 x 2", 15, "White", 24),
)
# A function, because the page's policy lets nobody evaluate an expression again and again.
DRAWN = "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
WISHES = (("Corner Garage", "Sets"), ("Sand green slopes", "Parts"), ("A train station for the harbour", "MOCs"))


@pytest.fixture
def library(shelf: Shelf) -> str:
    """A MOC with everything, photos of the gallery, wishes; the id of the MOC."""
    words = "Two shops and a flat above them, with a stair at the back. The roof comes off in one piece."
    more = {"theme": "Modular", "tags": ["street", "harbour"], "partsCount": 2140}
    moc = shelf.add("Harbour Street Bookshop", description=words, **more)
    shelf.send(f"/api/mocs/{moc}/files", "cover.png", street(7), fileType="thumbnail")
    shelf.send(f"/api/mocs/{moc}/files", "bookshop.pdf", papers.pdf(48), fileType="instruction")
    for seed, title in enumerate(("From the harbour", "At noon", "By night", "The back yard")):
        shelf.photo(moc, title, street(seed))
    parts = [
        {
            "partNumber": number,
            "partScheme": "rebrickable",
            "partName": name,
            "colorId": colour,
            "colorScheme": "rebrickable",
            "colorName": shade,
            "quantity": count,
            "acquiredQuantity": count if colour in (0, 4) else count // 3,
        }
        for number, name, colour, shade, count in LINES
    ]
    shelf.parts_list(moc, "Bricks", parts)
    for seed, (title, category) in enumerate(WISHES):
        wish = shelf.http.post("/api/wishlist", json={"title": title, "category": category}).json()["data"]["id"]
        picture = {"file": ("wish.png", street(seed + 10), "image/png")}
        assert shelf.http.post(f"/api/wishlist/{wish}/image", files=picture).status_code == 200
    return moc


def looked_at(visit: Visit, name: str) -> None:
    """The page has all its pictures, nothing wider than the window, and no barrier; then it is pictured."""
    page = visit.page
    page.wait_for_function(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.barriers() == []
    visit.picture(name)


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


def test_every_page_is_in_order_and_pictured(visit: Visit, ada: User, library: str) -> None:
    visit.sign_in(ada)
    page = visit.page
    page.get_by_role("link", name=re.compile("Harbour Street Bookshop")).click()
    expect(page.get_by_role("button", name="Show From the harbour")).to_be_attached()
    looked_at(visit, "moc")
    go(page, "Gallery")
    expect(page.get_by_text("4 photos")).to_be_visible()
    looked_at(visit, "gallery")
    go(page, "Wishlist")
    expect(page.get_by_role("heading", name="Wishlist")).to_be_visible()
    looked_at(visit, "wishlist")
    go(page, "Profile")
    expect(page.get_by_role("heading", name=ada.name)).to_be_visible()
    looked_at(visit, "profile")
    page.set_viewport_size(PHONE)
    page.goto(f"{visit.url}/mocs/{library}")
    expect(page.get_by_role("button", name="Show From the harbour")).to_be_attached()
    looked_at(visit, "moc-phone")
