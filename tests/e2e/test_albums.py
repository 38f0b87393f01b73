"""Albums in a browser: made, filled, renamed, given a cover, deleted and had back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from e2e.photos import PICTURE, add_photo, photo, titles_of
from e2e.visit import Shelf, User, Visit


@pytest.fixture
def album(shelf: Shelf) -> str:
    """The id of an album with two photos, Two being the newest, beside one that is in none."""
    made = shelf.http.post("/api/albums", json={"title": "Street corner", "description": "Since 2019."})
    album_id = str(made.json()["data"]["id"])
    add_photo(shelf, "Outside")
    for title in ("One", "Two"):
        add_photo(shelf, title, albumId=album_id)
    return album_id


def open_album(visit: Visit, user: User, album_id: str) -> Page:
    visit.sign_in(user)
    visit.page.goto(f"{visit.url}/albums/{album_id}")
    expect(visit.page.get_by_role("heading", name="Street corner")).to_be_visible()
    return visit.page


def shown(page: Page) -> list[str]:
    return page.locator(".photos .name").all_text_contents()


def test_an_album_is_made_and_photos_are_added_to_it(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)
    page.goto(f"{visit.url}/gallery")
    page.get_by_role("button", name="New album").click()
    page.get_by_label("Title").fill("Harbour")
    page.get_by_role("button", name="Create the album").click()
    expect(page.get_by_role("heading", name="An empty album")).to_be_visible()

    page.get_by_label("Photos to add").first.set_input_files(
        [{"name": "crane.png", "mimeType": "image/png", "buffer": photo()}]
    )
    expect(page.get_by_role("button", name="Crane", exact=True)).to_be_visible()
    page.get_by_role("link", name="← Gallery").click()

    # The first photo is the cover.
    expect(page.get_by_role("link", name="Harbour 1 photo").locator(PICTURE)).to_be_visible()
    assert titles_of(shelf, album="none") == []


def test_an_album_has_its_photos_newest_first(visit: Visit, ada: User, album: str) -> None:
    page = open_album(visit, ada, album)

    expect(page.get_by_text("2 photos", exact=True)).to_be_visible()
    assert shown(page) == ["Two", "One"]
    expect(page.get_by_text("Since 2019.")).to_be_visible()
    assert page.title() == "Street corner · Mocshelf"
    assert visit.barriers() == []


def test_a_photo_is_taken_out_and_another_made_the_cover(visit: Visit, ada: User, album: str, shelf: Shelf) -> None:
    page = open_album(visit, ada, album)
    page.get_by_role("checkbox", name="Select One").check()
    page.get_by_role("button", name="Make cover").click()
    expect(page.get_by_text("This is the album’s cover now.")).to_be_visible()

    page.get_by_role("checkbox", name="Select Two").check()
    page.get_by_role("button", name="Take out of album").click()
    expect(page.get_by_text("1 photo taken out of the album.")).to_be_visible()

    expect(page.get_by_text("1 photo", exact=True)).to_be_visible()
    assert shown(page) == ["One"]
    assert titles_of(shelf, album=album) == ["One"]
    images = shelf.http.get("/api/images", params={"albumId": album}).json()["data"]
    assert shelf.http.get(f"/api/albums/{album}").json()["data"]["coverImageId"] == images[0]["id"]


def test_an_album_is_renamed_and_never_over_a_change_from_elsewhere(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    visit.expect_problem("412")
    page = open_album(visit, ada, album)
    page.get_by_role("button", name="Edit album").click()
    page.get_by_label("Title").fill("Baker Street")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Baker Street")).to_be_visible()

    page.get_by_role("button", name="Edit album").click()
    expect(page.get_by_label("Title")).to_have_value("Baker Street")
    page.wait_for_load_state("networkidle")
    shelf.http.patch(f"/api/albums/{album}", json={"title": "Elsewhere"})
    page.get_by_label("Title").fill("Here")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("The album was changed elsewhere meanwhile.")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Elsewhere")


def test_a_deleted_album_comes_back_and_its_photos_never_went(
    visit: Visit, ada: User, album: str, shelf: Shelf
) -> None:
    page = open_album(visit, ada, album)
    page.get_by_role("button", name="Delete album").click()
    expect(page.get_by_text("“Street corner” deleted. Its photos stay in the gallery.")).to_be_visible()
    expect(page.get_by_role("link", name="Street corner")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Street corner 2 photos")).to_be_visible()

    page.get_by_role("link", name="Street corner 2 photos").click()
    page.get_by_role("button", name="Delete album").click()
    expect(page.get_by_text("3 photos", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("3 photos", exact=True)).to_be_visible()

    expect(page.get_by_role("link", name="Street corner")).to_have_count(0)
    assert titles_of(shelf, album="none") == ["Two", "One", "Outside"]


def test_an_album_that_is_not_there_says_so(visit: Visit, ada: User) -> None:
    visit.expect_problem("404")
    visit.sign_in(ada)

    visit.page.goto(f"{visit.url}/albums/00000000-0000-4000-8000-000000000000")

    expect(visit.page.get_by_role("heading", name="This album is not there")).to_be_visible()
