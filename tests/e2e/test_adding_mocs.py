"""From files to a MOC on the shelf: dropping everything at once, what is asked, what is refused, the receipt."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.adding import (
    AMBIGUOUS,
    BROKEN,
    PROGRAM,
    add,
    all_there,
    choose,
    drop,
    everything,
    named,
    on_the_add_page,
)
from e2e.visit import PHONE, ROOT, Shelf, User, Visit
from integration.uploading import CSV, PDF, png, studio
from unit.runtime.photos import HEIC, large_jpeg, phone_jpeg

REAL = ROOT.parent / "shared" / "data"
REFUSED = "Failed to load resource.*(400|409)"


def test_everything_that_is_dropped_at_once_becomes_a_moc(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = on_the_add_page(visit, ada)
    begun = time.monotonic()

    drop(page, *everything())
    files = page.get_by_role("list", name="Files")
    expect(files.get_by_role("listitem")).to_have_count(6)
    expect(files).to_contain_text("Studio model · 3 pieces")
    expect(files).to_contain_text("Instructions (PDF)")
    expect(files).to_contain_text("Parts list: Rebrickable · 8 pieces")
    expect(files.get_by_text("Photo (JPEG)")).to_have_count(3)
    expect(page.get_by_label("Title")).to_have_value("Sherlock holmes")
    expect(page.get_by_label("Pieces")).to_have_value("3")
    expect(page.get_by_text("Counted in sherlock_holmes-v2.io")).to_be_visible()
    assert visit.barriers() == []
    visit.picture("add")
    page.get_by_role("button", name="Add it with 6 files").click()
    all_there(page)
    took = time.monotonic() - begun

    assert took < 60
    expect(page.get_by_text("kept, gave the cover")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("Receipt of"))).to_have_count(2)
    expect(page.locator(".summary img.cover")).to_be_visible()
    assert visit.barriers() == []
    visit.picture("receipt")
    [moc] = shelf.http.get("/api/mocs").json()["data"]
    known = shelf.http.get(f"/api/mocs/{moc['id']}").json()["data"]
    assert (known["title"], known["author"], known["partsCount"]) == ("Sherlock holmes", ada.name, 3)
    assert known["setNumber"] == "MOC-257369"
    assert {file["fileType"] for file in known["files"]} == {"instruction", "parts-list", "thumbnail"}
    photos = [image["alt"] for image in known["images"] if image["galleryImageId"]]
    assert sorted(photos) == ["Sherlock holmes", "Sherlock holmes", "lights at night"]
    assert {(one["title"], one["totalPartsCount"]) for one in known["partsLists"]} == {
        ("Sherlock holmes", 8),
        ("sherlock_holmes-v2", 3),
    }
    page.get_by_role("link", name="Shelf", exact=True).click()
    expect(page.locator(".grid .title")).to_have_text("Sherlock holmes")


def test_real_files_of_real_tools_are_known(visit: Visit, ada: User) -> None:
    if not REAL.is_dir():
        pytest.skip("the real files are not beside this checkout")
    page = on_the_add_page(visit, ada)
    real = [path for path in REAL.iterdir() if path.is_file()]

    page.get_by_label("Choose files").set_input_files(real)

    files = page.get_by_role("list", name="Files")
    expect(files).to_contain_text("Studio model · 9 pieces")
    expect(files).to_contain_text("Parts list: Rebrickable · 2,200 pieces")
    expect(files).to_contain_text("Parts list: BrickLink XML · 6,175 pieces")
    expect(files).to_contain_text("Parts list: Studio · 7 pieces")
    # Colours, themes and categories are tables as well, and no parts lists.
    expect(files.get_by_text("so it is no parts list")).to_have_count(3)
    expect(page.get_by_label("Title")).to_have_value("Studio simple")


def test_what_cannot_be_kept_is_refused_at_once_and_the_others_go_on(visit: Visit, ada: User, tmp_path: Path) -> None:
    page = on_the_add_page(visit, ada)
    huge = tmp_path / "huge.pdf"
    huge.write_bytes(b"%PDF-1.4\n" + b"\0" * 50 * 1_048_576)

    choose(
        page,
        named("setup.exe", PROGRAM),
        named("dance.gif", b"GIF89a" + b"\0" * 20),
        named("nothing.csv", b""),
        named("colours.csv", b"id,name,rgb\n0,Black,05131D\n"),
        named("bag.zip", b"PK\x03\x04 cut off"),
        named("good.csv", CSV),
    )
    page.get_by_label("Choose files").set_input_files(huge)

    files = page.get_by_role("list", name="Files")
    expect(files).to_contain_text("This is a program")
    expect(files).to_contain_text("GIF pictures cannot be kept")
    expect(files).to_contain_text("This file is empty.")
    expect(files).to_contain_text("no quantity column")
    expect(files).to_contain_text("This file is 50 MB; at most 50 MB can be kept.")
    expect(files).to_contain_text("This archive is damaged")
    expect(page.get_by_role("button", name="Add it with one file")).to_be_visible()
    add(page)
    all_there(page)


def test_whose_colours_they_are_is_asked_only_where_the_file_does_not_say(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("clear.csv", CSV), named("ambiguous.csv", AMBIGUOUS))

    add(page)
    question = page.get_by_role("group", name="Whose colour numbers are these?")
    expect(question).to_have_count(1)
    expect(question).to_contain_text("line 2: colour 4 is Red at Rebrickable, Orange at BrickLink")
    assert visit.barriers() == []
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_text("Choose one of them.")).to_be_visible()
    page.get_by_label("BrickLink", exact=False).check()
    page.get_by_role("button", name="Read the list").click()
    all_there(page)

    expect(page.get_by_role("region", name="Receipt of Ambiguous")).to_contain_text("BrickLink’s, as you said.")


def test_a_list_with_records_that_cannot_be_read_is_taken_without_them(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("broken.csv", BROKEN))

    add(page)
    expect(page.get_by_text("2 records cannot be read; nothing was stored.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text('Line 3: the quantity is "many".', exact=False)).to_be_visible()
    page.get_by_role("button", name="Take it without these").click()
    all_there(page)
    receipt = page.get_by_role("region", name="Receipt of Broken")
    expect(receipt).to_contain_text("6 pieces in 2 lots")
    receipt.get_by_text("2 records were not simply kept").click()

    expect(receipt.get_by_role("list", name="Records that were not simply kept")).to_contain_text("Line 3")
    with page.expect_download() as download:
        receipt.get_by_role("button", name="Download it").click()
    assert download.value.suggested_filename == "Broken receipt.txt"
    text = Path(download.value.path()).read_text()
    assert "6 pieces in 2 lots" in text
    assert 'Line 3: the quantity is "many".' in text


def test_a_title_that_is_there_is_asked_for_again_and_nothing_else(visit: Visit, ada: User, shelf: Shelf) -> None:
    visit.expect_problem(REFUSED)
    shelf.add("Lighthouse")
    page = on_the_add_page(visit, ada)
    choose(page, named("lighthouse.csv", CSV))

    add(page)
    expect(page.get_by_role("alert")).to_contain_text("title")
    page.get_by_label("Another title").fill("Lighthouse by night")
    page.get_by_role("button", name="Try again").click()
    all_there(page)

    expect(page.get_by_role("heading", name="Lighthouse by night")).to_be_visible()


def test_the_first_photo_is_the_cover_where_no_model_gives_one(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = on_the_add_page(visit, ada)
    # Phones name HEIC photos anything; every photo of some has one name.
    choose(page, named("image.jpg", HEIC), named("image.jpg", phone_jpeg()), named("hut.csv", CSV))
    files = page.get_by_role("list", name="Files")
    expect(files).to_contain_text("image.heic")
    expect(page.get_by_label("Use image.heic as")).to_have_value("cover")

    page.get_by_label("Use image.jpg as").select_option("Cover")
    expect(page.get_by_label("Use image.heic as")).to_have_value("photo")
    add(page)
    all_there(page)

    [moc] = shelf.http.get("/api/mocs").json()["data"]
    known = shelf.http.get(f"/api/mocs/{moc['id']}").json()["data"]
    [cover] = [file for file in known["files"] if file["fileType"] == "thumbnail"]
    assert cover["originalFilename"] == "image.jpg"
    assert [image["alt"] for image in known["images"] if image["galleryImageId"]] == ["Hut"]


def test_by_keyboard_alone_and_with_what_is_missing_said(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("notes.pdf", PDF))
    expect(page.get_by_label("Title")).to_have_value("Notes")

    page.get_by_label("Title").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("How many pieces is it made of?")).to_be_visible()
    expect(page.get_by_label("Pieces")).to_be_focused()
    page.keyboard.type("2,200")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Kind").select_option("set")
    page.get_by_label("Title").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Brand")).to_be_focused()
    page.keyboard.type("LEGO")
    page.keyboard.press("Tab")
    page.keyboard.type("10278-1")
    page.keyboard.press("Enter")

    all_there(page)


def test_files_are_added_to_a_moc_that_is_there(visit: Visit, ada: User, shelf: Shelf) -> None:
    visit.expect_problem(REFUSED)
    moc = shelf.add("Harbour")
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"{visit.url}/add?moc={moc}")
    expect(page.get_by_role("heading", name="Add to “Harbour”")).to_be_visible()

    choose(page, named("steps.pdf", PDF), named("view.png", png()))
    page.get_by_role("button", name="Add 2 files").click()
    all_there(page)
    # The same name again, from the page that is open: the MOC's own file is not overwritten.
    choose(page, named("steps.pdf", PDF + b"\n"))
    page.get_by_role("button", name="Add one file").click()
    expect(page.get_by_text("all 3 files are there")).to_be_visible(timeout=60_000)

    known = shelf.http.get(f"/api/mocs/{moc}").json()["data"]
    kept = {file["originalFilename"] for file in known["files"] if file["fileType"] == "instruction"}
    assert kept == {"steps.pdf", "steps (2).pdf"}


def test_a_name_that_another_tab_has_given_can_be_kept_beside_it(visit: Visit, ada: User, shelf: Shelf) -> None:
    visit.expect_problem(REFUSED)
    moc = shelf.add("Harbour")
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"{visit.url}/add?moc={moc}")
    choose(page, named("steps.pdf", PDF))
    expect(page.get_by_role("button", name="Add one file")).to_be_enabled()
    form = {"fileType": (None, "instruction"), "file": ("steps.pdf", PDF + b"\n", "application/pdf")}
    assert shelf.http.post(f"/api/mocs/{moc}/files", files=form).status_code == 201

    page.get_by_role("button", name="Add one file").click()
    expect(page.get_by_text("This MOC already has a file named steps.pdf.")).to_be_visible()
    page.get_by_role("button", name="Keep both").click()
    all_there(page)

    assert len(shelf.http.get(f"/api/mocs/{moc}").json()["data"]["files"]) == 2


def test_a_model_may_be_kept_without_what_is_in_it(visit: Visit, ada: User, shelf: Shelf) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("crane.io", studio()))

    page.get_by_label("Use crane.io as").select_option("Instructions only")
    add(page)
    all_there(page)

    [moc] = shelf.http.get("/api/mocs").json()["data"]
    assert (moc["thumbnailUrl"], moc["totalPieceCount"]) == (None, None)


def test_a_file_that_was_left_out_can_be_taken_back(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    choose(page, named("crane.io", studio()), named("crane.pdf", PDF))
    expect(page.get_by_role("button", name="Add it with 2 files")).to_be_visible()

    page.get_by_role("button", name="Leave out crane.io").click()
    expect(page.get_by_role("button", name="Add it with one file")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Add it with 2 files")).to_be_visible()


def test_a_photo_can_be_pasted(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)

    page.evaluate(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
          const event = new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        }""",
        list(png()),
    )

    expect(page.get_by_role("list", name="Files")).to_contain_text("Photo (PNG)")


def test_on_a_phone_everything_fits(visit: Visit, ada: User) -> None:
    page = on_the_add_page(visit, ada)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    choose(page, *everything()[:3], named("a very long name of a photo from a phone.jpg", large_jpeg(600, 800)))
    expect(page.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(4)

    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert visit.barriers() == []
        if page.get_by_role("button", name="Add it with").is_visible():
            add(page)
            all_there(page)
