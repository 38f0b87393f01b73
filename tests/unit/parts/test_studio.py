"""Studio's `.io` files, made by code."""

from __future__ import annotations

import pytest

from file_validator.faults import Kind
from mocshelf.parts.studio import cover
from unit.parts.samples import codes, lots, mpd, place, read, refused, studio, studio_place

MODEL = "\ufeff" + mpd(
    {
        "house.io": [place(1, "3001.dat"), place(16, "thins"), place(16, "thins"), place(256, "x9.dat")],
        "Thins": [place(4, "3010.dat")],
    }
).replace("\n", "\r\n")
MODEL_V2 = mpd(
    {
        "house.io": [
            studio_place(1, "3001.dat"),
            studio_place(16, "thins"),
            studio_place(16, "thins"),
            studio_place(256, "x9.dat"),
        ],
        "Thins": [studio_place(4, "3010.dat")],
    }
)
PART = ["0 IsSubModel False", place(-1, "stud.dat"), "4 -1 0 0 0 1 0 0 1 1 0 0 1 0"]
MODEL_2 = mpd(
    {
        "house.io": [
            "0 IsSubModel True",
            place(7, "3001.dat"),
            place(-1, "thins"),
            place(-1, "thins"),
            place(11, "x9.dat"),
        ],
        "Thins": ["0 IsSubModel True", place(5, "3010old.dat")],
        "3001.dat": ["0 BL_Item_No 3001", *PART],
        "3010old.dat": ["0 BL_Item_No 3010", *PART],
        "x9.dat": PART,
    }
)


def brick(element: str, color: int) -> str:
    return f'<Brick designID="1" itemNos="{element}"><Part materials="{color}:0"/></Brick>'


def lxfml(*bricks: str) -> str:
    return (
        '<LXFML versionMajor="7"><Meta/><Bricks>' + "".join(bricks) + "</Bricks>"
        "<Configurations><Configuration><Bricks>"
        + brick("999999", 1) * 5
        + "</Bricks></Configuration></Configurations></LXFML>"
    )


BRICKS = lxfml(brick("300123", 23), brick("301021", 21), brick("301021", 21), brick("", 26))
INFO = '{"version":"2.26.2_1","total_parts":4}'
ENTRIES = {"model.ldr": MODEL, "modelv2.ldr": MODEL_V2, "model2.ldr": MODEL_2, "model.lxfml": BRICKS, ".info": INFO}
LOTS = [("3001", 1, 1), ("x9", 256, 1), ("3010", 4, 2)]


def test_all_entries_agree_and_add_what_they_know() -> None:
    imported = read(studio({**ENTRIES, "errorPartList.err": "[]"}), "house.io")

    assert (imported.format, lots(imported)) == ("studio-io", LOTS)
    assert imported.receipt["claims"] == [
        {"claim": name, "file": "4", "counted": "4", "agrees": True}
        for name in ("model.lxfml", "model2.ldr", "modelv2.ldr", "total_parts")
    ]
    assert [lot.other for lot in imported.lots] == [
        {"bricklink": {"part": "3001", "color": 7}},
        {"bricklink": {"color": 11}},
        {"bricklink": {"part": "3010", "color": 5}},
    ]
    assert [lot.element_id for lot in imported.lots] == ["300123", None, "301021"]
    assert [lot.source_line for lot in imported.lots][2] == "Thins:8, colour 4"
    assert codes(imported) == {}


@pytest.mark.parametrize("entry", ["model.ldr", "modelv2.ldr"])
def test_each_ldraw_form_alone_gives_the_same_list(entry: str) -> None:
    imported = read(studio({entry: ENTRIES[entry]}), "house.io")

    assert lots(imported) == LOTS
    assert (imported.receipt["colorScheme"], imported.receipt["claims"]) == ("ldraw", [])


def test_the_bricklink_form_alone_gives_bricklinks_colours() -> None:
    imported = read(studio({"model2.ldr": MODEL_2}), "house.io")

    assert lots(imported) == [("3001", 7, 1), ("x9", 11, 1), ("3010old", 5, 2)]
    assert {lot.color_scheme for lot in imported.lots} == {"bricklink"}
    assert imported.lots[2].other == {"bricklink": {"part": "3010"}}
    assert codes(imported) == {}
    assert imported.receipt["entries"] == []


