"""Whatever the bytes are, a reader returns a balanced list or refuses it; nothing else comes out."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from file_validator.faults import Refused
from mocshelf.parts.reading import read_parts
from unit.parts.samples import HEADER, mpd, place, studio, studio_place

CELLS = st.one_of(
    st.sampled_from(["3001", "4", "True", "", "-1", "9999", "Red", "BL11", "BL 3001", "1,752", "0", '"', "3.07E+05"]),
    st.text(max_size=8),
)
HEADERS = st.sampled_from(
    [
        HEADER,
        "Part,Color,Num\n",
        "part;color;qty\n",
        "Part,Color ID,Color,Quantity,Spare\n",
        "BLItemNo,LdrawId,BLColorId,LDrawColorId,Qty,Weight\n",
        "elementId,quantity\n",
        "Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID\n",
        "sep=;\nPart;Quantity\n",
        "Order Id,Name,Type,Color Name,Boid,Lot Id,Condition,Ordered Quantity\n",
        "SetNumber,ElementID,Qty,Colour,Category,DesignID,ElementName\n",
        "",
    ]
)
ROWS = st.lists(st.lists(CELLS, max_size=13).map(",".join), max_size=8).map("\n".join)
NAMES = st.sampled_from(["a.dat", "b.ldr", "B.LDR", "s/x.dat", "c", "house.io", "d.dat", ""])
COLORS = st.sampled_from([4, 16, 24, -1, 0, 256, 0x2FF0000])
LINES = st.one_of(
    st.builds(place, COLORS, NAMES),
    st.builds(studio_place, COLORS, NAMES),
    st.sampled_from(["0 IsSubModel False", "0 !LDRAW_ORG Part", "0 BL_Item_No 3001", "4 16 0 0 0 1 0 0 1 1 0 0 1 0"]),
    st.text(max_size=20),
)
MODELS = st.dictionaries(NAMES, st.lists(LINES, max_size=5), min_size=1, max_size=4).map(mpd)
TAGS = st.sampled_from(
    ["ITEMTYPE", "ItemID", "COLOR", "QTY", "MINQTY", "EXTRA", "ALTERNATE", "MATCHID", "COUNTERPART"]
)
TEXTS = st.sampled_from(["P", "M", "S", "3001", "5", "0", "1,752", "Y", "N", "", "x"])
ELEMENTS = st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", TAGS, TEXTS)
ITEMS = st.lists(ELEMENTS, max_size=7).map(lambda found: "<ITEM><ITEMID>1</ITEMID>" + "".join(found) + "</ITEM>")
INVENTORIES = st.lists(ITEMS, max_size=5).map(lambda items: "<INVENTORY>" + "".join(items) + "</INVENTORY>")
BSX_TAGS = st.sampled_from(["ItemTypeID", "ItemID", "ColorID", "Qty", "Status", "ItemName", "Item"])
BSX_TEXTS = st.one_of(TEXTS, st.sampled_from(["X", "E", "I", "-1"]))
BSX_ITEMS = st.lists(st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", BSX_TAGS, BSX_TEXTS), max_size=6)
NUMBERS = st.sampled_from(["", "21", "21,0,0,0", "23:0", "x", "3001;A", "99999999999", "-1", "0", ",;:"])
BRICKS = st.builds(
    '<Brick designID="{}" itemNos="{}"><Part designID="{}" materials="{}" decoration="{}"/></Brick>'.format,
    NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS,
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(["part", "id", "qty", "color", "colorId", "bl_color", "spare", "elementId", "quantity", "name"]),
    st.text(max_size=5),
)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))
OBJECTS = st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=5)
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "part", "qty", "color", "spare", "colorid"]), TEXTS, max_size=4)
SCHEMES = st.sampled_from([None, "rebrickable", "bricklink", "unknown"])

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def attempt(data: bytes, name: str, scheme: str | None = None) -> None:
    for partial in (False, True):
        with contextlib.suppress(Refused):
            imported = read_parts(data, name, scheme=scheme, partial=partial)
            assert imported.lots


@quick
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.io", "a.xml", "a.ldr"]))
def test_any_bytes(data: bytes, name: str) -> None:
    attempt(data, name)


@quick
@given(HEADERS, ROWS, SCHEMES)
def test_any_table(header: str, rows: str, scheme: str | None) -> None:
    attempt((header + rows).encode("utf-8", "replace"), "a.csv", scheme)


@quick
@given(MODELS)
def test_any_model(model: str) -> None:
    attempt(model.encode("utf-8", "replace"), "a.mpd")


@quick
@given(
    st.dictionaries(
        st.sampled_from(["model.ldr", "modelv2.ldr", "model2.ldr", "model.lxfml", ".info", "errorPartList.err"]),
        st.one_of(MODELS, st.text(max_size=40), INVENTORIES),
        min_size=1,
    )
)
def test_any_studio_file(entries: dict[str, str]) -> None:
    attempt(studio({name: text.encode("utf-8", "replace") for name, text in entries.items()}), "a.io")


@quick
@given(INVENTORIES)
def test_any_bricklink_list(content: str) -> None:
    attempt(content.encode(), "a.xml")


@quick
@given(st.lists(BSX_ITEMS, max_size=4))
def test_any_brickstore_file(items: list[list[str]]) -> None:
    content = "".join(f"<Item>{''.join(fields)}</Item>" for fields in items)
    attempt(f"<BrickStoreXML><Inventory>{content}</Inventory></BrickStoreXML>".encode(), "a.bsx")


@quick
@given(st.lists(st.one_of(BRICKS, st.sampled_from(["<Brick/>", "<Bricks/>", "<Part/>"])), max_size=4))
def test_any_lego_model(bricks: list[str]) -> None:
    content = f"<LXFML><Bricks>{''.join(bricks)}</Bricks></LXFML>".encode()
    attempt(content, "a.lxfml")
    attempt(studio({"IMAGE100.LXFML": content}), "a.lxf")


@quick
@given(OBJECTS, SCHEMES)
def test_any_json(objects: list[dict[str, object]], scheme: str | None) -> None:
    attempt(json.dumps(objects).encode(), "a.json", scheme)
    attempt(json.dumps({"parts": objects}).encode(), "a.json", scheme)


@quick
@given(st.lists(st.tuples(ATTRIBUTES, ATTRIBUTES), max_size=4), SCHEMES)
def test_any_plain_xml(records: list[tuple[dict[str, str], dict[str, str]]], scheme: str | None) -> None:
    content = "".join(
        "<part " + " ".join(f'{name}="{text}"' for name, text in attributes.items()) + ">"
        + "".join(f"<{name}>{text}</{name}>" for name, text in children.items()) + "</part>"
        for attributes, children in records
    )  # fmt: skip
    attempt(f"<parts>{content}</parts>".encode(), "a.xml", scheme)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_list_cut_anywhere_is_read_or_refused(cut: int) -> None:
    attempt((HEADER + "3001,4,6,False\n6141,47,1,True\n").encode()[:cut], "a.csv")
