"""A poor connection: 400 milliseconds to anywhere, 50 kilobytes a second, and now and then none at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from e2e.adding import add, all_there, choose, named, on_the_add_page
from e2e.photos import add_photo
from e2e.visit import Shelf, User, Visit, give_password
from integration.uploading import CSV

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
NOWHERE = "net::ERR_INTERNET_DISCONNECTED"
# Milliseconds until something is to be seen: the page and its styles cost two ways, and a busy machine its time.
AT_ONCE = 4000
# `dev` neither compresses nor says beforehand what will be needed, as a release does.
USABLE = 30_000

Record = Callable[[str, object], None]

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
# Notes each state of the shelf: how many places are empty, how many covers there are.
WATCH_THE_SHELF = """
window.states = [];
new MutationObserver(() => {
  const count = (what) => document.querySelectorAll(`.grid ${what}`).length;
  const state = count('.skeleton') ? 'skeletons' : count('a') ? 'covers' : null;
  if (state && states.at(-1) !== state) states.push(state);
}).observe(document, { subtree: true, childList: true });
"""
# Notes what is found, as it is shown.
WATCH_THE_ANSWERS = """
() => {
  window.answers = [];
  const main = document.querySelector('main');
  new MutationObserver(() => {
    const shown = main.textContent + [...main.querySelectorAll('[alt]')].map((one) => one.alt);
    if (/\\d .*found/.test(shown)) answers.push(shown);
  }).observe(main, { subtree: true, childList: true, characterData: true });
}
"""


def slow(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)


def connected(page: Page, *, yes: bool) -> None:
    page.context.set_offline(not yes)


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Two of each that can be searched for."""
    for title in ("Northern Lighthouse", "Mobile Crane"):
        shelf.add(title)
        add_photo(shelf, title)
        assert shelf.http.post("/api/wishlist", json={"title": title}).status_code == 201
    return shelf


def test_a_first_visit_sees_something_at_once_and_skeletons_before_covers(
    visit: Visit, ada: User, filled: Shelf, record_property: Record
) -> None:
    page = visit.page
    page.add_init_script(WATCH_THE_SHELF)
    slow(page)
    begun = time.monotonic()

    page.goto(visit.url, wait_until="commit")
    expect(page.get_by_text("Loading …")).to_be_visible(timeout=AT_ONCE)
    assert page.get_by_label("E-mail address").count() == 0
    expect(page.get_by_label("E-mail address")).to_be_visible(timeout=USABLE)
    record_property("until the form of the first visit can be used, s", round(time.monotonic() - begun, 1))
    painted = page.evaluate(PAINTED)
    record_property("until something is seen, ms", painted)
    begun = time.monotonic()
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_label("Password").fill(ada.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("2 MOCs")).to_be_visible(timeout=USABLE)
    record_property("from signing in to the shelf, s", round(time.monotonic() - begun, 1))

    assert painted < AT_ONCE
    assert page.evaluate("states") == ["skeletons", "covers"]


def test_a_start_that_breaks_off_says_so_and_can_be_tried_again(visit: Visit) -> None:
    visit.expect_problem("net::ERR_FAILED|cannot be reached")
    page = visit.page
    page.route("**/config.json", lambda route: route.abort())
    page.goto(visit.url)
    expect(page.get_by_role("alert")).to_contain_text("Mocshelf cannot be reached. Check your connection")
    expect(page.get_by_text("Loading …")).to_have_count(0)

    page.unroute("**/config.json")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/gallery", "/wishlist"])
