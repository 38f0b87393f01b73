"""What users meet while servers are away: without cache and search nothing, without the database a way on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.adding import Storage, add, all_there, choose, everything, named, on_the_add_page
from e2e.visit import Shelf, User, Visit
from integration.running_gateway import RunningGateway
from integration.uploading import CSV, MODEL, PDF
from mocshelf_tools.stack import Stack

# Whoever waits for servers that are gone waits longer; it is not what is tested.
PATIENCE = 30_000
UNAVAILABLE = "Failed to load resource.*503"

Break = Callable[[str, str], Callable[[], None]]


@pytest.fixture
def break_server(stack: Stack) -> Iterator[Break]:
    """Has a server `killed` or `hung`, and gives what mends it; afterwards all are back, whatever happened."""
    mends: list[Callable[[], None]] = []

    def break_it(server: str, how: str) -> Callable[[], None]:
        begin, mend = {
            "killed": (stack.kill_server, stack.start_server),
            "hung": (stack.hang_server, stack.resume_server),
        }[how]
        begin(server)

        def once() -> None:
            if one in mends:
                mends.remove(one)
                mend(server)

        one = once
        mends.append(once)
        return once

    yield break_it
    for mend in list(mends):
        mend()


@pytest.mark.parametrize("how", ["killed", "hung"])
@pytest.mark.parametrize("servers", [["valkey"], ["opensearch"], ["valkey", "opensearch"]], ids="+".join)
def test_without_cache_and_search_everything_goes_on(
    visit: Visit, ada: User, shelf: Shelf, stack: Stack, break_server: Break, servers: list[str], how: str
) -> None:
    if "opensearch" in servers and not stack.engine.wait():
        pytest.skip(f"no OpenSearch: {stack.engine.problem}")
    for server in servers:
        break_server(server, how)

    page = on_the_add_page(visit, ada)
    choose(page, *everything())
    add(page)
    all_there(page)
    shelf.wait_until_found("sherlock")
    page.get_by_role("link", name="Shelf", exact=True).click()
    page.get_by_role("searchbox").press_sequentially("sherlok", delay=30)
    expect(page.get_by_text("1 found")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Sherlock holmes").click()
    expect(page.get_by_role("table", name="Parts")).to_be_visible(timeout=PATIENCE)
    look_at_a_photo(page)
    page.get_by_role("table", name="Parts").get_by_role("checkbox").first.check()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('mocshelf.ticks.'))")
    page.reload()

    expect(page.get_by_role("table", name="Parts").get_by_role("checkbox").first).to_be_checked(timeout=PATIENCE)
    expect(page.locator(".problem")).to_have_count(0)


def look_at_a_photo(page: Page) -> None:
    page.get_by_role("button", name="lights at night").click()
    picture = page.get_by_role("dialog").get_by_role("button", name="lights at night")
    expect(picture).to_have_js_property("naturalWidth", 900)
    page.keyboard.press("Escape")


# The whole shelf is in the cache, which answers for it.
@pytest.mark.parametrize("address", ["/?sort=title", "/gallery", "/wishlist", "/mocs/{moc}"])
def test_without_the_database_pages_say_so_and_can_be_tried_again(
    visit: Visit, ada: User, shelf: Shelf, break_server: Break, address: str
) -> None:
    visit.expect_problem(UNAVAILABLE)
    moc = shelf.add("Northern Lighthouse")
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("1 MOC", exact=True)).to_be_visible()

    mend = break_server("postgres", "killed")
    page.goto(visit.url + address.format(moc=moc))
    problem = page.get_by_role("alert").first
    expect(problem).to_contain_text("not available right now. Try again shortly.", timeout=PATIENCE)
    assert visit.barriers() == []
    mend()
    again = page.get_by_role("button", name="Try again")
    for left in reversed(range(again.count())):
        again.first.click()
        expect(again).to_have_count(left, timeout=PATIENCE)

    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_database_that_is_back_soon_is_waited_for_without_a_word(
    visit: Visit, ada: User, shelf: Shelf, break_server: Break
) -> None:
    visit.expect_problem(UNAVAILABLE)
    shelf.add("Northern Lighthouse")
    page = visit.page
    visit.sign_in(ada)
    expect(page.get_by_text("1 MOC", exact=True)).to_be_visible()

    mend = break_server("postgres", "killed")
    with page.expect_response(lambda answer: answer.status == 503):
        page.get_by_role("link", name="Northern Lighthouse").click()
    mend()

    expect(page.get_by_role("heading", name="Northern Lighthouse")).to_be_visible(timeout=PATIENCE)


def test_uploads_outlast_the_database_and_a_reload_without_it(
    visit: Visit, ada: User, shelf: Shelf, break_server: Break
) -> None:
    visit.expect_problem(UNAVAILABLE)
    page = on_the_add_page(visit, ada)
    choose(page, named("mill.csv", CSV), named("mill.pdf", PDF))

    mend = break_server("postgres", "killed")
    add(page, pieces=10)
    expect(page.get_by_text("Your shelf does not answer right now. Trying again soon")).to_be_visible(
        timeout=PATIENCE
    )
    page.reload()
    expect(page.get_by_text("mill.pdf")).to_be_visible()
    mend()
    all_there(page)

    [moc] = shelf.http.get("/api/mocs").json()["data"]
    assert len(shelf.moc(moc["id"])["files"]) == 2


def test_uploads_outlast_a_database_that_goes_while_they_are_sent(
    visit: Visit, ada: User, shelf: Shelf, break_server: Break, gateway: RunningGateway
) -> None:
    visit.expect_problem(UNAVAILABLE)
    storage = Storage(visit.page, gateway.stack.endpoints.aws)
    page = on_the_add_page(visit, ada)
    choose(page, named("mill.csv", CSV), named("mill.pdf", PDF), named("notes.ldr", MODEL))
    storage.hold()
    add(page, pieces=10)
    expect(page.get_by_text("on its way")).to_have_count(2)

    mend = break_server("postgres", "killed")
    with page.expect_response(lambda answer: answer.status == 503):
        storage.let_go()
    page.wait_for_timeout(3000)
    mend()
    all_there(page)

    [moc] = shelf.http.get("/api/mocs").json()["data"]
    assert len(shelf.moc(moc["id"])["files"]) == 3
    assert len(storage.arrived) == len(set(storage.arrived))
