"""Instructions in the page: PDFs are drawn a page at a time, fetched a piece at a time, and run nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from e2e import papers
from e2e.visit import PHONE, Shelf, User, Visit

STORED = re.compile(r"/mocs/[^?]+\?.*X-Amz-")


@pytest.fixture
def moc(shelf: Shelf) -> str:
    return shelf.add("Harbour Street Bookshop")


def opened(visit: Visit, user: User, moc_id: str) -> Page:
    visit.sign_in(user)
    visit.page.goto(f"{visit.url}/mocs/{moc_id}")
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible(timeout=20_000)
    return visit.page


def read(page: Page, name: str = "steps.pdf") -> None:
    page.get_by_role("button", name=f"Read {name}").click()
    expect(page.locator(".sheet canvas").first).to_be_visible(timeout=30_000)


def ink(page: Page, number: int) -> int:
    """How many pixels of a page are not white."""
    found: int = page.evaluate(
        """number => {
          const canvas = document.querySelector(`.sheet[data-number="${number}"] canvas`);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((value, index) => index % 4 === 0 && value < 128).length;
        }""",
        number,
    )
    return found


def test_pages_are_turned_and_drawn_as_they_come_near(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(50), fileType="instruction")
    page = opened(visit, ada, moc)

    read(page)
    assert ink(page, 1) > 100
    assert page.locator(".sheet").count() == 50
    assert page.locator(".sheet canvas").count() < 10
    for key in ("ArrowRight", "PageDown", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    number = page.get_by_role("textbox", name="Page")
    expect(number).to_have_value("3")
    number.fill("40")
    number.press("Enter")
    expect(page.locator(".sheet[data-number='40'] canvas")).to_be_in_viewport(timeout=20_000)
    expect(page).to_have_url(re.compile("page=40"))
    assert page.locator(".sheet[data-number='1'] canvas").count() == 0
    assert visit.barriers() == []

    page.reload()
    expect(page.locator(".sheet[data-number='40'] canvas")).to_be_in_viewport(timeout=30_000)
    expect(page.get_by_text("of 50")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(f"{visit.url}/mocs/{moc}")


def test_back_closes_the_reader(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(3), fileType="instruction")
    page = opened(visit, ada, moc)
    read(page)

    page.go_back()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="Harbour Street Bookshop")).to_be_visible()


def test_pages_grow_and_fit(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(3), fileType="instruction")
    page = opened(visit, ada, moc)
    read(page)

    def width() -> float:
        found: float = page.locator(".sheet").first.evaluate("one => one.getBoundingClientRect().width")
        return found

    fitting = width()
    assert 1200 < fitting <= 1280
    page.keyboard.press("+")
    expect(page.locator(".sheet").first).to_have_css("width", f"{round(fitting * 1.25)}px")
    page.get_by_role("button", name="Fit page").click()
    page.wait_for_timeout(200)
    assert page.locator(".sheet").first.evaluate("one => one.getBoundingClientRect().height") < 860
    page.keyboard.press("0")
    expect(page.locator(".sheet").first).to_have_css("width", f"{fitting:.0f}px")


def test_a_page_of_a_large_file_does_not_wait_for_the_others(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    visit.expect_problem("net::ERR_FAILED")
    content = papers.pdf(40, between=100_000)
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", content, fileType="instruction")
    page = opened(visit, ada, moc)
    ranges: list[str] = []

    def only_pieces(route: Route) -> None:
        # The whole file never comes.
        if wanted := route.request.headers.get("range"):
            ranges.append(wanted)
            route.continue_()
        else:
            route.abort()

    page.route(STORED, only_pieces)
    read(page)
    assert ink(page, 1) > 100

    pieces = [re.fullmatch(r"bytes=(\d+)-(\d+)", one) for one in ranges]
    fetched = sum(int(one[2]) - int(one[1]) + 1 for one in pieces if one)
    assert 0 < fetched < len(content) / 2


def test_a_store_without_ranges_will_do(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    content = papers.pdf(40, between=100_000)
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", content, fileType="instruction")
    page = opened(visit, ada, moc)
    headers = {"Access-Control-Allow-Origin": "*"}
    page.route(STORED, lambda route: route.fulfill(status=200, headers=headers, body=content))

    read(page)

    assert ink(page, 1) > 100


def test_an_address_that_has_expired_is_asked_for_again(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    visit.expect_problem("Failed to load resource.*403")
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(3), fileType="instruction")
    page = opened(visit, ada, moc)
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403, headers={"Access-Control-Allow-Origin": "*"}, body="<Error/>")

    page.route(STORED, refuse_first)
    read(page)

    assert len(refused) == 1
    assert ink(page, 1) > 100


def test_a_script_in_a_pdf_never_runs(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    script = "app.alert\\(1\\); this.exportDataObject\\({cName: 'x'}\\);"
    content = papers.pdf(2, script=script)
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", content, fileType="instruction")
    page = opened(visit, ada, moc)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    read(page)
    page.wait_for_timeout(500)

    assert dialogs == []
    assert not [url for url in asked if "sandbox" in url or "quickjs" in url]


def test_a_pdf_that_is_damaged_says_so_and_can_be_downloaded(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    visit.expect_problem("")
    content = papers.pdf(2)
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", content, fileType="instruction")
    page = opened(visit, ada, moc)
    page.route(
        STORED,
        lambda route: route.fulfill(
            status=200, headers={"Access-Control-Allow-Origin": "*"}, body=b"?" * len(content)
        ),
    )

    page.get_by_role("button", name="Read steps.pdf").click()

    expect(page.get_by_role("alert")).to_contain_text("This PDF is damaged", timeout=30_000)
    page.unroute(STORED)
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Download").click()
    assert download.value.path().read_bytes() == content


def test_nothing_of_the_reader_is_loaded_before_it_is_needed(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(2), fileType="instruction")
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    page = opened(visit, ada, moc)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "pdf" in url and "/v/" in url]

    read(page)

    assert [url for url in asked if url.endswith("/vendor/pdfjs-dist.mjs")]


def test_the_reader_fits_a_phone(visit: Visit, ada: User, moc: str, shelf: Shelf) -> None:
    shelf.send(f"/api/mocs/{moc}/files", "steps.pdf", papers.pdf(5), fileType="instruction")
    visit.page.set_viewport_size(PHONE)
    page = opened(visit, ada, moc)
    read(page)

    box = page.locator(".sheet").first.bounding_box()

    assert box
    assert 340 < box["width"] <= PHONE["width"]
    assert page.evaluate("document.querySelector('.reader').scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="The next page").click()
    expect(page.get_by_role("textbox", name="Page")).to_have_value("2")
