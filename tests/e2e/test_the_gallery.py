"""The gallery in a browser: adding photos, selecting, looking, editing and deleting them."""

from __future__ import annotations

import base64
import json
import time

import psycopg
import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from e2e.photos import PICTURE, add_photo, photo, titles_of
from e2e.visit import PHONE, Shelf, User, Visit
from integration.running_gateway import RunningGateway

MANY = """
insert into gallery_images (user_id, title, image_key, thumbnail_key, width, height, size_bytes, sha256)
select %(user)s, 'Photo ' || number, 'images/' || number, 'thumbnails/' || number, 8, 6, 8, sha256('x')
from generate_series(1, %(many)s) number
"""
DROP = """
([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: 'image/png' }));
  const { body } = document;
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
  }
}
"""


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_gallery(visit: Visit, user: User) -> Page:
    visit.sign_in(user)
    visit.page.get_by_role("link", name="Gallery", exact=True).click()
    expect(visit.page.get_by_role("heading", name="Gallery", exact=True)).to_be_visible()
    return visit.page


def picture_of(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=title, exact=True)


def shown(page: Page) -> list[str]:
    return page.locator(".photos .name").all_text_contents()


def tags_of(shelf: Shelf, title: str) -> list[str]:
    images = shelf.http.get("/api/images", params={"albumId": "all"}).json()["data"]
    return next(list(image["tags"]) for image in images if image["title"] == title)


def wait_until_found(shelf: Shelf, word: str) -> None:
    """What was changed is searchable within seconds, not at once."""
    deadline = time.monotonic() + 30
    while not shelf.http.get("/api/images/search", params={"search": word}).json()["data"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture
def five(shelf: Shelf) -> Shelf:
    """Photos called One to Five, of which Five is the newest."""
    for title in ("One", "Two", "Three", "Four", "Five"):
        add_photo(shelf, title)
    return shelf


def test_photos_are_added_and_what_is_none_is_told_by_its_name(visit: Visit, ada: User) -> None:
    page = open_gallery(visit, ada)
    expect(page.get_by_role("heading", name="Walls waiting for pictures")).to_be_visible()

    page.get_by_label("Photos to add").first.set_input_files(
        [
            file("night_street.png", photo()),
            file("harbour.png", photo()),
            file("notes.txt", b"not a picture"),
            file("broken.png", photo()[:60]),
            file("empty.jpg", b""),
        ]
    )

    expect(page.get_by_text("2 photos added.")).to_be_visible()
    assert sorted(shown(page)) == ["Harbour", "Night street"]
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_text("3 files were not added")).to_be_visible()
    refused = {line.split("\n")[0]: line for line in uploads.get_by_role("listitem").all_inner_texts()}
    assert "no picture that can be taken" in refused["notes.txt"]
    assert "damaged" in refused["broken.png"]
    assert "This file is empty." in refused["empty.jpg"]
    assert visit.barriers() == []
    uploads.get_by_role("button", name="Forget what failed").click()
    expect(uploads).to_have_count(0)
    page.reload()
    expect(page.get_by_text("2 photos", exact=True)).to_be_visible()


def test_photos_are_dropped_anywhere_on_the_page(visit: Visit, ada: User) -> None:
    page = open_gallery(visit, ada)

    page.evaluate(DROP, ["from-the-phone.png", base64.b64encode(photo()).decode()])

    expect(picture_of(page, "From the phone")).to_be_visible()


def test_an_upload_that_fails_on_the_way_is_tried_again(visit: Visit, ada: User) -> None:
    visit.expect_problem("net::ERR_FAILED")
    page = open_gallery(visit, ada)
    page.route("**/mocshelf-files*/**", lambda route: route.abort())
    page.get_by_label("Photos to add").first.set_input_files([file("mill.png", photo())])
    expect(page.get_by_text("The connection broke off.")).to_be_visible()

    page.unroute("**/mocshelf-files*/**")
    page.get_by_role("button", name="Try again").click()

    expect(picture_of(page, "Mill")).to_be_visible()