def test_an_inherited_colour_is_bricklinks_of_the_line_that_refers() -> None:
    inherits = {"model.ldr": 16, "model2.ldr": -1}
    tops = {"model.ldr": (4, 1), "model2.ldr": (5, 7)}
    entries = {
        name: mpd(
            {
                "house.io": [place(color, "pair") for color in tops[name]],
                "pair": [place(inherits[name], "3001.dat"), place(inherits[name], "3002.dat")],
            }
        )
        for name in inherits
    }

    imported = read(studio(entries), "house.io")

    found = [(lot.part_number, lot.color_id, lot.other) for lot in imported.lots]
    assert found == [
        ("3001", 4, {"bricklink": {"color": 5}}),
        ("3001", 1, {"bricklink": {"color": 7}}),
        ("3002", 4, {"bricklink": {"color": 5}}),
        ("3002", 1, {"bricklink": {"color": 7}}),
    ]


def test_a_wrong_total_is_a_failed_claim_and_no_refusal() -> None:
    imported = read(studio({"model.ldr": MODEL, ".info": '{"total_parts": 5}'}), "house.io")

    assert imported.receipt["claims"] == [{"claim": "total_parts", "file": "5", "counted": "4", "agrees": False}]


def test_bricklinks_numbers_are_not_used_where_the_lines_do_not_fit() -> None:
    shorter = MODEL_2.replace(place(7, "3001.dat") + "\n", "")

    imported = read(studio({"model.ldr": MODEL, "model2.ldr": shorter}), "house.io")

    assert [lot.other for lot in imported.lots] == [None, None, None]
    assert codes(imported) == {"bricklink-numbers-unused": 1}
    assert imported.receipt["claims"][0]["agrees"] is False  # type: ignore[index]


@pytest.mark.parametrize(
    "bricks",
    [
        lxfml(brick("300123", 23), brick("301021", 21)),
        lxfml(brick("300123", 23), brick("301021", 21), brick("301026", 26), brick("", 26)),
    ],
)
def test_element_ids_are_not_used_where_bricks_do_not_fit(bricks: str) -> None:
    imported = read(studio({"model.ldr": MODEL, "model.lxfml": bricks}), "house.io")

    assert [lot.element_id for lot in imported.lots] == [None, None, None]
    assert codes(imported) == {"element-ids-unused": 1}


def test_custom_parts_are_marked_and_have_no_brick() -> None:
    bricks = lxfml(brick("300123", 23), brick("301021", 21), brick("301021", 21))

    imported = read(studio({"model.ldr": MODEL, "model.lxfml": bricks, "CustomParts/parts/X9.dat": "0"}), "house.io")

    assert [lot.notes for lot in imported.lots] == [[], ["custom-part"], []]
    assert imported.lots[0].element_id == "300123"
    assert imported.receipt["claims"][0]["agrees"] is True  # type: ignore[index]


@pytest.mark.parametrize("name", ["model2.ldr", "modelv2.ldr", "model.lxfml", ".info", "errorPartList.err"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"{[<", b"[" * 5000])
def test_a_damaged_entry_beside_the_list_changes_nothing_in_it(name: str, content: bytes) -> None:
    imported = read(studio({"model.ldr": MODEL, name: content}), "house.io")

    assert lots(imported) == LOTS


def test_parts_that_studio_could_not_find_are_named() -> None:
    imported = read(studio({"model.ldr": MODEL, "errorPartList.err": '["a\\u0000b.dat", "\\ud800"]'}), "house.io")

    assert imported.receipt["notes"] == [{"code": "studio-error-part", "count": 2, "first": ["a?b.dat", "?"]}]


def test_a_damaged_list_is_refused() -> None:
    assert refused(studio({**ENTRIES, "model.ldr": b"\x00\x01"}), "house.io").kind is Kind.UNREADABLE


def test_a_locked_file_is_refused_with_what_to_do() -> None:
    data = bytearray(studio({"model.ldr": MODEL}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1

    problem = refused(bytes(data), "house.io")

    assert problem.message.startswith("This Studio file is locked")
    assert problem.kind is Kind.UNREADABLE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused() -> None:
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("model.ldr", MODEL)
        archive.writestr("MODEL.ldr", MODEL)

    assert refused(target.getvalue(), "house.io").kind is Kind.UNSAFE


def test_a_hollow_model_that_doubles_is_not_walked() -> None:
    files = {f"m{level}.ldr": [place(16, f"m{level + 1}.ldr")] * 2 for level in range(19)}
    model = mpd({**files, "m19.ldr": ["0 nothing"]}).replace(
        "0 FILE m0.ldr", "0 FILE m0.ldr\n" + place(4, "3001.dat"), 1
    )

    imported = read(studio({"model.ldr": model, "model.lxfml": BRICKS}), "house.io")

    assert lots(imported) == [("3001", 4, 1)]
    assert imported.receipt["claims"] == []


def test_the_cover_is_the_picture_that_was_saved() -> None:
    assert cover(studio({"model.ldr": MODEL, "thumbnail.png": b"\x89PNG"})) == b"\x89PNG"
    assert cover(studio({"model.ldr": MODEL})) is None
