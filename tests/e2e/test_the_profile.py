"""The profile in a browser: name, picture and statistics."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from e2e.photos import add_photo, halves
from e2e.visit import PHONE, Shelf, User, Visit, give_password

# The colour in the middle of the picture that is shown, as `[red, green, blue]`.
MIDDLE = """
(image) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d');
  const { naturalWidth: width, naturalHeight: height } = image;
  context.drawImage(image, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
"""


def open_profile(visit: Visit, user: User) -> Page:
    visit.sign_in(user)
    visit.page.get_by_role("link", name="Profile", exact=True).click()
    expect(visit.page.get_by_role("heading", name=user.name)).to_be_visible()
    return visit.page


def wide_picture() -> FilePayload:
    return {"name": "wide.png", "mimeType": "image/png", "buffer": halves(900, 300)}


def test_a_picture_is_cut_from_where_the_user_moves_it(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = open_profile(visit, ada)
    page.get_by_label("Picture file").set_input_files([wide_picture()])
    stage = page.get_by_role("application")
    box = stage.bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + 20, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 100, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Use this picture").click()

    picture = page.get_by_role("img", name="Your picture")
    expect(picture).to_have_js_property("naturalWidth", 256)
    red, _, blue = picture.evaluate(MIDDLE)
    assert red > 200 > 60 > blue
    assert shelf.http.get("/api/users/me").json()["data"]["avatarUrl"]


def test_a_picture_is_cut_by_keys_and_replaced(visit: Visit, ada: User) -> None:
    page = open_profile(visit, ada)
    picture = page.get_by_role("img", name="Your picture")
    for key, colour in (("ArrowLeft", 0), ("ArrowRight", 2)):
        page.get_by_label("Picture file").set_input_files([wide_picture()])
        page.get_by_role("application").focus()
        for _ in range(30):
            page.keyboard.press(key)
        page.keyboard.press("+")
        expect(page.get_by_role("slider", name="Size")).not_to_have_value("1")
        assert visit.barriers() == []
        page.get_by_role("button", name="Use this picture").click()
        expect(page.get_by_role("button", name="Use this picture")).to_have_count(0)

        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate(MIDDLE)[colour] > 200


def test_a_picture_that_is_none_is_refused(visit: Visit, ada: User) -> None:
    page = open_profile(visit, ada)

    page.get_by_label("Picture file").set_input_files(
        [{"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}]
    )

    expect(page.get_by_text("This picture cannot be read. Try another one.")).to_be_visible()


def test_a_removed_picture_comes_back_or_is_gone(visit: Visit, ada: User, shelf: Shelf) -> None:
    files = {"file": ("me.png", halves(80, 80), "image/png")}
    assert shelf.http.post("/api/users/me/avatar", files=files).status_code == 200
    page = open_profile(visit, ada)
    picture = page.get_by_role("img", name="Your picture")
    page.get_by_role("button", name="Remove").click()
    expect(picture).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(picture).to_be_visible()

    page.get_by_role("button", name="Remove").click()
    page.reload()
    expect(page.get_by_role("button", name="Add a picture")).to_be_visible()

    assert shelf.http.get("/api/users/me").json()["data"]["avatarUrl"] is None


def test_a_new_picture_is_not_lost_to_a_removal_before(visit: Visit, ada: User, shelf: Shelf) -> None:
    files = {"file": ("me.png", halves(80, 80), "image/png")}
    assert shelf.http.post("/api/users/me/avatar", files=files).status_code == 200
    page = open_profile(visit, ada)
    page.get_by_role("button", name="Remove").click()
    page.get_by_label("Picture file").set_input_files([wide_picture()])
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_role("img", name="Your picture")).to_be_visible()

    # Long enough for the removal to have been sent.
    expect(page.get_by_text("Your picture is removed.")).to_have_count(0, timeout=30_000)
    page.reload()

    expect(page.get_by_role("img", name="Your picture")).to_be_visible()


def in_the_header(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("button").locator("img")


def test_the_picture_is_in_the_header_and_is_renewed_there(visit: Visit, ada: User) -> None:
    page = open_profile(visit, ada)
    button, picture = page.get_by_role("button", name=f"Account of {ada.name}"), in_the_header(page)
    expect(button).to_contain_text("AO")
    before = button.bounding_box()
    for key, colour in (("ArrowLeft", 0), ("ArrowRight", 2)):
        page.get_by_label("Picture file").set_input_files([wide_picture()])
        page.get_by_role("application").focus()
        for _ in range(30):
            page.keyboard.press(key)
        page.get_by_role("button", name="Use this picture").click()
        expect(page.get_by_role("button", name="Use this picture")).to_have_count(0)
        page.wait_for_function(f"image => ({MIDDLE})(image)[{colour}] > 200", arg=picture.element_handle())

    page.reload()
    expect(picture).to_have_js_property("naturalWidth", 256)
    assert button.bounding_box() == before
    page.get_by_role("button", name="Remove").click()
    expect(picture).to_have_count(0)
    expect(button).to_contain_text("AO")
    page.get_by_role("button", name="Undo").click()

    expect(picture).to_be_visible()


def test_a_picture_that_cannot_be_loaded_leaves_the_initials(visit: Visit, ada: User, shelf: Shelf) -> None:
    visit.expect_problem("net::ERR_FAILED")
    files = {"file": ("me.png", halves(80, 80), "image/png")}
    assert shelf.http.post("/api/users/me/avatar", files=files).status_code == 200
    page = visit.page
    page.route("**/avatars/**", lambda route: route.abort())

    with page.expect_event("requestfailed"):
        visit.sign_in(ada)

    expect(page.get_by_role("button", name=f"Account of {ada.name}")).to_contain_text("AO")
    expect(in_the_header(page)).to_have_count(0)


def test_the_header_forgets_the_picture_with_its_user(
    visit: Visit, ada: User, shelf: Shelf, new_user: Callable[[], User]
) -> None:
    files = {"file": ("me.png", halves(80, 80), "image/png")}
    assert shelf.http.post("/api/users/me/avatar", files=files).status_code == 200
    page = visit.page
    visit.sign_in(ada)
    expect(in_the_header(page)).to_be_visible()

    page.get_by_role("button", name=f"Account of {ada.name}").click()
    page.get_by_role("button", name="Sign out").click()
    expect(in_the_header(page)).to_have_count(0)
    give_password(page, new_user())

    expect(in_the_header(page)).to_have_count(0)


def test_a_name_is_changed_everywhere(visit: Visit, ada: User) -> None:
    visit.expect_problem("400")
    page = open_profile(visit, ada)
    page.get_by_role("button", name="Change name").click()
    page.get_by_label("Name", exact=True).fill("Grace <Hopper>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("may have letters, digits, spaces")).to_be_visible()

    page.get_by_label("Name", exact=True).fill("Grace Hopper")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    expect(page.get_by_role("button", name="Account of Grace Hopper")).to_be_visible()


def test_what_there_is_is_counted(visit: Visit, ada: User, shelf: Shelf) -> None:
    first = shelf.add("Lighthouse", theme="Landscape", tags=["sea"])
    shelf.add("Mill", theme="Landscape")
    shelf.http.post("/api/wishlist", json={"title": "Rivendell"})
    add_photo(shelf, "One")
    parts = [{"partNumber": "3001", "quantity": 4, "acquired": True}, {"partNumber": "3002", "quantity": 2}]
    made = shelf.http.post(f"/api/mocs/{first}/parts-lists", json={"title": "Bricks", "built": True, "parts": parts})
    assert made.status_code == 201, made.text

    page = open_profile(visit, ada)

    counts = page.get_by_role("region", name="How much there is")
    expect(counts.get_by_role("link")).to_have_text(["2MOCs", "1photo", "1wish"])
    expect(page.locator(".bars li")).to_have_text(["Landscape2", "sea1"])
    expect(page.locator(".columns li").last).to_contain_text(": 2")
    expect(page.get_by_text("1 list, 1 built, 0 purchased")).to_be_visible()
    expect(page.get_by_text("1 of 2 lots complete, 50 %")).to_be_visible()
    page.get_by_text("As a table, by theme").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Landscape")
    assert visit.barriers() == []


def test_statistics_that_fail_leave_the_others_alone(visit: Visit, ada: User, shelf: Shelf) -> None:
    visit.expect_problem("net::ERR_FAILED")
    shelf.add("Lighthouse", theme="Landscape")
    visit.page.route("**/stats/uploads-over-time", lambda route: route.abort())
    page = open_profile(visit, ada)
    expect(page.locator(".bars li")).to_have_text(["Landscape1"])
    expect(page.get_by_role("alert").filter(has_text="Mocshelf cannot be reached.")).to_be_visible()

    page.unroute("**/stats/uploads-over-time")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".columns li")).to_have_count(12)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, ada: User, shelf: Shelf, scheme: str) -> None:
    shelf.add("Lighthouse", theme="Landscape")
    visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
    page = open_profile(visit, ada)
    expect(page.locator(".columns li")).to_have_count(12)

    assert visit.barriers() == []


def test_the_profile_fits_a_phone(visit: Visit, ada: User, shelf: Shelf) -> None:
    shelf.add("Lighthouse", theme="Landscape")
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    page = open_profile(visit, ada)
    expect(page.locator(".columns li")).to_have_count(12)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert visit.barriers() == []
