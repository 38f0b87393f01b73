"""The wishlist in a browser: wishes added, found, put into order by mouse, finger or keys, and deleted."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.photos import PICTURE, photo
from e2e.visit import PHONE, Shelf, User, Visit

WISHES = [
    ("Jazz Club", "Modular"),
    ("Rivendell", "Landscape"),
    ("Detective’s Office", "Modular"),
    ("Sorting drawers", None),
    ("Boutique Hotel", "Modular"),
]


@pytest.fixture
def wishes(shelf: Shelf) -> Shelf:
    """Five of them, three of one category."""
    for title, category in WISHES:
        answer = shelf.http.post("/api/wishlist", json={"title": title, "category": category})
        assert answer.status_code == 201, answer.text
    return shelf


def open_wishlist(visit: Visit, user: User) -> Page:
    visit.sign_in(user)
    visit.page.get_by_role("link", name="Wishlist", exact=True).click()
    expect(visit.page.get_by_role("heading", name="Wishlist", exact=True)).to_be_visible()
    return visit.page


def shown(page: Page) -> list[str]:
    return page.locator(".wish h2").all_text_contents()


def kept(shelf: Shelf) -> list[str]:
    return [wish["title"] for wish in shelf.http.get("/api/wishlist").json()["data"]]


def handle(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Move {title}")


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_wish_is_added_with_its_picture_and_changed(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = open_wishlist(visit, ada)
    page.get_by_role("button", name="Add the first wish").click()
    page.get_by_label("What is it?").fill("Orient Express")
    page.get_by_label("Link").fill("https://www.example.com/orient-express")
    page.get_by_label("Category").fill("Trains")
    page.get_by_label("Notes").fill("For the shelf above the door.")
    page.get_by_label("Picture file").set_input_files(
        [{"name": "train.png", "mimeType": "image/png", "buffer": photo()}]
    )
    page.get_by_role("button", name="Put it on the list").click()

    wish = page.get_by_role("article", name="Orient Express")
    expect(wish.locator(PICTURE)).to_be_visible()
    link = wish.get_by_role("link", name="example.com")
    expect(link).to_have_attribute("href", "https://www.example.com/orient-express")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(wish).to_contain_text("For the shelf above the door.")
    wish.get_by_role("button", name="Edit").click()
    page.get_by_label("Notes").fill("")
    page.get_by_role("button", name="No picture").click()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(wish.locator(PICTURE)).to_have_count(0)
    stored = shelf.http.get("/api/wishlist").json()["data"][0]
    assert [stored["imageUrl"], stored["description"], stored["category"]] == [None, None, "Trains"]


def test_a_new_picture_is_seen_at_once(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    wish = page.get_by_role("article", name="Rivendell")
    for width in (120, 60):
        wish.get_by_role("button", name="Edit").click()
        picture = {"name": "valley.png", "mimeType": "image/png", "buffer": photo(width, 40)}
        page.get_by_label("Picture file").set_input_files([picture])  # type: ignore[list-item]  # a FilePayload
        page.get_by_role("button", name="Save").click()

        expect(wish.locator(PICTURE)).to_have_js_property("naturalWidth", width)


def test_a_link_that_is_none_is_refused_and_nothing_typed_is_lost(visit: Visit, ada: User) -> None:
    visit.expect_problem("400")
    page = open_wishlist(visit, ada)
    page.get_by_role("button", name="Add a wish").click()
    page.get_by_label("What is it?").fill("A book")
    page.get_by_label("Link").fill("ftp://example.com/book")

    page.get_by_role("button", name="Put it on the list").click()

    expect(page.get_by_label("Link")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("What is it?")).to_have_value("A book")


def test_no_price_is_ever_asked_for_or_shown(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    expect(page.get_by_role("article", name="Rivendell")).to_be_visible()
    page.get_by_role("button", name="Add a wish").click()

    words = page.locator("body").inner_text().lower()

    assert [word for word in ("price", "cost", "€", "$") if word in words] == []


def test_categories_are_tabs_with_their_counts(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    expect(page.get_by_role("tab")).to_have_text(["Everything 5", "Landscape 1", "Modular 3", "Without 1"])

    page.get_by_role("tab", name="Everything").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="Modular")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Modular")).to_be_visible()
    assert shown(page) == ["Jazz Club", "Detective’s Office", "Boutique Hotel"]
    expect(page).to_have_url(f"{visit.url}/wishlist?category=Modular")
    page.reload()
    expect(page.get_by_role("tab", name="Modular")).to_have_attribute("aria-selected", "true")


def test_a_wish_is_dragged_to_its_place_and_stays_there(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    start, end = middle(handle(page, "Sorting drawers")), middle(handle(page, "Jazz Club"))

    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=10)
    with page.expect_response("**/api/wishlist/reorder"):
        page.mouse.up()

    expected = ["Sorting drawers", "Jazz Club", "Rivendell", "Detective’s Office", "Boutique Hotel"]
    assert shown(page) == expected
    assert kept(wishes) == expected
    page.reload()
    expect(page.locator(".wish h2").first).to_have_text("Sorting drawers")


def test_escape_puts_a_dragged_wish_back(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    page.mouse.move(*middle(handle(page, "Sorting drawers")))
    page.mouse.down()
    page.mouse.move(*middle(handle(page, "Jazz Club")), steps=10)

    page.keyboard.press("Escape")
    page.mouse.up()

    assert shown(page) == [title for title, _ in WISHES]


def test_a_finger_drags_by_the_handle(visit: Visit, ada: User, wishes: Shelf) -> None:
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page = open_wishlist(visit, ada)
    (x, start), (_, end) = middle(handle(page, "Jazz Club")), middle(handle(page, "Rivendell"))
    devtools = visit.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": start})
    for step in range(1, 11):
        touch("touchMove", {"x": x, "y": start + (end - start) * step / 10})
    with page.expect_response("**/api/wishlist/reorder"):
        touch("touchEnd")

    assert shown(page)[:2] == ["Rivendell", "Jazz Club"]


def test_keys_move_a_wish_and_say_where_it_is(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    told = page.locator("[aria-live=assertive]")
    handle(page, "Detective’s Office").focus()

    page.keyboard.press("Space")
    expect(told).to_contain_text("Detective’s Office is picked up, place 3 of 5.")
    expect(handle(page, "Detective’s Office")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(told).to_have_text("Detective’s Office: place 1 of 5.")
    assert visit.barriers() == []
    with page.expect_response("**/api/wishlist/reorder"):
        page.keyboard.press("Space")

    expect(told).to_have_text("Detective’s Office is put down, place 1 of 5.")
    expect(handle(page, "Detective’s Office")).to_be_focused()
    assert kept(wishes)[0] == "Detective’s Office"
    page.keyboard.press("Space")
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    expect(told).to_have_text("Detective’s Office is put back, place 1 of 5.")
    assert shown(page)[0] == "Detective’s Office"


def test_moving_in_a_category_leaves_the_others_where_they_are(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    page.get_by_role("tab", name="Modular").click()
    handle(page, "Boutique Hotel").focus()

    page.keyboard.press("Space")
    page.keyboard.press("Home")
    with page.expect_response("**/api/wishlist/reorder"):
        page.keyboard.press("Space")

    assert kept(wishes) == ["Boutique Hotel", "Rivendell", "Jazz Club", "Sorting drawers", "Detective’s Office"]


def test_an_order_that_is_not_kept_is_taken_back(visit: Visit, ada: User, wishes: Shelf) -> None:
    visit.expect_problem("500")
    page = open_wishlist(visit, ada)
    before = [title for title, _ in WISHES]

    def refuse(route: Route) -> None:
        route.fulfill(status=500, json={"success": False, "error": {"message": "Out of order.", "code": "X"}})

    page.route("**/api/wishlist/reorder", refuse)
    handle(page, "Boutique Hotel").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    page.keyboard.press("Space")

    expect(page.get_by_text("The new order was not kept. Out of order.")).to_be_visible()
    expect(page.locator(".wish h2")).to_have_text(before)
    assert kept(wishes) == before


def test_a_new_wish_comes_last_after_an_order_was_made(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    handle(page, "Jazz Club").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/api/wishlist/reorder"):
        page.keyboard.press("Space")

    page.get_by_role("button", name="Add a wish").click()
    page.get_by_label("What is it?").fill("A book")
    page.get_by_role("button", name="Put it on the list").click()

    expect(page.get_by_role("article", name="A book")).to_be_visible()
    assert kept(wishes)[-1] == "A book"
    assert shown(page)[-1] == "A book"


def test_a_search_forgives_typos(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    expect(page.get_by_role("article", name="Rivendell")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("rivendel")

    expect(page.get_by_text("1 found")).to_be_visible()
    assert shown(page) == ["Rivendell"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Everything 5")).to_be_visible()


def test_a_wish_is_deleted_unless_that_is_taken_back(visit: Visit, ada: User, wishes: Shelf) -> None:
    page = open_wishlist(visit, ada)
    page.get_by_role("button", name="Delete Rivendell").click()
    expect(page.get_by_role("tab").first).to_have_text("Everything 4")
    expect(page.get_by_role("button", name="Delete Detective’s Office")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("tab").first).to_have_text("Everything 5")

    page.get_by_role("button", name="Delete Rivendell").click()
    expect(page.get_by_role("article", name="Rivendell")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("tab").first).to_have_text("Everything 4")

    assert "Rivendell" not in kept(wishes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, ada: User, wishes: Shelf, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
    page = open_wishlist(visit, ada)
    expect(page.get_by_role("article", name="Rivendell")).to_be_visible()
    assert visit.barriers() == []
    page.get_by_role("button", name="Add a wish").click()

    assert visit.barriers() == []


def test_the_wishlist_fits_a_phone(visit: Visit, ada: User, wishes: Shelf) -> None:
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page = open_wishlist(visit, ada)
    expect(page.get_by_role("article", name="Rivendell")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert visit.barriers() == []


def test_a_list_scrolls_under_a_dragged_wish_and_ends(visit: Visit, ada: User, wishes: Shelf) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 500})
    page = open_wishlist(visit, ada)
    x, y = middle(handle(page, "Jazz Club"))
    height = page.evaluate("document.documentElement.scrollHeight")

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, 495, steps=5)
    deadline = time.monotonic() + 30
    while page.evaluate("scrollY + innerHeight") < height - 1:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollHeight") == height
    with page.expect_response("**/api/wishlist/reorder"):
        page.mouse.up()

    assert kept(wishes)[-1] == "Jazz Club"
