"""The console beside the app: what one does in one tab is seen in the other, as it happens, and by nobody else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.adding import add, all_there, choose, named
from e2e.visit import PASSWORD, PHONE, Shelf, User, Visit
from integration.running_gateway import RunningGateway
from integration.uploading import CSV, PDF

SLOW = 20_000


@pytest.fixture
def console(visit: Visit) -> Page:
    """The console, live, in the first tab."""
    page = visit.page
    page.goto(f"{visit.url}/console")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    return page


def pane(page: Page, name: str) -> Locator:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()
    return page.get_by_role("tabpanel", name=re.compile(f"^{name}"))


def row(inside: Locator, *words: str) -> Locator:
    found = inside.locator(".row")
    for word in words:
        found = found.filter(has_text=word)
    return found.first


def test_what_happens_in_one_tab_is_seen_in_the_console(visit: Visit, console: Page) -> None:
    app, email = visit.open(), f"{uuid.uuid4()}@example.com"

    # The mail, with the code that the other tab waits for.
    app.goto(f"{visit.url}/sign-up")
    app.get_by_label("Your name").fill("Grace")
    app.get_by_label("E-mail address").fill(email)
    app.get_by_label("Password").fill(PASSWORD)
    app.get_by_role("button", name="Create the account").click()
    mail = pane(console, "Mail").get_by_role("listitem").filter(has_text=email)
    expect(mail).to_contain_text("Your verification code")
    code = mail.locator(".code").inner_text()
    assert re.fullmatch(r"\d{6}", code)
    assert visit.barriers() == []
    visit.picture("console-mail")

    # A MOC with two files.
    app.get_by_label("Code").fill(code)
    app.get_by_role("button", name="Confirm").click()
    app.get_by_role("link", name="Add your first MOC").click()
    choose(app, named("mill.csv", CSV), named("mill.pdf", PDF))
    add(app, title="Windmill", pieces=8)
    all_there(app)

    # The request, its parts on the time of the whole, its lines.
    requests = pane(console, "Requests")
    made = row(requests, "POST", "/api/mocs", "201", "mocs")
    made.click()
    parts = requests.get_by_role("table")
    for part in ("waiting for a process", "function mocs", "database.insert", "database.commit", "queue.send"):
        expect(parts.get_by_role("row").filter(has_text=part).first).to_be_visible()
    expect(requests.get_by_role("list", name="Its log")).to_contain_text("request route=POST /api/mocs status=201")
    assert visit.barriers() == []
    visit.picture("console")

    # The messages that followed from it.
    queues = pane(console, "Queues")
    expect(queues.get_by_role("list", name="Queues")).to_contain_text("mocshelf-processing")
    message = row(queues, "processing", "incoming/", "done", "process_upload")
    expect(message).to_be_visible(timeout=SLOW)
    message.click()
    expect(queues.get_by_role("table").get_by_role("row").filter(has_text="storage.read").first).to_be_visible()
    assert visit.barriers() == []
    visit.picture("console-queues")

    # The events, by what they say.
    log = pane(console, "Log")
    console.get_by_label("Filter").fill("post /api/uploads")
    expect(row(log, "request", "POST /api/uploads", "uploads")).to_be_visible()
    expect(log.locator(".row").filter(has_text="POST /api/mocs")).to_have_count(0)
    console.get_by_label("Filter").fill("")
    log.get_by_label("Level").select_option("Metrics")
    expect(row(log, "MocsCreated=1")).to_be_visible()
    assert visit.barriers() == []

    expect(pane(console, "Outbox")).to_contain_text("Nothing waits: every change was handled.", timeout=SLOW)
    assert visit.barriers() == []
    # What tokens begin with.
    assert "eyJ" not in console.content()


def test_it_waits_while_it_is_paused_and_what_is_cleared_stays_away(
    visit: Visit, console: Page, shelf: Shelf
) -> None:
    requests = pane(console, "Requests")
    shelf.add("First")
    expect(row(requests, "POST", "/api/mocs")).to_be_visible()

    console.get_by_role("button", name="Clear").click()
    expect(requests.locator(".row")).to_have_count(0)
    console.get_by_role("button", name="Pause").click()
    shelf.http.get("/api/mocs")
    expect(console.locator(".console-state")).to_have_text(re.compile(r"^Paused, \d+ wait$"))
    expect(requests.locator(".row")).to_have_count(0)
    console.get_by_role("button", name="Go on").click()

    expect(requests.locator(".row")).to_have_count(1)
    expect(row(requests, "GET", "/api/mocs")).to_be_visible()


def test_everything_can_be_done_with_the_keyboard(visit: Visit, console: Page, shelf: Shelf) -> None:
    console.keyboard.press("c")
    shelf.http.get("/api/mocs")
    shelf.http.get("/api/mocs/none")
    rows = console.locator(".requests .row")
    expect(rows).to_have_count(2)

    rows.first.focus()
    console.keyboard.press("ArrowDown")
    console.keyboard.press("Enter")
    expect(rows.nth(1)).to_have_attribute("aria-expanded", "true")
    console.keyboard.press("3")
    expect(console.get_by_role("tab", name=re.compile("^Log"))).to_have_attribute("aria-selected", "true")
    console.get_by_role("tab", selected=True).focus()
    console.keyboard.press("ArrowRight")
    expect(console.get_by_role("tab", name=re.compile("^Outbox"))).to_be_focused()
    console.keyboard.press("/")
    expect(console.get_by_label("Filter")).to_be_focused()

    assert visit.barriers() == []


def test_it_shows_what_was_before_it_was_opened_in_the_dark_and_on_a_phone(visit: Visit, shelf: Shelf) -> None:
    moc = shelf.add("Before")
    page = visit.page
    page.emulate_media(color_scheme="dark")
    page.goto(f"{visit.url}/console?pane=requests")

    row(page.get_by_role("tabpanel"), "POST", "/api/mocs", "201").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert visit.barriers() == []
    visit.picture("console-dark")
    page.set_viewport_size(PHONE)
    shelf.http.get(f"/api/mocs/{moc}")

    expect(row(page.get_by_role("tabpanel"), "GET", "/api/mocs/{moc_id}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.barriers() == []


def test_a_message_that_fails_says_why(
    visit: Visit, console: Page, gateway: RunningGateway, new_user: Callable[[], User]
) -> None:
    from mocshelf_tools.stack.provision import client

    stack = gateway.stack
    client("sqs", stack.endpoints.aws, stack.settings).send_message(
        QueueUrl=stack.endpoints.queue_url, MessageBody="no JSON at all"
    )

    queues = pane(console, "Queues")
    failed = row(queues, "processing", "in no form that is known", "failed")
    expect(failed).to_be_visible(timeout=SLOW)
    failed.click()

    expect(queues.get_by_text("The function reported it as failed; its log says why.")).to_be_visible()
    expect(queues.get_by_role("list", name="Its log")).to_contain_text("message.failed JSONDecodeError")


@pytest.mark.parametrize("path", ["/_console/mail", "/_console/events", "/_console/outbox"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_the_gateway_refuses_others_the_console(gateway: RunningGateway, path: str, headers: dict[str, str]) -> None:
    with gateway.client() as client:
        answer = client.get(path, headers=headers)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
