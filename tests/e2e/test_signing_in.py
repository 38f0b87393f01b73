"""Signing up, in and out in a browser; sessions that last, and that end everywhere at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.visit import PASSWORD, User, Visit, give_password

REFUSED = "Failed to load resource.*400"


def stored(page: Page) -> dict[str, object]:
    found: dict[str, object] = json.loads(page.evaluate("sessionStorage.getItem('mocshelf.session')"))
    return found


def store(page: Page, **changed: object) -> None:
    """Changes the session that the tab takes up when it is loaded again."""
    text = json.dumps({**stored(page), **changed})
    page.evaluate("text => sessionStorage.setItem('mocshelf.session', text)", text)


def test_a_stranger_makes_an_account_and_finds_an_empty_shelf(visit: Visit) -> None:
    page, email = visit.page, f"{uuid.uuid4()}@example.com"

    page.goto(visit.url)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Grace")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_text(email)).to_be_visible()
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("heading", name="An empty shelf, full of possibilities")).to_be_visible()
    visit.picture("empty")
    assert visit.barriers() == []


def test_an_account_that_was_never_confirmed_is_confirmed_at_the_first_sign_in(visit: Visit) -> None:
    visit.expect_problem(REFUSED)
    page, email = visit.page, f"{uuid.uuid4()}@example.com"
    page.goto(f"{visit.url}/sign-up")
    page.get_by_label("Your name").fill("Grace")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_label("Code")).to_be_visible()

    page.goto(visit.url)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Confirm").click()

    # The password was typed on a page before, so it is asked for again.
    expect(page.get_by_label("E-mail address")).to_have_value(email)


def test_a_wrong_password_is_said_in_words(visit: Visit, ada: User) -> None:
    visit.expect_problem(REFUSED)
    page = visit.page

    page.goto(visit.url)
    page.get_by_label("E-mail address").fill(ada.email)
    page.get_by_label("Password").fill("something else entirely")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is not right.")


def test_signing_in_leads_to_where_one_wanted_to_go(visit: Visit, ada: User) -> None:
    visit.sign_in(ada, "/?q=lighthouse&sort=title")

    expect(visit.page).to_have_url(f"{visit.url}/?q=lighthouse&sort=title")


@pytest.mark.parametrize("next_address", ["https://example.com/", "//example.com/", "/\\example.com/"])
def test_nobody_is_sent_elsewhere_after_signing_in(visit: Visit, ada: User, next_address: str) -> None:
    visit.page.goto(visit.url)

    visit.sign_in(ada, f"/sign-in?next={next_address}")

    assert visit.page.url.startswith(visit.url)


def test_a_session_outlasts_a_reload_and_ends_with_signing_out(visit: Visit, ada: User) -> None:
    page = visit.page
    visit.sign_in(ada)
    page.reload()
    expect(page.get_by_role("heading", name="Your shelf")).to_be_visible()

    page.get_by_role("button", name="Account of Ada O’Neill").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]


def test_a_second_tab_is_signed_in_and_out_with_the_first(visit: Visit, ada: User) -> None:
    visit.sign_in(ada)
    second = visit.open()
    second.goto(visit.url)
    expect(second.get_by_role("heading", name="Your shelf")).to_be_visible()

    second.get_by_role("button", name="Account of Ada O’Neill").click()
    second.get_by_role("button", name="Sign out").click()

    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_tab_of_somebody_else_stays_signed_in(visit: Visit, ada: User, new_user: Callable[[], User]) -> None:
    first, second = visit.page, visit.open()
    for page in (first, second):
        page.goto(visit.url)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    give_password(first, ada)
    give_password(second, new_user())

    second.get_by_role("button", name="Account of Ada O’Neill").click()
    second.get_by_role("button", name="Sign out").click()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    first.reload()

    expect(first.get_by_role("heading", name="Your shelf")).to_be_visible()


def test_a_token_that_is_about_to_expire_is_renewed_before_it_is_used(visit: Visit, ada: User) -> None:
    page = visit.page
    visit.sign_in(ada)
    before = stored(page)["access"]
    store(page, expires=0)

    page.reload()

    expect(page.get_by_role("heading", name="An empty shelf")).to_be_visible()
    assert stored(page)["access"] != before


def test_a_token_that_is_refused_is_renewed_once(visit: Visit, ada: User) -> None:
    visit.expect_problem("Failed to load resource.*401")
    page = visit.page
    visit.sign_in(ada)
    store(page, access="no.such.token")

    page.reload()

    expect(page.get_by_role("heading", name="An empty shelf")).to_be_visible()


def test_a_session_that_cannot_be_renewed_ends_in_words(visit: Visit, ada: User) -> None:
    visit.expect_problem(REFUSED)
    page = visit.page
    visit.sign_in(ada)
    store(page, refresh="no-such-token", expires=0)

    page.reload()

    expect(page.get_by_role("status", name="Messages")).to_contain_text("Your session has ended. Sign in again.")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
