"""Albums in an order of one's own: photos dragged by mouse or finger, moved with keys, put back when that fails."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.photos import add_photo, titles_of
from e2e.visit import PHONE, Shelf, User, Visit
from integration.running_gateway import RunningGateway

TITLES = ["One", "Two", "Three", "Four", "Five"]
REORDER = "**/api/albums/*/reorder"
MANY = """
insert into gallery_images (user_id, title, album_id, image_key, thumbnail_key, width, height, size_bytes, sha256,
                            created_at)
select %(user)s, 'Photo ' || number, %(album)s, gen_random_uuid()::text, gen_random_uuid()::text, 8, 6, 8,
       sha256('x'), now() - number * interval '1 hour'
from generate_series(1, %(many)s) number
"""


@pytest.fixture
def album(shelf: Shelf) -> str:
    """The id of an album with five photos, One being the first."""
    album_id = str(shelf.http.post("/api/albums", json={"title": "Street corner"}).json()["data"]["id"])
    for title in reversed(TITLES):
        add_photo(shelf, title, albumId=album_id)
    return album_id


def open_album(visit: Visit, user: User, album_id: str) -> Page:
    visit.sign_in(user)
    visit.page.goto(f"{visit.url}/albums/{album_id}")
    wait_for_photos(visit.page)
    return visit.page


def wait_for_photos(page: Page) -> None:
    """A page that is opened anew loads all its modules, which takes a while on a busy machine."""
    expect(page.locator(".photos .name").first).to_be_attached(timeout=30_000)


def expect_order(page: Page, titles: Sequence[str]) -> None:
    expect(page.locator(".photos .name")).to_have_text(list(titles))


def photo(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=title, exact=True)


def handle(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Move {title}", exact=True)


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def carry(page: Page, item: Locator, to: Locator) -> None:
    """Presses the mouse on an item and moves it there; it is still pressed then."""
    start, end = middle(item), middle(to)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=10)


def wait_until_kept(page: Page, shelf: Shelf, album: str, titles: Sequence[str]) -> None:
    """What is shown does not wait for the API."""
    deadline = time.monotonic() + 20
    while titles_of(shelf, album) != titles and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert titles_of(shelf, album) == titles


def test_a_photo_is_dragged_to_its_place_and_stays_there(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    page = open_album(visit, ada, album)

    carry(page, photo(page, "Four"), photo(page, "One"))
    with page.expect_response(REORDER):
        page.mouse.up()

    expected = ["Four", "One", "Two", "Three", "Five"]
    expect_order(page, expected)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert titles_of(shelf, album) == expected
    assert titles_of(shelf) == TITLES
    page.reload()
    wait_for_photos(page)
    expect_order(page, expected)


def test_a_click_still_opens_a_photo_and_the_viewer_has_the_order(visit: Visit, ada: User, album: str) -> None:
    page = open_album(visit, ada, album)
    carry(page, photo(page, "Five"), photo(page, "Two"))
    with page.expect_response(REORDER):
        page.mouse.up()

    photo(page, "One").click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.get_by_text("1 of 5")).to_be_visible()
    page.keyboard.press("ArrowRight")

    expect(viewer.locator("figcaption")).to_contain_text("Five")


def test_escape_puts_a_dragged_photo_back_and_opens_nothing(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    page = open_album(visit, ada, album)
    carry(page, photo(page, "Four"), photo(page, "Two"))
    page.mouse.move(*middle(photo(page, "Four")), steps=5)

    page.keyboard.press("Escape")
    page.mouse.up()

    expect_order(page, TITLES)
    expect(page.get_by_role("dialog")).to_have_count(0)
    photo(page, "Four").click()
    expect(page.get_by_role("dialog", name="Photo")).to_be_visible()
    assert titles_of(shelf, album) == TITLES


def test_a_photo_that_is_let_go_where_it_was_is_neither_moved_nor_opened(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    page = open_album(visit, ada, album)
    x, y = middle(photo(page, "Two"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 20, steps=5)
    expect(page.locator(".held")).to_have_count(1)

    page.mouse.up()

    expect(page.locator(".held")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_order(page, TITLES)
    assert titles_of(shelf, album) == TITLES


def test_keys_move_a_photo_and_say_where_it_is(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    page = open_album(visit, ada, album)
    told = page.locator("[aria-live=assertive]")
    photo(page, "One").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(handle(page, "Two")).to_be_focused()

    page.keyboard.press("Space")
    expect(told).to_contain_text("Two is picked up, place 2 of 5.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(told).to_have_text("Two: place 4 of 5.")
    assert visit.barriers() == []
    with page.expect_response(REORDER):
        page.keyboard.press("Space")

    expect(told).to_have_text("Two is put down, place 4 of 5.")
    expect(handle(page, "Two")).to_be_focused()
    expected = ["One", "Three", "Four", "Two", "Five"]
    expect_order(page, expected)
    assert titles_of(shelf, album) == expected
    for key in ("Space", "Home", "Escape"):
        page.keyboard.press(key)
    expect(told).to_have_text("Two is put back, place 4 of 5.")
    expect_order(page, expected)


def test_a_selection_stays_what_it_is_while_photos_are_moved(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    page = open_album(visit, ada, album)
    page.get_by_role("checkbox", name="Select Two").check()
    page.get_by_role("checkbox", name="Select Three").check()

    carry(page, photo(page, "Three"), photo(page, "One"))
    with page.expect_response(REORDER):
        page.mouse.up()
    handle(page, "Five").focus()
    for key in ("Space", "Home", "Escape"):
        page.keyboard.press(key)

    expect(page.get_by_text("2 photos selected")).to_be_visible()
    assert titles_of(shelf, album) == ["Three", "One", "Two", "Four", "Five"]


def test_a_finger_drags_by_the_handle(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page = open_album(visit, ada, album)
    (x, y), (to_x, to_y) = middle(handle(page, "Five")), middle(handle(page, "One"))
    devtools = visit.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 11):
        touch("touchMove", {"x": x + (to_x - x) * step / 10, "y": y + (to_y - y) * step / 10})
    with page.expect_response(REORDER):
        touch("touchEnd")

    expect_order(page, ["Five", "One", "Two", "Three", "Four"])
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert titles_of(shelf, album)[0] == "Five"


def test_an_order_that_is_not_kept_is_taken_back(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    visit.expect_problem("ERR_FAILED|500")
    page = open_album(visit, ada, album)
    failures = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=500, json={"success": False, "error": {"message": "No.", "code": "X"}}),
    ]
    for fail, said in zip(failures, ("Mocshelf cannot be reached.", "No."), strict=True):
        page.route(REORDER, fail)
        carry(page, photo(page, "Five"), photo(page, "One"))
        page.mouse.up()

        expect(page.get_by_text(f"The new order was not kept. {said}")).to_be_visible()
        expect_order(page, TITLES)
        page.unroute(REORDER)
    assert titles_of(shelf, album) == TITLES


def test_moves_in_a_row_are_kept_one_after_the_other(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    page = open_album(visit, ada, album)
    sent: list[Route] = []

    def hold_the_first(route: Route) -> None:
        sent.append(route)
        if len(sent) > 1:
            route.continue_()

    page.route(REORDER, hold_the_first)
    for _ in range(3):
        carry(page, page.locator(".photo").last, page.locator(".photo").first)
        page.mouse.up()
    expected = ["Three", "Four", "Five", "One", "Two"]
    expect_order(page, expected)
    assert len(sent) == 1
    sent[0].continue_()

    wait_until_kept(page, shelf, album, expected)


def test_what_was_taken_out_comes_back_to_its_place(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    page = open_album(visit, ada, album)
    for title in ("Two", "Three", "Five"):
        page.get_by_role("checkbox", name=f"Select {title}").check()
    page.get_by_role("button", name="Take out of album").click()
    expect(page.get_by_text("3 photos taken out of the album.")).to_be_visible()
    expect_order(page, ["One", "Four"])

    page.get_by_role("button", name="Undo").click()
    expect_order(page, TITLES)

    wait_until_kept(page, shelf, album, TITLES)


def test_photos_enter_an_album_in_the_order_in_which_they_were_shown(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    for title in ("Sea", "Harbour", "Crane", "Mill", "Lamp", "Quay"):
        add_photo(shelf, title)
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"{visit.url}/gallery")
    page.get_by_role("checkbox", name="Select Quay").check()
    page.get_by_role("checkbox", name="Select Sea").click(modifiers=["Shift"])

    page.get_by_role("button", name="Add to album").click()
    page.get_by_role("button", name="Street corner").click()
    expect(page.get_by_text("6 photos put into “Street corner”.")).to_be_visible()

    assert titles_of(shelf, album) == ["Quay", "Lamp", "Mill", "Crane", "Harbour", "Sea", *TITLES]


def test_a_photo_that_is_held_goes_beyond_what_was_loaded(
    visit: Visit, ada: User, album: str, shelf: Shelf, gateway: RunningGateway
) -> None:
    visit.expect_problem("Failed to load resource")
    user = shelf.http.get("/api/users/me").json()["data"]["id"]
    with psycopg.connect(gateway.stack.endpoints.postgres) as connection:
        connection.execute(MANY, {"user": user, "album": album, "many": 80})
    page = open_album(visit, ada, album)
    told = page.locator("[aria-live=assertive]")

    handle(page, "One").focus()
    page.keyboard.press("Space")
    expect(told).to_contain_text("One is picked up, place 1 of 60.")
    page.keyboard.press("End")
    expect(page.locator(".photos li")).to_have_count(85)
    page.keyboard.press("End")
    expect(told).to_have_text("One: place 85 of 85.")
    with page.expect_response(REORDER):
        page.keyboard.press("Space")

    last = shelf.http.get("/api/images", params={"albumId": album, "page": 17, "limit": 5}).json()["data"]
    assert [image["title"] for image in last[-2:]] == ["Photo 80", "One"]
