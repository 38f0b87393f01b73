"""Parts lists in a browser: ticking off that is never lost, filtering, ten thousand lines, exports."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.visit import Shelf, User, Visit
from integration.running_gateway import eventually

BRICKS = (
    {"partNumber": "3001", "partName": "Brick 2 x 4", "quantity": 6, "colorId": 4, "colorScheme": "rebrickable"},
    {"partNumber": "3020", "partName": "Plate 2 x 4", "quantity": 3, "colorId": 11, "colorScheme": "bricklink"},
    {"partNumber": "3068b", "partName": "Tile 2 x 2", "quantity": 1, "colorId": 14, "colorScheme": "ldraw"},
    {"partNumber": "4070", "quantity": 10, "colorId": 7, "colorScheme": "unknown"},
)
TICKS = "**/parts-lists/*/parts"


@pytest.fixture
def moc(shelf: Shelf) -> str:
    return shelf.add("Harbour Street Bookshop")


@pytest.fixture
def bricks(shelf: Shelf, moc: str) -> str:
    return shelf.parts_list(moc, "Bricks", BRICKS)


def opened(visit: Visit, user: User, moc_id: str) -> Page:
    visit.sign_in(user)
    visit.page.goto(f"{visit.url}/mocs/{moc_id}")
    expect(visit.page.get_by_role("table", name="Parts")).to_be_visible(timeout=20_000)
    return visit.page


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name)


def shown(page: Page) -> Sequence[str]:
    return page.locator(".parts-title").all_text_contents()


def refuse(route: Route) -> None:
    if route.request.method == "PATCH":
        route.abort("connectionfailed")
    else:
        route.continue_()


def acquired(shelf: Shelf, moc_id: str, list_id: str) -> list[int]:
    return [line["acquiredQuantity"] for line in shelf.lines(moc_id, list_id)]


def collected_and_bought(shelf: Shelf, moc_id: str) -> bool:
    [bricks] = [one for one in shelf.moc(moc_id)["partsLists"] if one["title"] == "Bricks"]
    return (bricks["status"], bricks["purchased"], bricks["built"]) == ("in_progress", True, False)


def saved(page: Page) -> None:
    """Waits until nothing is on its way any more."""
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('mocshelf.ticks.'))")


def test_what_is_ticked_off_is_counted_and_survives_a_reload(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, moc)
    expect(page.get_by_text("0 of 20 pieces, 0 %")).to_be_visible()

    box(page, "Brick 2 x 4").check()
    expect(page.get_by_text("6 of 20 pieces, 30 %")).to_be_visible()
    page.get_by_role("row", name="Plate 2 x 4").get_by_role("button", name="One more").click()
    page.get_by_label("Pieces of Part 4070").fill("25")
    page.keyboard.press("Enter")
    expect(page.get_by_text("17 of 20 pieces, 85 %")).to_be_visible()
    page.reload()

    expect(page.get_by_text("17 of 20 pieces, 85 %")).to_be_visible(timeout=20_000)
    expect(box(page, "Brick 2 x 4")).to_be_checked()
    saved(page)
    assert acquired(shelf, moc, bricks) == [6, 1, 0, 10]
    assert visit.barriers() == []


def test_the_keyboard_alone_ticks_off_and_counts(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, moc)
    box(page, "Brick 2 x 4").focus()

    for key in ("Space", "ArrowDown", "+", "+", "-", "End", "+"):
        page.keyboard.press(key)
    expect(box(page, "Part 4070")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Enter")

    expect(box(page, "Part 4070, Colour 7: 7 of 10")).to_be_focused()
    saved(page)
    assert acquired(shelf, moc, bricks) == [6, 1, 0, 7]


def test_a_colour_is_shown_as_the_site_it_comes_from_means_it(visit: Visit, ada: User, moc: str, bricks: str) -> None:
    page = opened(visit, ada, moc)

    swatches = page.locator(".swatch").evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")

    # Rebrickable's 4 is red, BrickLink's 11 black, LDraw's 14 yellow; nobody knows whose 7 it is.
    assert swatches[:3] == ["rgb(201, 26, 9)", "rgb(5, 19, 29)", "rgb(242, 205, 55)"]
    expect(page.locator(".swatch").nth(3)).to_have_class("swatch unknown")
    for name in ("Red", "Black", "Yellow"):
        expect(page.get_by_text(name)).to_be_visible()


def test_only_what_is_missing_is_shown_and_found(visit: Visit, ada: User, moc: str, bricks: str) -> None:
    page = opened(visit, ada, moc)
    box(page, "Tile 2 x 2").check()

    page.get_by_label("Only missing").check()
    expect(page.get_by_text("Tile 2 x 2")).to_have_count(0)
    box(page, "Plate 2 x 4").press("Space")
    expect(page.get_by_text("Plate 2 x 4")).to_have_count(0)
    # The focus has gone to what stands there now.
    expect(box(page, "Part 4070")).to_be_focused()
    page.get_by_label("Filter the parts").fill("red brick")

    assert shown(page) == ["Brick 2 x 4"]
    page.get_by_label("Filter the parts").fill("nothing like it")
    expect(page.get_by_text("Nothing fits “nothing like it”.")).to_be_visible()


def test_sorting(visit: Visit, ada: User, moc: str, bricks: str) -> None:
    page = opened(visit, ada, moc)

    page.get_by_label("Sort by").select_option("Most pieces")

    expect(page.locator(".parts-title").first).to_have_text("Part 4070")
    assert shown(page) == ["Part 4070", "Brick 2 x 4", "Plate 2 x 4", "Tile 2 x 2"]


def test_ticks_that_cannot_be_sent_are_said_and_kept_and_sent_later(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    visit.expect_problem("net::ERR_")
    page = opened(visit, ada, moc)
    visit.context.route(TICKS, refuse)
    box(page, "Brick 2 x 4").check()
    expect(page.get_by_text("Not saved yet, kept in this browser.")).to_be_visible()
    # Another tab begins with what this browser has kept, as this one would after a crash.
    second = visit.open()
    second.goto(page.url)
    expect(second.get_by_text("6 of 20 pieces")).to_be_visible(timeout=20_000)
    expect(second.get_by_text("Not saved yet, kept in this browser.")).to_be_visible()
    assert acquired(shelf, moc, bricks) == [0, 0, 0, 0]

    visit.context.unroute(TICKS)
    second.get_by_role("button", name="Try now").click()

    saved(second)
    expect(second.get_by_text("Not saved yet")).to_have_count(0)
    assert acquired(shelf, moc, bricks) == [6, 0, 0, 0]


def test_the_last_tick_before_leaving_is_not_lost(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, moc)

    box(page, "Tile 2 x 2").check()
    page.goto("about:blank")

    page.wait_for_timeout(1000)
    assert acquired(shelf, moc, bricks) == [0, 0, 1, 0]


def test_what_the_list_no_longer_takes_does_not_hold_up_the_rest(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    visit.expect_problem("Failed to load resource.*400")
    page = opened(visit, ada, moc)
    kept = [{"id": line["id"], **brick} for line, brick in zip(shelf.lines(moc, bricks), BRICKS, strict=True)][1:]
    shelf.http.patch(f"/api/mocs/{moc}/parts-lists/{bricks}", json={"parts": kept}).raise_for_status()

    page.get_by_role("button", name="Mark all", exact=True).click()

    messages = page.get_by_role("status", name="Messages")
    expect(messages).to_contain_text("This parts list was changed elsewhere.")
    saved(page)
    expect(page.get_by_text("14 of 14 pieces, 100 %")).to_be_visible()
    assert acquired(shelf, moc, bricks) == [3, 1, 10]


def test_all_lines_are_marked_and_had_back(visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf) -> None:
    page = opened(visit, ada, moc)
    box(page, "Plate 2 x 4").press("+")

    page.get_by_role("button", name="Mark all", exact=True).click()
    expect(page.get_by_text("20 of 20 pieces, 100 %")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("1 of 20 pieces, 5 %")).to_be_visible()
    saved(page)
    assert acquired(shelf, moc, bricks) == [0, 1, 0, 0]


def test_a_list_is_exported_whole_or_what_is_missing(visit: Visit, ada: User, moc: str, bricks: str) -> None:
    page = opened(visit, ada, moc)
    box(page, "Brick 2 x 4").check()
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog", name="Export")
    with page.expect_download() as whole:
        dialog.get_by_role("button", name="Spreadsheet").click()

    dialog.get_by_label("Only what is missing").check()
    with page.expect_download() as missing:
        dialog.get_by_role("button", name="Rebrickable").click()

    assert whole.value.suggested_filename == "harbour-street-bookshop-bricks.csv"
    assert "Brick 2 x 4" in whole.value.path().read_text()
    assert missing.value.path().read_text().splitlines()[1:] == ["3020,0,3,False", "3068b,14,1,False"]
    expect(dialog.get_by_text("1 line is not in it:")).to_be_visible()
    assert visit.barriers() == []


def test_the_state_of_a_list_is_kept_and_lists_are_chosen_by_their_tabs(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    shelf.parts_list(moc, "Minifigures", [{"partNumber": "fig-1", "kind": "minifig", "quantity": 2}])
    page = opened(visit, ada, moc)
    expect(page.get_by_role("tab", name="Minifigures")).to_have_attribute("aria-selected", "true")

    page.get_by_role("tab", name="Minifigures").press("ArrowRight")
    expect(page.get_by_text("0 of 20 pieces")).to_be_visible()
    page.route("**/status", lambda route: page.wait_for_timeout(500) or route.continue_())
    page.get_by_label("How far this list is").select_option("Collecting")
    page.get_by_label("Bought").check()
    page.get_by_label("Built").check()
    page.get_by_label("Built").uncheck()
    # The route only goes on while the browser is waited for.
    assert eventually(lambda: page.wait_for_timeout(100) or collected_and_bought(shelf, moc), 10)
    page.reload()

    expect(page.get_by_role("tab", name="Bricks")).to_have_attribute("aria-selected", "true", timeout=20_000)
    expect(page.get_by_label("How far this list is")).to_have_value("in_progress")
    expect(page.get_by_label("Bought")).to_be_checked()
    expect(page.get_by_label("Built")).not_to_be_checked()


def test_an_answer_to_one_choice_does_not_take_back_the_next(
    visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf
) -> None:
    page = opened(visit, ada, moc)
    held: list[Route] = []
    page.route("**/status", lambda route: held.append(route))

    page.get_by_label("How far this list is").select_option("Collecting")
    assert eventually(lambda: page.wait_for_timeout(50) or len(held) == 1, 10)
    page.get_by_label("Bought").check()
    held[0].continue_()
    # The second is sent when the first has been answered, and is not answered yet.
    assert eventually(lambda: page.wait_for_timeout(50) or len(held) == 2, 10)

    expect(page.get_by_label("Bought")).to_be_checked()
    expect(page.get_by_label("How far this list is")).to_have_value("in_progress")
    held[1].continue_()
    assert eventually(lambda: page.wait_for_timeout(50) or collected_and_bought(shelf, moc), 10)


def test_a_list_is_renamed_and_deleted(visit: Visit, ada: User, moc: str, bricks: str, shelf: Shelf) -> None:
    page = opened(visit, ada, moc)
    page.get_by_role("button", name="More about Bricks").click()
    page.get_by_role("button", name="Title, notes and costs").click()
    page.get_by_role("textbox", name="Title").fill("Red bricks")
    page.get_by_label("Estimated cost").fill("12,50")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="More about Red bricks").click()

    with page.expect_response(lambda answer: answer.request.method == "DELETE", timeout=15_000):
        page.get_by_role("button", name="Delete this list").click()
        expect(page.get_by_text("No parts list yet.")).to_be_visible()

    assert shelf.moc(moc)["partsLists"] == []


def test_ten_thousand_lines_are_there_and_only_some_in_the_document(
    visit: Visit, ada: User, moc: str, shelf: Shelf
) -> None:
    many = [{"partNumber": str(number), "quantity": 2, "partName": f"Part no. {number}"} for number in range(10_000)]
    list_id = shelf.parts_list(moc, "Everything", many)
    page = opened(visit, ada, moc)
    expect(page.get_by_text("0 of 20,000 pieces, 0 %")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("10,000 lines", exact=True)).to_be_visible(timeout=30_000)

    box(page, "Part no. 0 0").press("End")
    expect(box(page, "Part no. 9999 9999")).to_be_focused()
    expect(page.get_by_text("Part no. 9999", exact=True)).to_be_in_viewport()
    page.keyboard.press("Space")
    saved(page)

    assert page.locator(".parts-row").count() < 60
    last = shelf.http.get(f"/api/mocs/{moc}/parts-lists/{list_id}/parts", params={"page": 20, "limit": 500})
    assert last.json()["data"][-1]["acquired"] is True
    page.get_by_label("Filter the parts").fill("no. 9998")
    expect(page.get_by_text("1 line of 10,000")).to_be_visible()


def test_ticks_that_follow_each_other_go_together(visit: Visit, ada: User, moc: str, bricks: str) -> None:
    page = opened(visit, ada, moc)
    sent: list[int] = []
    page.on(
        "request",
        lambda request: (
            sent.append(len(json.loads(request.post_data or "{}")["parts"])) if request.method == "PATCH" else None
        ),
    )

    page.get_by_role("button", name="Mark all", exact=True).click()
    saved(page)

    assert sent == [4]
