"""Signing in on Cognito's own page, as in the cloud: the embedded one has such a page, if a plain one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.visit import User, Visit
from integration.running_gateway import RunningGateway
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.stack import Stack
from mocshelf_tools.stack.provision import client
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.site import Site
from mocshelf_tools.web.vendor import libraries


@dataclass(frozen=True)
class Hosted:
    """A gateway whose pages send users to Cognito's."""

    gateway: RunningGateway
    aws: str


@pytest.fixture(scope="module")
def hosted(stack: Stack) -> Iterator[Hosted]:
    endpoints = stack.endpoints
    cognito = client("cognito-idp", endpoints.aws, stack.settings)
    settings = Settings(cognito=endpoints.aws, client_id=endpoints.client_id, login=endpoints.aws)
    site = Site(settings, endpoints.aws, libraries(lambda _: None))
    with RunningGateway(stack, Options(site=site, triggers=False)) as running:
        cognito.update_user_pool_client(
            UserPoolId=endpoints.pool_id,
            ClientId=endpoints.client_id,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            CallbackURLs=[f"{running.url}/signed-in"],
            LogoutURLs=[f"{running.url}/"],
            SupportedIdentityProviders=["COGNITO"],
        )
        yield Hosted(running, endpoints.aws)


@pytest.fixture
def visit(browser: Browser, hosted: Hosted) -> Iterator[Visit]:
    with browser.new_context(locale="en-GB") as context:
        made = Visit(context, hosted.gateway.url)
        yield made
        assert made.unexpected() == []


def sign_in_there(page: Page, user: User) -> None:
    page.locator("input[name=username]").fill(user.email)
    page.locator("input[name=password]").fill(user.password)
    page.locator("[type=submit]").click()


def test_signing_in_there_comes_back_with_a_session_and_signing_out_ends_both(
    visit: Visit, hosted: Hosted, ada: User
) -> None:
    # The embedded Cognito has no icon.
    visit.expect_problem("404")
    page = visit.page
    page.goto(f"{visit.url}/?sort=title")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{hosted.aws}/**")
    sign_in_there(page, ada)

    expect(page.get_by_role("heading", name="Your shelf")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/?sort=title")
    page.reload()
    page.get_by_role("button", name="Account of Ada O’Neill").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_code_that_was_not_asked_for_here_signs_nobody_in(visit: Visit) -> None:
    page = visit.page

    page.goto(f"{visit.url}/signed-in?code=somebody-elses&state=theirs")

    expect(page.get_by_role("alert")).to_contain_text("This sign-in was not begun here, or too long ago.")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_refusal_there_is_told_here(visit: Visit) -> None:
    page = visit.page

    page.goto(f"{visit.url}/signed-in?error=access_denied&error_description=The+account+is+disabled")

    expect(page.get_by_role("alert")).to_contain_text("The account is disabled")


def test_where_nobody_can_sign_in_the_page_says_so(browser: Browser, stack: Stack) -> None:
    endpoints = stack.endpoints
    settings = Settings(endpoints.aws, endpoints.client_id, login=endpoints.aws, closed="Nobody can sign in here.")
    site = Site(settings, endpoints.aws, libraries(lambda _: None))

    with RunningGateway(stack, Options(site=site, triggers=False)) as running, browser.new_context() as context:
        visit = Visit(context, running.url)
        page = visit.page
        page.goto(f"{visit.url}/sign-up")

        expect(page).to_have_url(f"{visit.url}/sign-in?next=%2F")
        expect(page.get_by_text("Nobody can sign in here.")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
        assert visit.barriers() == []
        assert visit.unexpected() == []
