"""The upload queue when things go wrong: connections, reloads, second tabs, full disks; nothing is sent twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from e2e.adding import Storage, add, all_there, choose, named, on_the_add_page
from e2e.visit import Shelf, User, Visit
from integration.running_gateway import RunningGateway
from integration.uploading import CSV, PDF
from unit.runtime.photos import phone_jpeg

BROKEN_OFF = "Failed to load resource|blocked by CORS"


@pytest.fixture
def storage(visit: Visit, gateway: RunningGateway) -> Storage:
    return Storage(visit.page, gateway.stack.endpoints.aws)


def three(page: Page) -> None:
    choose(page, named("mill.csv", CSV), named("mill.pdf", PDF), named("mill.jpg", phone_jpeg()))
    add(page)


def on_its_way(page: Page, count: int) -> None:
    expect(page.get_by_text("on its way")).to_have_count(count)


def files_of(shelf: Shelf) -> list[dict[str, Any]]:
    [moc] = shelf.http.get("/api/mocs").json()["data"]
    known = shelf.http.get(f"/api/mocs/{moc['id']}").json()["data"]
    found: list[dict[str, Any]] = known["files"]
    return found


def test_two_files_are_sent_at_a_time(visit: Visit, ada: User, storage: Storage) -> None:
    page = on_the_add_page(visit, ada)
    storage.hold()

    three(page)
    on_its_way(page, 2)
    expect(page.get_by_text("waits for its turn")).to_have_count(1)
    page.wait_for_timeout(300)
    assert len(storage.held) == 2
    storage.let_go()
    all_there(page)

    assert len(storage.arrived) == 1


def test_how_much_was_sent_is_shown(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("large.pdf", b"%PDF-1.4\n" + b"\0" * 4_000_000))
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_000_000}
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)

    add(page, pieces=10)
    bar = page.get_by_role("progressbar", name="large.pdf, sent")
    expect(bar).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"[1-9]\d* % sent"))).to_be_visible()
    seen = set()
    for _ in range(10):
        seen.add(bar.evaluate("bar => bar.value"))
        page.wait_for_timeout(100)

    assert len(seen) > 2
    assert all(0 <= share <= 1 for share in seen)


def test_a_reload_goes_on_where_it_was_and_says_so(visit: Visit, ada: User, storage: Storage, shelf: Shelf) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = on_the_add_page(visit, ada)
    page.on("dialog", leave)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    page.reload()
    storage.forget_held()

    expect(page.get_by_role("status", name="Messages")).to_contain_text("Uploading goes on: 3 files are left.")
    all_there(page)
    assert asked == ["beforeunload"]
    assert len(storage.arrived) == len(set(storage.arrived)) == 3
    assert len(files_of(shelf)) == 3
    # Nothing moves any more, so nobody is asked.
    page.reload()
    assert asked == ["beforeunload"]


def test_what_had_arrived_before_a_reload_is_not_sent_again(
    visit: Visit, ada: User, storage: Storage, shelf: Shelf
) -> None:
    def swallow(route: Route) -> bool:
        """The bytes arrive, and the browser never hears of it."""
        route.fetch()
        storage.arrived.append(route.request.url)
        return True

    page = on_the_add_page(visit, ada)
    page.on("dialog", lambda dialog: dialog.accept())
    choose(page, named("mill.pdf", PDF))
    storage.treat = swallow
    add(page, pieces=10)
    on_its_way(page, 1)
    page.wait_for_timeout(500)

    page.reload()
    storage.forget_held()
    all_there(page)

    assert len(storage.arrived) == 1
    assert len(files_of(shelf)) == 1


@pytest.mark.parametrize(
    "refuse",
    [lambda route: route.abort("connectionreset"), lambda route: route.fulfill(status=503, body="slow down")],
    ids=["connection", "busy"],
)
def test_what_fails_in_passing_is_tried_again(
    visit: Visit, ada: User, storage: Storage, refuse: Callable[[Route], None]
) -> None:
    visit.expect_problem(BROKEN_OFF)
    failed: list[Route] = []

    def twice(route: Route) -> bool:
        if len(failed) == 2:
            return False
        failed.append(route)
        refuse(route)
        return True

    page = on_the_add_page(visit, ada)
    storage.treat = twice
    choose(page, named("mill.csv", CSV))

    add(page)
    expect(page.get_by_text("Trying again soon.")).to_be_visible()
    all_there(page)

    assert len(storage.arrived) == 1


def test_what_was_given_up_is_tried_again_when_the_user_says_so(visit: Visit, ada: User, storage: Storage) -> None:
    visit.expect_problem(BROKEN_OFF)

    def refuse(route: Route) -> bool:
        route.abort("connectionreset")
        return True

    page = on_the_add_page(visit, ada)
    choose(page, named("mill.csv", CSV), named("mill.pdf", PDF))
    storage.treat = refuse
    page.clock.install()
    add(page)
    for _ in range(8):
        page.clock.run_for(31_000)
        page.wait_for_timeout(200)
    expect(page.get_by_text("did not get through")).to_have_count(2)
    page.clock.resume()
    storage.let_go()

    for _ in range(2):
        page.get_by_role("button", name="Try again").first.click()
    all_there(page)


def test_a_request_that_storage_finds_too_old_is_asked_for_anew(
    visit: Visit, ada: User, storage: Storage, shelf: Shelf
) -> None:
    visit.expect_problem(BROKEN_OFF)
    keys: list[str] = []

    def expired(route: Route) -> bool:
        if keys:
            return False
        keys.append(route.request.url)
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/xml"}
        body = "<Error><Code>AccessDenied</Code><Message>Policy expired.</Message></Error>"
        route.fulfill(status=403, headers=headers, body=body)
        return True

    page = on_the_add_page(visit, ada)
    choose(page, named("mill.pdf", PDF))
    storage.treat = expired
    add(page, pieces=10)
    all_there(page)

    assert len(storage.arrived) == 1
    assert len(files_of(shelf)) == 1


def test_offline_it_waits_and_goes_on_by_itself(visit: Visit, ada: User, storage: Storage) -> None:
    visit.expect_problem(BROKEN_OFF)
    page = on_the_add_page(visit, ada)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    storage.let_go()
    page.context.set_offline(False)

    all_there(page)


def test_one_tab_sends_and_the_other_shows_it_and_takes_over(
    visit: Visit, ada: User, storage: Storage, shelf: Shelf
) -> None:
    page = on_the_add_page(visit, ada)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    second = visit.open()
    second.goto(f"{visit.url}/add")
    expect(second.get_by_text("Another tab sends the files.")).to_be_visible()
    on_its_way(second, 2)
    assert len(storage.held) == 2
    page.close(run_before_unload=False)
    storage.forget_held()

    all_there(second)
    # Chromium lets go what is held for a page that is closed; such bytes have arrived, and are not sent again.
    assert len(storage.arrived) == len(set(storage.arrived))
    assert len(files_of(shelf)) == 3


def test_a_file_is_cancelled_while_it_is_sent(visit: Visit, ada: User, storage: Storage, shelf: Shelf) -> None:
    page = on_the_add_page(visit, ada)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    page.get_by_role("button", name="Cancel mill.csv").click()
    expect(page.get_by_text("mill.csv")).to_have_count(0)
    storage.let_go()
    all_there(page)

    assert sorted(file["originalFilename"] for file in files_of(shelf)) == ["mill.jpg", "mill.pdf"]


def test_bytes_that_the_browser_has_no_room_for_are_asked_for_after_a_reload(
    visit: Visit, ada: User, storage: Storage, gateway: RunningGateway, tmp_path: Path
) -> None:
    page = on_the_add_page(visit, ada)
    page.on("dialog", lambda dialog: dialog.accept())
    line = page.context.new_cdp_session(page)
    line.send("Storage.overrideQuotaForOrigin", {"origin": gateway.url, "quotaSize": 5_000_000})
    large = tmp_path / "mill.pdf"
    large.write_bytes(PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + b" " * 9_000_000 + b"\n"))
    page.get_by_label("Choose files").set_input_files(large)
    choose(page, named("mill.csv", CSV))
    storage.hold()
    add(page)
    on_its_way(page, 2)

    page.reload()
    storage.forget_held()
    expect(page.get_by_text("must be chosen again")).to_be_visible()
    assert visit.barriers() == []
    page.get_by_label("Choose it").set_input_files([named("mill.pdf", PDF)])
    expect(page.get_by_text("That is not mill.pdf as it was.")).to_be_visible()
    page.get_by_label("Choose it").set_input_files(large)
    all_there(page)

    assert len(storage.arrived) == 2


def test_other_pages_show_that_files_are_sent(visit: Visit, ada: User, storage: Storage) -> None:
    page = on_the_add_page(visit, ada)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    page.get_by_role("link", name="Shelf", exact=True).click()
    indicator = page.get_by_role("link", name="3 uploading, 0 percent")
    expect(indicator).to_be_visible()
    assert visit.barriers() == []
    storage.let_go()
    expect(indicator).to_have_count(0, timeout=60_000)

    expect(page.get_by_role("link", name="uploading")).to_have_count(0, timeout=60_000)


def test_somebody_else_at_this_browser_sees_nothing_of_it(
    visit: Visit, ada: User, storage: Storage, new_user: Callable[[], User]
) -> None:
    page = on_the_add_page(visit, ada)
    storage.hold()
    three(page)
    on_its_way(page, 2)

    page.get_by_role("button", name=f"Account of {ada.name}").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    storage.forget_held()
    visit.sign_in(new_user())
    page.get_by_role("link", name="Add", exact=True).click()

    expect(page.get_by_role("heading", name="Add a MOC")).to_be_visible()
    expect(page.get_by_text("mill.csv")).to_have_count(0)
