"""Tables of figures on a terminal and on a page."""

from __future__ import annotations

from pathlib import Path

from mocshelf_tools import tables

HEADS, ROWS = ("", "requests"), [("browse", "7"), ("all", "1,234,567")]


def test_numbers_stand_below_each_other_on_a_terminal() -> None:
    assert tables.aligned(HEADS, ROWS) == [
        "         requests",
        "browse          7",
        "all     1,234,567",
    ]


def test_a_page_gets_the_table_between_its_marks_as_often_as_it_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- table -->\nold\n<!-- end -->\nAfter\n")

    for _ in range(2):
        tables.put(page, "<!-- table -->", "<!-- end -->", tables.markdown(HEADS, ROWS))

    assert page.read_text().splitlines() == [
        "Before",
        "<!-- table -->",
        "|  | requests |",
        "| --- | ---: |",
        "| browse | 7 |",
        "| all | 1,234,567 |",
        "<!-- end -->",
        "After",
    ]
