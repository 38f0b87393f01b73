"""Letters that are typed while something else happens: an answer arrives, a filter is chosen, the page is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.visit import Shelf, User, Visit

DEBOUNCE = 150


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.add("Northern Lighthouse", theme="Landscape", tags=["sea"])
    shelf.add("Mobile Crane", theme="Technic", tags=["motor"])
    shelf.wait_until_found("crane")
    return shelf


def stand_still(page: Page) -> None:
    """Has no timer of the page end by itself from now on."""
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=2))


def on(visit: Visit, user: User, address: str) -> Page:
    visit.page.clock.install()
    visit.sign_in(user)
    visit.page.goto(visit.url + address)
    expect(visit.page.get_by_role("searchbox")).to_be_visible()
    return visit.page


def test_letters_typed_while_an_answer_brings_a_new_theme_stay(visit: Visit, ada: User, filled: Shelf) -> None:
    held: list[Route] = []
    page = on(visit, ada, "/?q=zeppelin")
    expect(page.get_by_text("Nothing is found for “zeppelin”.")).to_be_visible()
    page.route("**/api/mocs?*search=crane*", lambda route: held.append(route))
    field = page.get_by_role("searchbox")
    field.select_text()
    with page.expect_request("**/api/mocs?*search=crane*"):
        page.keyboard.type("crane")
    stand_still(page)

    page.keyboard.type(" mob")
    held.pop().continue_()
    expect(page.get_by_role("combobox", name="Theme").get_by_role("option", name="Technic")).to_have_count(1)
    expect(field).to_have_value("crane mob")
    page.clock.run_for(DEBOUNCE + 10)

    expect(page).to_have_url(f"{visit.url}/?q=crane+mob")
    expect(field).to_have_value("crane mob")


def test_a_filter_that_is_chosen_before_the_letters_are_searched_for_holds(
    visit: Visit, ada: User, filled: Shelf
) -> None:
    page = on(visit, ada, "/")
    expect(page.get_by_text("2 MOCs")).to_be_visible()
    stand_still(page)

    page.get_by_role("searchbox").press_sequentially("light")
    page.get_by_role("combobox", name="Theme").select_option("Landscape")
    page.clock.run_for(DEBOUNCE + 10)

    expect(page).to_have_url(f"{visit.url}/?q=light&theme=Landscape")
    expect(page.get_by_role("searchbox")).to_have_value("light")


@pytest.mark.parametrize("address", ["/", "/wishlist"])
def test_whoever_leaves_while_typing_is_not_brought_back(visit: Visit, ada: User, address: str) -> None:
    page = on(visit, ada, address)
    stand_still(page)

    page.get_by_role("searchbox").press_sequentially("light")
    page.get_by_role("link", name="Gallery", exact=True).click()
    page.clock.run_for(DEBOUNCE + 10)
    expect(page.get_by_role("heading", name="Gallery")).to_be_visible()
    page.clock.run_for(DEBOUNCE + 10)

    expect(page).to_have_url(f"{visit.url}/gallery")


@pytest.mark.parametrize("address", ["/", "/gallery", "/wishlist"])
def test_letters_typed_before_going_back_are_forgotten(visit: Visit, ada: User, address: str) -> None:
    page = on(visit, ada, address)
    field = page.get_by_role("searchbox")
    field.press_sequentially("sea")
    expect(page).to_have_url(f"{visit.url}{address}?q=sea")
    stand_still(page)

    field.press_sequentially("side")
    page.go_back()
    page.clock.run_for(DEBOUNCE + 10)

    expect(field).to_have_value("")
    expect(page).to_have_url(f"{visit.url}{address}")


@pytest.mark.parametrize("address", ["/", "/gallery", "/wishlist"])
def test_a_space_before_the_next_word_stays(visit: Visit, ada: User, address: str) -> None:
    page = on(visit, ada, address)
    field = page.get_by_role("searchbox")
    field.press_sequentially("red ")
    expect(page).to_have_url(f"{visit.url}{address}?q=red+")

    field.press_sequentially("brick")
    expect(page).to_have_url(f"{visit.url}{address}?q=red+brick")

    expect(field).to_have_value("red brick")
