"""The web app as `dev` serves it, a real Chromium, and a user of each test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from e2e.visit import PASSWORD, Shelf, User, Visit
from integration.running_gateway import RunningGateway
from mocshelf_tools import browser as browsers
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack
from mocshelf_tools.stack.provision import add_user, client
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.site import Site
from mocshelf_tools.web.vendor import libraries


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=browsers.program(), args=list(browsers.FLAGS))
        except Error as problem:
            if "Executable doesn't exist" in str(problem):
                pytest.skip(browsers.MISSING)
            raise
        yield running
        running.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("e2e") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def gateway(stack: Stack) -> Iterator[RunningGateway]:
    endpoints = stack.endpoints
    settings = Settings(cognito=endpoints.aws, client_id=endpoints.client_id, console=True)
    site = Site(settings, endpoints.aws, libraries(lambda _: None))
    with RunningGateway(stack, Options(site=site)) as running:
        yield running


@pytest.fixture
def new_user(stack: Stack) -> Callable[[], User]:
    """Makes somebody whom nobody else knows."""

    def make() -> User:
        user = User(f"{uuid.uuid4()}@example.com", PASSWORD, "Ada O’Neill")
        cognito = client("cognito-idp", stack.endpoints.aws, stack.settings)
        assert add_user(cognito, stack.endpoints.pool_id, user.email, user.password, user.name)
        return user

    return make


@pytest.fixture
def ada(new_user: Callable[[], User]) -> User:
    return new_user()


@pytest.fixture
def shelf(gateway: RunningGateway, ada: User) -> Iterator[Shelf]:
    """Ada's."""
    known = described(gateway.stack.endpoints, gateway.url)
    token = sign_in(known["cognito"], ada.email, ada.password)
    with gateway.client(headers={"Authorization": f"Bearer {token}"}) as http:
        yield Shelf(http)


@pytest.fixture
def visit(browser: Browser, gateway: RunningGateway) -> Iterator[Visit]:
    """A window in which nothing may go wrong that the test does not expect."""
    with browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB") as context:
        made = Visit(context, gateway.url)
        yield made
        assert made.unexpected() == []
