"""The shelf in a browser: searching, filtering, scrolling, with the mouse, a thumb or the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.many import fill, titled
from e2e.visit import PHONE, Shelf, User, Visit
from mocshelf_tools.examples import _MOCS as EXAMPLES
from mocshelf_tools.stack import Stack


def titles(page: Page) -> list[str]:
    return page.locator(".grid .title").all_text_contents()


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Some MOCs of two themes, and a set."""
    shelf.add("Northern Lighthouse", theme="Landscape", tags=["sea", "light"], partsCount=1680)
    shelf.add("Alpine Chapel", theme="Landscape", tags=["snow"], partsCount=960)
    shelf.add("Mobile Crane LT-60", theme="Technic", tags=["motor"], partsCount=2750)
    police = {"type": "set", "title": "Police Station", "brand": "LEGO", "setNumber": "10278-1"}
    assert shelf.http.post("/api/mocs", json=police).status_code == 201
    for word in ("lighthouse", "crane"):
        shelf.wait_until_found(word)
    return shelf


def test_a_search_forgives_typos_and_stays_in_the_address(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("4 MOCs")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("lihgthouse")
    expect(page.get_by_text("1 found")).to_be_visible()
    assert titles(page) == ["Northern Lighthouse"]
    expect(page).to_have_url(f"{visit.url}/?q=lihgthouse")
    page.reload()
    expect(page.get_by_text("1 found")).to_be_visible()
    page.get_by_role("searchbox").press("Escape")

    expect(page.get_by_text("4 MOCs")).to_be_visible()


def test_typing_asks_once_and_the_answer_of_the_last_letters_counts(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("4 MOCs")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search=" in request.url else None)

    page.get_by_role("searchbox").press_sequentially("crane", delay=20)
    expect(page.get_by_text("1 found")).to_be_visible()

    assert [re.findall("search=([a-z]+)", url) for url in asked] == [["crane"]]


def test_filters_combine_and_can_be_cleared_and_had_back(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)
    page.get_by_label("Theme").select_option("Landscape")
    expect(page.get_by_text("2 found")).to_be_visible()
    page.get_by_label("Tag").select_option("snow")
    expect(page.get_by_text("1 found")).to_be_visible()

    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("4 MOCs", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("1 found")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/?theme=Landscape&tag=snow")


def test_back_goes_through_what_was_chosen(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)
    page.get_by_label("Type").select_option("Sets")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.get_by_label("Sort by").select_option("Title")
    expect(page).to_have_url(f"{visit.url}/?type=set&sort=title")

    page.go_back()
    page.go_back()

    expect(page.get_by_text("4 MOCs")).to_be_visible()
    expect(page.get_by_label("Type")).to_have_value("")


def test_sorting_is_the_apis(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada)

    page.get_by_label("Sort by").select_option("Most parts")
    expect(page.locator(".grid .title").first).to_have_text("Mobile Crane LT-60")

    assert titles(page) == ["Mobile Crane LT-60", "Northern Lighthouse", "Alpine Chapel", "Police Station"]


def test_nothing_found_leads_back_to_everything(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    visit.sign_in(ada, "/?q=zeppelin")
    expect(page.get_by_text("Nothing is found for “zeppelin”.")).to_be_visible()

    page.get_by_role("link", name="Show all MOCs").click()

    expect(page.get_by_text("4 MOCs")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_the_shelf_is_used_by_keyboard_alone(visit: Visit, ada: User, filled: Shelf) -> None:
    page = visit.page
    page.goto(visit.url)
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(ada.email)
    page.keyboard.press("Tab")
    page.keyboard.type(ada.password)
    page.keyboard.press("Enter")
    expect(page.get_by_text("4 MOCs")).to_be_visible()
    page.get_by_label("Sort by").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Police Station")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Alpine Chapel")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("link", name="Police Station")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Northern Lighthouse")).to_be_focused()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Northern Lighthouse")).to_be_focused()


def test_a_long_shelf_is_walked_to_its_end_by_keys(visit: Visit, ada: User, shelf: Shelf, stack: Stack) -> None:
    fill(stack, shelf, 200)
    page = visit.page
    visit.sign_in(ada, "/?sort=title")
    expect(page.get_by_text("200 MOCs")).to_be_visible()
    assert len(titles(page)) < 200

    page.get_by_role("link", name=titled(1)).focus()
    last = page.get_by_role("link", name=titled(200))
    while not last.count():
        there = page.locator(".grid li").count()
        page.keyboard.press("End")
        expect(page.locator(".grid li")).not_to_have_count(there)
    page.keyboard.press("End")

    assert titles(page) == [titled(number) for number in range(1, 201)]
    expect(last).to_be_focused()


def test_what_cannot_be_loaded_is_said_and_can_be_tried_again(visit: Visit, ada: User, filled: Shelf) -> None:
    visit.expect_problem("net::ERR_FAILED")
    page = visit.page
    page.route("**/api/mocs?*", lambda route: route.abort())
    visit.sign_in(ada)
    expect(page.get_by_role("alert")).to_contain_text("Mocshelf cannot be reached.")

    page.unroute("**/api/mocs?*")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("4 MOCs")).to_be_visible()


def test_a_busy_api_is_asked_again_without_a_word(visit: Visit, ada: User, filled: Shelf) -> None:
    visit.expect_problem("503")
    answers: list[int] = []

    def busy_once(route: Route) -> None:
        answers.append(503 if not answers else 200)
        if answers[-1] == 503:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"message": "Service Unavailable"})
        else:
            route.continue_()

    visit.page.route("**/api/mocs?*", busy_once)
    visit.sign_in(ada)

    expect(visit.page.get_by_text("4 MOCs")).to_be_visible()
    assert answers == [503, 200]


def test_an_unknown_address_says_so(visit: Visit) -> None:
    visit.page.goto(f"{visit.url}/no/such/page")

    expect(visit.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, ada: User, filled: Shelf, scheme: str) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
    page.goto(visit.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.picture(f"sign-in-{scheme}")
    assert visit.barriers() == []

    visit.sign_in(ada)
    expect(page.get_by_text("4 MOCs")).to_be_visible()
    page.get_by_role("button", name="Account of Ada O’Neill").click()
    assert visit.barriers() == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")

    assert visit.barriers() == []


def test_the_shelf_fits_a_phone(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = visit.page
    for title, theme, parts, _, tags in EXAMPLES[8:20]:
        shelf.add(title, theme=theme, partsCount=parts, tags=tags.split())
    visit.sign_in(ada)
    expect(page.get_by_text("12 MOCs")).to_be_visible()
    visit.picture("shelf")
    page.emulate_media(color_scheme="dark")
    visit.picture("shelf-dark")
    page.emulate_media(color_scheme="light")

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    visit.picture("shelf-phone")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.barriers() == []
