"""The page of a MOC: what it shows, editing in place, its files and photos, and deleting it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from e2e import papers
from e2e.visit import PHONE, Shelf, User, Visit, give_password


@pytest.fixture
def bookshop(shelf: Shelf) -> str:
    return shelf.add(
        "Harbour Street Bookshop",
        theme="Modular",
        tags=["street", "corner"],
        partsCount=2840,
        description="Corner shop with a reading attic.",
    )


def opened(visit: Visit, user: User, moc_id: str) -> Page:
    visit.sign_in(user)
    visit.page.goto(f"{visit.url}/mocs/{moc_id}")
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible(timeout=20_000)
    return visit.page


def message(page: Page, text: str) -> None:
    expect(page.get_by_role("status", name="Messages")).to_contain_text(text)


def test_a_moc_is_opened_from_the_shelf_and_shows_what_is_known(visit: Visit, ada: User, bookshop: str) -> None:
    visit.sign_in(ada)
    page = visit.page

    page.get_by_role("link", name="Harbour Street Bookshop").click()

    expect(page.get_by_role("heading", name="Harbour Street Bookshop")).to_be_visible()
    expect(page).to_have_title("Harbour Street Bookshop · Mocshelf")
    for text in ("by Ada", "2,840", "Corner shop with a reading attic."):
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Modular")).to_have_attribute("href", "/?theme=Modular")
    expect(page.get_by_role("link", name="corner")).to_have_attribute("href", "/?tag=corner")
    assert visit.barriers() == []


def test_facts_are_edited_where_they_stand(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    page = opened(visit, ada, bookshop)
    page.keyboard.press("e")
    expect(page.get_by_label("Title")).to_be_focused()

    page.get_by_label("Title").fill("Harbour Street Books")
    page.get_by_label("Subtheme").fill("Harbour")
    page.get_by_label("Tags").press_sequentially("books,attic")
    page.get_by_label("Tags").press("Enter")
    page.get_by_role("button", name="Remove the tag street").click()
    assert visit.barriers() == []
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Harbour Street Books")).to_be_visible()
    found = shelf.moc(bookshop)
    assert (found["subtheme"], found["tags"]) == ("Harbour", ["corner", "books", "attic"])
    assert found["description"] == "Corner shop with a reading attic."
    page.get_by_role("link", name="‹ Shelf").click()
    expect(page.get_by_role("link", name="Harbour Street Books")).to_be_visible()


def test_what_is_wrong_is_said_beside_the_field(visit: Visit, ada: User, bookshop: str) -> None:
    visit.expect_problem("Failed to load resource.*400")
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Edit").click()

    page.get_by_label("Title").fill(" ")
    page.get_by_role("textbox", name="Parts", exact=True).fill("many")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Some fields need attention.")).to_be_visible()
    parts = page.get_by_role("textbox", name="Parts", exact=True)
    expect(parts).to_have_accessible_description("must be a whole number from 1 to 1,000,000")
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")


def test_a_change_from_elsewhere_is_shown_and_never_lost(
    visit: Visit, ada: User, bookshop: str, shelf: Shelf
) -> None:
    visit.expect_problem("Failed to load resource.*412")
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Theme", exact=True).fill("Town")
    shelf.http.patch(f"/api/mocs/{bookshop}", json={"title": "Bookshop of the North", "theme": "City"})

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert").filter(has_text="changed elsewhere")).to_contain_text(
        re.compile("Title: Bookshop of the North.*Theme: City")
    )
    assert shelf.moc(bookshop)["theme"] == "City"
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_role("heading", name="Bookshop of the North")).to_be_visible()
    assert shelf.moc(bookshop)["theme"] == "Town"


def test_the_newer_version_may_be_taken_instead(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    visit.expect_problem("Failed to load resource.*412")
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Title").fill("Mine")
    shelf.http.patch(f"/api/mocs/{bookshop}", json={"title": "Theirs"})
    page.get_by_role("button", name="Save").click()

    page.get_by_role("button", name="Drop mine").click()

    expect(page.get_by_role("heading", name="Theirs")).to_be_visible()
    assert shelf.moc(bookshop)["title"] == "Theirs"


def test_a_set_has_fields_of_its_own(visit: Visit, ada: User, shelf: Shelf) -> None:
    police = {"type": "set", "title": "Police Station", "brand": "LEGO", "setNumber": "10278-1"}
    moc_id = shelf.http.post("/api/mocs", json=police).json()["data"]["id"]
    page = opened(visit, ada, moc_id)
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Designer")).to_have_count(0)

    page.get_by_label("Year of release").fill("2021")
    page.get_by_label("Retired").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("2021", exact=True)).to_be_visible()
    assert shelf.moc(moc_id)["retired"] is True


def test_a_deleted_moc_leaves_the_shelf_at_once_and_can_be_had_back(
    visit: Visit, ada: User, bookshop: str, shelf: Shelf
) -> None:
    shelf.add("Northern Lighthouse")
    page = opened(visit, ada, bookshop)

    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 MOC", exact=True)).to_be_visible()
    assert shelf.moc(bookshop)["title"] == "Harbour Street Bookshop"
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("2 MOCs")).to_be_visible()
    page.wait_for_timeout(8500)
    assert shelf.http.get(f"/api/mocs/{bookshop}").status_code == 200


def test_a_deletion_is_carried_out_when_nobody_takes_it_back(
    visit: Visit, ada: User, bookshop: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, bookshop)

    with page.expect_response(lambda answer: answer.request.method == "DELETE", timeout=15_000):
        page.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert shelf.http.get(f"/api/mocs/{bookshop}").status_code == 404


def test_a_deletion_is_carried_out_when_the_page_is_left(
    visit: Visit, ada: User, bookshop: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    page.goto("about:blank")

    page.wait_for_timeout(1000)
    assert shelf.http.get(f"/api/mocs/{bookshop}").status_code == 404


def test_files_are_downloaded_and_removed(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    content = papers.pdf(2)
    shelf.send(f"/api/mocs/{bookshop}/files", "walls.pdf", content, fileType="instruction")
    shelf.send(f"/api/mocs/{bookshop}/files", "roof.pdf", content, fileType="instruction")
    page = opened(visit, ada, bookshop)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download walls.pdf").click()
    assert download.value.suggested_filename == "walls.pdf"
    assert download.value.path().read_bytes() == content
    with page.expect_response(lambda answer: answer.request.method == "DELETE", timeout=15_000):
        page.get_by_role("button", name="Remove roof.pdf").click()
        expect(page.get_by_role("button", name="Download roof.pdf")).to_have_count(0)

    assert [file["originalFilename"] for file in shelf.moc(bookshop)["files"]] == ["walls.pdf"]
    expect(page.get_by_role("button", name="Download walls.pdf")).to_be_visible()


def test_photos_are_looked_at_with_the_keyboard(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    for title, colour in (("Front", "teal"), ("Yard", "gold"), ("Attic", "brown")):
        shelf.photo(bookshop, title, papers.picture(colour))
    page = opened(visit, ada, bookshop)

    page.get_by_role("button", name="Show Front").press("Enter")
    pictures = page.get_by_role("dialog", name="Photo")
    expect(pictures.get_by_text("1 of 3")).to_be_visible()
    page.keyboard.press("End")
    expect(pictures.get_by_text("Attic", exact=True)).to_be_visible()
    pictures.get_by_role("button", name="Attic, whole").click()
    expect(pictures.get_by_role("button", name="Attic, closer")).to_have_attribute("aria-pressed", "true")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    assert visit.barriers() == []
    page.keyboard.press("Escape")

    expect(pictures).to_be_hidden()
    expect(page.get_by_role("button", name="Show Front")).to_be_focused()


def test_a_thumb_swipes_to_the_next_photo(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    for title, colour in (("Front", "teal"), ("Yard", "gold")):
        shelf.photo(bookshop, title, papers.picture(colour))
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Show Front").click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    fingers = visit.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, int]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": 800, "y": 400})
    for x in range(780, 500, -20):
        touch("touchMove", {"x": x, "y": 400})
    touch("touchEnd")

    expect(page.get_by_text("2 of 2")).to_be_visible()


def test_a_photo_becomes_the_cover_and_another_is_removed(
    visit: Visit, ada: User, bookshop: str, shelf: Shelf
) -> None:
    shelf.photo(bookshop, "Front", papers.picture("teal"))
    shelf.photo(bookshop, "Yard", papers.picture("gold"))
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Show Front").click()
    page.get_by_role("button", name="Use as the cover").click()
    message(page, "This is the cover now.")
    page.get_by_role("button", name="Show Yard").click()
    page.get_by_role("button", name="Use as the cover").click()
    expect(page.get_by_role("button", name="Show the cover")).to_be_visible()

    # The copy that was the cover before is gone, and the one that is now is no photo beside it.
    page.wait_for_function("() => document.querySelectorAll('.moc-photos li').length === 2")
    page.get_by_role("button", name="Show Front").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Show Front")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Show Front")).to_be_visible()
    assert [file["fileType"] for file in shelf.moc(bookshop)["files"]] == ["thumbnail"]
    assert shelf.moc(bookshop)["thumbnailUrl"]


def test_a_moc_of_somebody_else_is_as_none(visit: Visit, bookshop: str, new_user: Callable[[], User]) -> None:
    visit.expect_problem("Failed to load resource.*403")
    visit.sign_in(new_user())

    visit.page.goto(f"{visit.url}/mocs/{bookshop}")

    expect(visit.page.get_by_role("heading", name="This MOC is not on your shelf")).to_be_visible()


def test_who_signs_in_next_sees_nothing_of_it(
    visit: Visit, ada: User, bookshop: str, new_user: Callable[[], User]
) -> None:
    visit.expect_problem("Failed to load resource.*403")
    page = opened(visit, ada, bookshop)
    page.get_by_role("link", name="‹ Shelf").click()
    page.get_by_role("button", name="Account of Ada O’Neill").click()
    page.get_by_role("button", name="Sign out").click()
    give_password(page, new_user())

    page.evaluate("history.go(-2)")

    expect(page.get_by_role("heading", name="This MOC is not on your shelf")).to_be_visible()


def test_unsaved_changes_are_not_lost_by_leaving(visit: Visit, ada: User, bookshop: str) -> None:
    page = opened(visit, ada, bookshop)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Title").click()
    page.keyboard.type("Something else")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.reload()

    assert asked == ["beforeunload"]


def test_it_fits_a_phone_in_the_dark(visit: Visit, ada: User, bookshop: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{bookshop}/files", f"{'long' * 20}.pdf", papers.pdf(2), fileType="instruction")
    shelf.photo(bookshop, "Front", papers.picture("teal"))
    shelf.parts_list(bookshop, "All of it", [{"partNumber": "3001", "quantity": 4, "partName": "Brick 2 x 4"}])
    visit.page.set_viewport_size(PHONE)
    visit.page.emulate_media(color_scheme="dark")

    page = opened(visit, ada, bookshop)
    expect(page.get_by_text("Brick 2 x 4")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert visit.barriers() == []
