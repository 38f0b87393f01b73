"""Lists that were read, in the database: every column arrives as it was, and the counts follow the lines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import UUID

import pytest

from mocshelf.parts import line_store, service, store
from mocshelf.parts.lot import Lot
from mocshelf.parts.reading import Imported, read_parts
from mocshelf.parts.schemas import parts_list
from mocshelf.runtime import database
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import Conflict
from mocshelf_tools.stack.stack import Stack

CSV = b"Part,Color,Quantity,Is Spare\n3001,4,6,False\n3024,15,2,False\n6141,47,1,True\n"
NASTY = "tab\there, line\nbreak\rreturn, back\\slash \\N \\. \"quote\", {brace}, 'x' – é 🧱"
COLUMNS = [name for name in Lot.__slots__ if name != "line"]


class Undone(Exception):
    """Ends a test's transaction without keeping it."""


@pytest.fixture
def conn(stack: Stack) -> Iterator[Connection]:
    """A transaction that is rolled back."""
    with contextlib.suppress(Undone), database.transaction() as connection:
        yield connection
        raise Undone


@pytest.fixture
def moc_id(conn: Connection, alice: str) -> UUID:
    row = database.fetch_one(
        conn,
        "insert into moc_instructions (user_id, type, title, author, parts_count)"
        " values (%(owner)s, 'moc', 'Castle', 'Ada', 100) returning id",
        {"owner": alice},
    )
    assert row is not None
    return UUID(row["id"])


def imported() -> Imported:
    return read_parts(CSV, "castle.csv")


def stored(conn: Connection, owner: str, moc_id: UUID, what: Imported) -> UUID:
    return service.import_list(conn, owner=owner, moc_id=moc_id, file_id=None, title="Castle", imported=what)


def nasty_lot() -> Lot:
    lot = Lot(1, NASTY, "unknown", "gear", None, "unknown", NASTY, 10_000_000, True, NASTY)
    lot.part_name, lot.category, lot.element_id, lot.acquired_quantity = NASTY, "", "\\N", 7
    lot.other = {"bricklink": {"part": NASTY, "color": 5}, "element": ["1", "2"]}
    lot.notes = ["custom-part", NASTY, "null", ""]
    return lot


def test_a_list_is_stored_with_its_counts_and_those_of_its_moc(conn: Connection, alice: str, moc_id: UUID) -> None:
    list_id = stored(conn, alice, moc_id, imported())

    (row,) = service.lists_of_moc(conn, moc_id)
    shown = parts_list(row).model_dump(mode="json", by_alias=True)
    moc = database.fetch_one(conn, "select total_piece_count from moc_instructions where id = %(id)s", {"id": moc_id})
    assert (shown["id"], shown["title"], shown["name"], shown["format"]) == (
        str(list_id),
        "Castle",
        "Castle",
        "rebrickable-csv",
    )
    assert (shown["totalParts"], shown["totalPartsCount"], shown["sparePartsCount"]) == (2, 8, 1)
    assert (shown["completedParts"], shown["inventoryPercentage"], shown["costEstimate"]) == (0, 0, None)
    assert moc == {"total_piece_count": 8}


def test_the_receipt_comes_back_as_it_was(conn: Connection, alice: str, moc_id: UUID) -> None:
    what = imported()
    what.receipt["fileName"] = NASTY

    list_id = stored(conn, alice, moc_id, what)

    assert store.read_receipt(conn, list_id) == what.receipt


def test_lines_come_back_in_order_and_by_page(conn: Connection, alice: str, moc_id: UUID) -> None:
    list_id = stored(conn, alice, moc_id, imported())

    assert [row["part_number"] for row in line_store.lines(conn, list_id, 10, 0, False)] == ["3001", "3024", "6141"]
    assert [row["line"] for row in line_store.lines(conn, list_id, 1, 1, False)] == [2]
    assert line_store.lines(conn, list_id, 1, 0, False)[0]["color_name"] == "Red"


def test_only_lines_that_miss_pieces_are_missing(conn: Connection, alice: str, moc_id: UUID) -> None:
    what = imported()
    what.lots[0].acquired_quantity = 6

    list_id = stored(conn, alice, moc_id, what)

    (row,) = service.lists_of_moc(conn, moc_id)
    assert [one["part_number"] for one in line_store.lines(conn, list_id, 10, 0, True)] == ["3024"]
    assert (row["completed_parts"], row["acquired_parts_count"]) == (1, 6)
    assert parts_list(row).inventory_percentage == 75.0


def test_no_text_can_break_out_of_its_cell(conn: Connection, alice: str, moc_id: UUID) -> None:
    lot = nasty_lot()
    lot.part_number = NASTY[:64]
    list_id = store.insert_list(
        conn, owner=alice, moc_id=moc_id, file_id=None, title="Castle", format="csv", receipt=None
    )

    line_store.insert_lots(conn, list_id, [lot])

    (row,) = line_store.lines(conn, list_id, 10, 0, False)
    assert {name: row[name] for name in COLUMNS} == {name: getattr(lot, name) for name in COLUMNS} | {
        "category": None
    }


def test_a_lot_with_nothing_optional_is_stored_with_nulls(conn: Connection, alice: str, moc_id: UUID) -> None:
    lot = Lot(1, "a\\b", "unknown", "part", 4, "unknown", None, 1, False, "line 2")
    list_id = store.insert_list(
        conn, owner=alice, moc_id=moc_id, file_id=None, title="Castle", format="csv", receipt=None
    )

    line_store.insert_lots(conn, list_id, [lot])

    (row,) = line_store.lines(conn, list_id, 10, 0, False)
    assert {name: row[name] for name in COLUMNS} == {name: getattr(lot, name) for name in COLUMNS}


def test_a_moc_holds_twenty_lists_and_no_more(conn: Connection, alice: str, moc_id: UUID) -> None:
    for _ in range(service.MOST_LISTS):
        assert service.has_room(conn, moc_id)
        stored(conn, alice, moc_id, imported())

    assert not service.has_room(conn, moc_id)
    with pytest.raises(Conflict, match="at most 20 parts lists"):
        stored(conn, alice, moc_id, imported())
