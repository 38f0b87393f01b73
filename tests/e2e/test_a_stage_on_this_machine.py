"""The stage `local` in a browser: as it is deployed, and with the code of this checkout before its data."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.adding import add, all_there, drop, everything
from e2e.visit import PASSWORD, User, Visit
from integration.deployed_stage import DeployedStage, deployed
from integration.live_stage import live_stage

# Milliseconds. A function that nobody has asked yet starts first, and on a busy machine it takes its time.
COLD = 60_000


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStage]:
    with deployed(tmp_path_factory.mktemp("stage") / "local") as running:
        yield running


@pytest.fixture
def demo(stage: DeployedStage) -> User:
    known = stage.known["demo"]
    return User(known["email"], known["password"], "Demo")


def make_account(page: Page, email: str) -> None:
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Grace")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Confirm").click()


def go_to_add(page: Page) -> None:
    page.get_by_role("link", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Add a MOC")).to_be_visible()


def script(page: Page) -> str:
    """The address of the page's first module."""
    return str(page.locator("script[type=module]").get_attribute("src"))


def test_what_was_deployed_is_whole(browser: Browser, stage: DeployedStage) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB") as context:
        visit = Visit(context, stage.known["web"])
        page = visit.page
        page.goto(visit.url)
        make_account(page, f"{uuid.uuid4()}@example.com")
        expect(page.get_by_role("heading", name="An empty shelf, full of possibilities")).to_be_visible(timeout=COLD)
        go_to_add(page)
        drop(page, *everything())
        add(page)
        all_there(page)
        # A token that has ended is renewed before the next request.
        kept = json.loads(page.evaluate("sessionStorage.getItem('mocshelf.session')"))
        page.evaluate("kept => sessionStorage.setItem('mocshelf.session', kept)", json.dumps({**kept, "expires": 0}))
        page.goto(visit.url)

        expect(page.locator(".grid .title")).to_have_text("Sherlock holmes", timeout=COLD)
        expect(page.locator(".grid img").first).to_be_visible()
        assert re.fullmatch(r"/v/[0-9a-f]{20}/app/main\.js", script(page))
        assert json.loads(page.evaluate("sessionStorage.getItem('mocshelf.session')"))["expires"] > 0
        page.goto(f"{visit.url}/console")
        expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
        page.get_by_role("button", name="Account of Grace").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert visit.unexpected() == []


def test_pages_of_this_checkout_show_the_stages_data(browser: Browser, stage: DeployedStage, demo: User) -> None:
    with stage.client(stage.token) as there:
        made = there.post("/api/mocs", json={"type": "moc", "title": "Made there", "author": "A", "partsCount": 3})
    assert made.status_code == 201

    with live_stage(stage.data) as live, browser.new_context(locale="en-GB") as context:
        visit = Visit(context, live.web)
        visit.sign_in(demo)
        page = visit.page
        expect(page.locator(".grid .title")).to_have_text("Made there", timeout=COLD)
        assert script(page) == "/v/dev/app/main.js"
        page.get_by_role("link", name="Wishlist", exact=True).click()
        page.get_by_role("button", name="Add the first wish").click()
        page.get_by_label("What is it?").fill("Wished here")
        page.get_by_role("button", name="Put it on the list").click()
        expect(page.locator(".wish h2")).to_have_text("Wished here", timeout=COLD)

        assert visit.unexpected() == []
        left = live.end()
    with stage.client(stage.token) as there:
        wishes = [wish["title"] for wish in there.get("/api/wishlist").json()["data"]]
    assert (wishes, left) == (["Wished here"], [])
    assert "with address and password" in live.output
    # Whose port is another at each run.
    assert f"it takes no files from pages at {live.web}" in live.output