def test_the_cover_of_a_new_album_outlasts_answers_from_before(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)

    def late(route: Route) -> None:
        answer = route.fetch()
        page.wait_for_timeout(800)
        route.fulfill(response=answer)

    def after_the_question(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/api/albums?*", late)
    page.route("**/api/albums/*", after_the_question)
    page.get_by_role("checkbox", name="Select Five").check()
    page.get_by_role("button", name="Add to album").click()
    page.get_by_label("A new album").fill("Street corner")
    page.get_by_role("button", name="Create and add").click()

    expect(page.get_by_role("link", name="Street corner 1 photo").locator(PICTURE)).to_be_visible()
    page.wait_for_timeout(1200)
    expect(page.get_by_role("link", name="Street corner 1 photo").locator(PICTURE)).to_be_visible()


def test_a_range_is_put_into_a_new_album_and_taken_back(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Five").check()
    page.get_by_role("checkbox", name="Select Three").click(modifiers=["Shift"])
    expect(page.get_by_text("3 photos selected")).to_be_visible()

    page.get_by_role("button", name="Add to album").click()
    page.get_by_label("A new album").fill("Street corner")
    page.get_by_role("button", name="Create and add").click()
    expect(page.get_by_text("3 photos put into “Street corner”.")).to_be_visible()
    album = page.get_by_role("link", name="Street corner 3 photos")
    expect(album.locator(PICTURE)).to_be_visible()
    page.get_by_label("Show").select_option("In no album")
    expect(page.get_by_text("2 photos", exact=True)).to_be_visible()
    assert shown(page) == ["Two", "One"]
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Street corner 0 photos")).to_be_visible()
    assert titles_of(five, album="none") == ["Five", "Four", "Three", "Two", "One"]


def test_selecting_by_keyboard_alone(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    picture_of(page, "Five").focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("3 photos selected")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Select Two")).to_be_checked()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Select Two")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.keyboard.press("Control+a")
    expect(page.get_by_text("5 photos selected")).to_be_visible()
    for key in ("End", "x", "Home", "Delete"):
        page.keyboard.press(key)

    expect(page.get_by_text("1 photo", exact=True)).to_be_visible()
    expect(picture_of(page, "One")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("5 photos", exact=True)).to_be_visible()


def test_a_finger_that_stays_selects_and_then_taps_do(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    touch = {"pointerType": "touch", "isPrimary": True, "pointerId": 7}

    picture_of(page, "Four").dispatch_event("pointerdown", touch)
    expect(page.get_by_text("1 photo selected")).to_be_visible()
    picture_of(page, "Four").dispatch_event("pointerup", touch)
    picture_of(page, "Four").dispatch_event("click")
    picture_of(page, "Two").click()

    expect(page.get_by_text("2 photos selected")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_is_deleted_while_it_can_be_taken_back(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Two").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(picture_of(page, "Two")).to_have_count(0)
    expect(page.get_by_text("4 photos", exact=True)).to_be_visible()

    assert "Two" in titles_of(five)
    page.get_by_role("button", name="Undo").click()

    expect(picture_of(page, "Two")).to_be_visible()
    page.reload()
    expect(picture_of(page, "Two")).to_be_visible()


@pytest.mark.parametrize("leaving", ["waiting", "reloading", "signing out"])
def test_what_is_not_taken_back_is_deleted(visit: Visit, ada: User, five: Shelf, leaving: str) -> None:
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Two").check()
    page.get_by_role("checkbox", name="Select Four").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("2 photos deleted.")).to_be_visible()

    if leaving == "waiting":
        expect(page.get_by_text("2 photos deleted.")).to_have_count(0, timeout=30_000)
    elif leaving == "reloading":
        page.reload()
    else:
        page.get_by_role("button", name="Account of Ada O’Neill").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    deadline = time.monotonic() + 20
    while len(titles_of(five)) > 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert titles_of(five) == ["Five", "Three", "One"]


def test_looking_at_photos_with_keys_and_closer(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    picture_of(page, "Four").click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.get_by_text("2 of 5")).to_be_visible()
    assert visit.barriers() == []

    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_text("3 of 5")).to_be_visible()
    expect(viewer.locator("figcaption")).to_contain_text("Three")
    page.keyboard.press("End")
    expect(viewer.get_by_text("5 of 5")).to_be_visible()
    expect(viewer.get_by_role("button", name="Next photo")).to_be_disabled()
    look = viewer.get_by_role("button", name="One, whole")
    expect(look).to_have_class("ready")
    look.click()
    expect(viewer.get_by_role("button", name="One, closer")).to_be_visible()
    page.keyboard.press("Escape")

    expect(viewer).to_be_hidden()
    expect(picture_of(page, "Four")).to_be_focused()


def test_words_are_changed_and_found(visit: Visit, ada: User, five: Shelf) -> None:
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Three").check()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("Lighthouse at dusk")
    page.get_by_label("Tags").fill("sea, light,  sea")
    page.get_by_role("button", name="Save").click()
    expect(picture_of(page, "Lighthouse at dusk")).to_be_visible()
    assert tags_of(five, "Lighthouse at dusk") == ["sea", "light"]
    wait_until_found(five, "lighthouse")

    page.keyboard.press("/")
    page.keyboard.type("lihgthouse")

    expect(page.get_by_text("1 photo found")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/gallery?q=lihgthouse")


def test_a_photo_that_was_changed_elsewhere_is_not_written_over(visit: Visit, ada: User, five: Shelf) -> None:
    visit.expect_problem("412")
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Three").check()
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value("Three")
    image = next(one for one in five.http.get("/api/images").json()["data"] if one["title"] == "Three")
    five.http.patch(f"/api/images/{image['id']}", json={"title": "Elsewhere"})

    page.get_by_label("Title").fill("Here")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The photo was changed elsewhere meanwhile.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Elsewhere")


def test_words_that_are_refused_stay_as_they_were_typed(visit: Visit, ada: User, five: Shelf) -> None:
    visit.expect_problem("400")
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Three").check()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("A harbour")
    page.get_by_label("Tags").fill("x" * 51)

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_label("Tags")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Title")).to_have_value("A harbour")


def test_hundreds_of_photos_come_as_they_are_scrolled_to(visit: Visit, ada: User, gateway: RunningGateway) -> None:
    visit.expect_problem("Failed to load resource")
    visit.sign_in(ada)
    page = visit.page
    claims = page.evaluate("atob(JSON.parse(sessionStorage.getItem('mocshelf.session')).access.split('.')[1])")
    with psycopg.connect(gateway.stack.endpoints.postgres) as connection:
        connection.execute(MANY, {"user": json.loads(claims)["sub"], "many": 200})
    page.goto(f"{visit.url}/gallery")
    expect(page.get_by_text("200 photos")).to_be_visible()
    assert len(shown(page)) < 200

    for _ in range(10):
        page.locator(".photos li").last.scroll_into_view_if_needed()
        page.wait_for_timeout(200)

    assert len(set(shown(page))) == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, ada: User, five: Shelf, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
    page = open_gallery(visit, ada)
    expect(page.get_by_text("5 photos")).to_be_visible()
    assert visit.barriers() == []
    page.get_by_role("checkbox", name="Select Two").check()
    assert visit.barriers() == []
    page.get_by_role("button", name="Add to album").click()

    assert visit.barriers() == []


def test_the_gallery_fits_a_phone(visit: Visit, ada: User, five: Shelf) -> None:
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page = open_gallery(visit, ada)
    page.get_by_role("checkbox", name="Select Two").check()
    expect(page.get_by_text("1 photo selected")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert visit.barriers() == []