def test_an_answer_of_letters_before_is_never_shown_and_no_letter_is_lost(
    visit: Visit, ada: User, filled: Shelf, address: str
) -> None:
    for path in ("/api/mocs", "/api/images", "/api/wishlist"):
        filled.wait_until_found("lighthouse", path)
    page = visit.page
    visit.sign_in(ada)
    page.goto(visit.url + address)
    field = page.get_by_role("searchbox")
    expect(field).to_be_visible()
    page.evaluate(WATCH_THE_ANSWERS)
    late: list[Route] = []
    page.route("**/api/**search=crane*", lambda route: late.append(route))
    with page.expect_request("**/api/**search=crane*"):
        field.press_sequentially("crane")
    slow(page)

    field.select_text()
    for letter in "lighthouse":
        page.keyboard.type(letter)
        # Slowly enough for some of the letters to be searched for alone.
        page.wait_for_timeout(120 if letter in "aeiou" else 190)
    late.pop().continue_()
    expect(field).to_have_value("lighthouse")
    expect(page).to_have_url(f"{visit.url}{address}?q=lighthouse")
    page.wait_for_timeout(2500)

    expect(field).to_have_value("lighthouse")
    answers = page.evaluate("answers")
    assert "Northern Lighthouse" in answers[-1]
    assert not [one for one in answers if "Mobile Crane" in one]


def test_an_upload_shows_how_far_it_is_and_can_be_cancelled(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = on_the_add_page(visit, ada)
    slow(page)
    choose(page, named("large.pdf", b"%PDF-1.4\n" + b"\0" * 3_000_000), named("mill.csv", CSV))

    add(page, pieces=10)
    bar = page.get_by_role("progressbar", name="large.pdf, sent")
    expect(bar).to_be_visible(timeout=USABLE)
    expect(page.get_by_role("status").filter(has_text=re.compile(r"[1-9]\d* % sent"))).to_be_visible(timeout=USABLE)
    first = bar.evaluate("bar => bar.value")
    page.wait_for_function("([bar, first]) => bar.value > first", arg=[bar.element_handle(), first])
    page.get_by_role("button", name="Cancel large.pdf").click()
    expect(page.get_by_text("large.pdf")).to_have_count(0)
    all_there(page)

    [moc] = shelf.http.get("/api/mocs").json()["data"]
    assert [file["originalFilename"] for file in shelf.moc(moc["id"])["files"]] == ["mill.csv"]


def test_offline_the_shelf_says_so_and_goes_on_by_itself(visit: Visit, ada: User, filled: Shelf) -> None:
    visit.expect_problem(NOWHERE)
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("2 MOCs")).to_be_visible()

    connected(page, yes=False)
    page.get_by_role("searchbox").press_sequentially("crane")
    expect(page.get_by_role("alert")).to_contain_text("You are offline. Try again when you are connected.")
    assert visit.barriers() == []
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    connected(page, yes=True)

    expect(page.get_by_text("1 found")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("searchbox")).to_have_value("crane")


def test_offline_a_page_that_was_not_loaded_yet_says_so_and_comes_by_itself(
    visit: Visit, ada: User, filled: Shelf
) -> None:
    visit.expect_problem(NOWHERE)
    visit.expect_problem("Failed to fetch dynamically imported module")
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("2 MOCs")).to_be_visible()

    connected(page, yes=False)
    page.get_by_role("link", name="Wishlist", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    connected(page, yes=True)

    expect(page.get_by_text("2 wishes")).to_be_visible()


def test_a_connection_that_is_lost_at_the_start_does_not_keep_uploads_from_going_on(visit: Visit, ada: User) -> None:
    visit.expect_problem("net::ERR_FAILED")
    page = visit.page
    page.route("**/uploading/work.js", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        visit.sign_in(ada)
    page.unroute("**/uploading/work.js")
    connected(page, yes=False)

    with page.expect_response("**/uploading/amounts.js"):
        connected(page, yes=True)


def test_offline_nobody_can_sign_in_but_is_told_why(visit: Visit, ada: User) -> None:
    visit.expect_problem(NOWHERE)
    page = visit.page
    page.goto(visit.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    connected(page, yes=False)
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_label("Password").fill(ada.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("You are offline. Try again when you are connected.")
    connected(page, yes=True)

    give_password(page, ada)
