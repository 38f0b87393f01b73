"""What a parts list is, by its content: every row of the table of formats."""

from __future__ import annotations

import pytest

from file_validator.faults import Kind, Refused
from file_validator.identify import Identity, identify
from unit.file_validator.specimens import LXFML, MODEL, PIECE, Member, jpeg, pdf, png, studio_file, zip_of

INVENTORY = b"<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><MINQTY>4</MINQTY></ITEM></INVENTORY>"
REBRICKABLE = ("rebrickable-csv", "csv", "rebrickable", "rebrickable")
OWN = b"Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID\n"
BRICKOWL = (
    b'"Order Id",Name,Type,"Color Name",Boid,"Lot Id",Condition,"Ordered Quantity","Public Note","Base Price"\n'
)
BRICKSET = b"SetNumber,ElementID,Qty,Colour,Category,DesignID,ElementName,ImageURL,ElementSetCount\n"
STUDIO = b"BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight\n"


def summary(data: bytes, name: str) -> tuple[str, str, str | None, str | None]:
    found = identify(data, name)
    return found.format, found.container, found.color_scheme, found.part_scheme


def refused(data: bytes, name: str = "plans.csv") -> Refused:
    with pytest.raises(Refused) as caught:
        identify(data, name)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.io", studio_file(), ("studio-io", "zip", "ldraw", "ldraw")),
        ("a.io", zip_of(Member(b"MODELv2.ldr", MODEL)), ("studio-io", "zip", "ldraw", "ldraw")),
        ("a.io", zip_of(Member(b"model2.ldr", MODEL)), ("studio-io", "zip", "bricklink", "ldraw")),
        ("a.lxf", zip_of(Member(b"Image100.lxfml", LXFML)), ("lxf", "zip", "lego", "lego")),
        ("a.xml", INVENTORY, ("bricklink-xml", "xml", "bricklink", "bricklink")),
        ("a.xml", INVENTORY.lower(), ("bricklink-xml", "xml", "bricklink", "bricklink")),
        (
            "a.xml",
            b"<ORDERS><ORDER><ITEM><ITEMID/></ITEM></ORDER></ORDERS>",
            ("bricklink-xml", "xml", "bricklink", "bricklink"),
        ),
        ("a.bsx", b"<BrickStoreXML/>", ("brickstore-bsx", "xml", "bricklink", "bricklink")),
        ("a.bsx", b"<BrickStockXML><x/></BrickStockXML>", ("brickstore-bsx", "xml", "bricklink", "bricklink")),
        ("a.bsx", b"<!DOCTYPE BrickStoreXML>\n<BrickStoreXML/>", ("brickstore-bsx", "xml", "bricklink", "bricklink")),
        ("a.lxfml", LXFML, ("lxfml", "xml", "lego", "lego")),
        ("a.xml", b'<parts><part id="3001" quantity="4"/></parts>', ("xml", "xml", None, None)),
        ("a.xml", b"<INVENTORY><ITEM><x>1</x></ITEM></INVENTORY>", ("xml", "xml", None, None)),
        ("a.json", b'[{"part": "3001", "quantity": 4}]', ("json", "json", None, None)),
        ("a.json", b'{"parts": [{"part": "3001"}]}', ("json", "json", None, None)),
        ("a.json", b'[{"elementId": "300121", "quantity": 4}]', ("lego-pab-json", "json", "none", "element")),
        ("a.json", b'[{"elementId": 1, "quantity": 4, "x": 1}]', ("json", "json", None, None)),
        ("a.ldr", PIECE, ("ldraw", "text", "ldraw", "ldraw")),
        ("a.ldr", b"1 4 0.5 -10. .25 1e-3 0 0 0 1 0 0 0 1 3001.dat\n", ("ldraw", "text", "ldraw", "ldraw")),
        ("a.mpd", b"\r\n" + MODEL, ("ldraw", "text", "ldraw", "ldraw")),
        ("a.ldr", b"0 a\r1 16 0 0 0 1 0 0 0 1 0 0 0 1 two wheels.ldr\r", ("ldraw", "text", "ldraw", "ldraw")),
        ("a.csv", b"Part,Color,Quantity,Is Spare\n3001,4,6,False\n", REBRICKABLE),
        ("a.csv", b"Quantity,Part,Color\n6,3001,4\n", REBRICKABLE),
        ("a.csv", b"Part,Color,Num\r\n3001,-1,6\r\n", REBRICKABLE),
        ("a.csv", b"elementId,quantity\n300121,4\n", ("lego-pab-csv", "csv", "none", "element")),
        ("a.csv", STUDIO, ("studio-csv", "csv", "bricklink", "bricklink")),
        ("a.csv", b"BLItemNo,ElementId,PartName,Qty\n", ("studio-csv", "csv", "bricklink", "bricklink")),
        ("a.csv", b"BLItemNo,LDrawColorId,PartName,Qty\n", ("studio-csv", "csv", "ldraw", "bricklink")),
        ("a.csv", BRICKOWL, ("brickowl-csv", "csv", "brickowl", "brickowl")),
        ("a.csv", BRICKSET, ("brickset-csv", "csv", "lego", "lego")),
        ("a.csv", OWN, ("csv", "csv", "row", "row")),
        ("a.csv", b"part,color,quantity\n3001,4,6\n", ("csv", "csv", None, None)),
        ("a.csv", b"part_num,color_id,quantity\n3001,4,6\n", ("csv", "csv", None, None)),
        ("a.csv", b"Part,Color,Quantity,Is Spare\n3001,Red,6,False\n", ("csv", "csv", None, None)),
        ("a.csv", b"Element,Count\n300121,4\n", ("csv", "csv", None, "element")),
        ("a.csv", b"3001,4,Red\n", ("csv", "csv", None, None)),
    ],
)
def test_every_format_is_recognised_by_its_content(
    name: str, data: bytes, expected: tuple[str, str, str | None, str | None]
) -> None:
    assert summary(data, name) == expected


@pytest.mark.parametrize(
    "data", [INVENTORY, LXFML, MODEL, STUDIO, b'[{"part": "3001"}]', b"part;qty\n3001;4\n", b"<BrickStoreXML/>"]
)
def test_text_formats_may_carry_any_text_extension(data: bytes) -> None:
    found = {summary(data, f"a{extension}") for extension in (".txt", ".csv", ".xml", ".ldr", ".json", ".bsx", "")}

    assert len(found) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_three_delimiters_are_found(delimiter: str) -> None:
    rows = (("Part ID", "Part, Name;\there", "Quantity"), ("3001", "Brick", "12"))
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)

    found = identify(text.encode(), "a.csv")

    assert found.delimiter == delimiter
    assert found.columns == ("part", None, "quantity")
    assert found.header


@pytest.mark.parametrize(
    ("lead", "skipped"), [("sep=;\r\n", 1), ('"sep=;"\n', 1), ("SEP=;\n\n", 2), ("\n \n", 2), ("\r\rsep=;\r", 3)]
)
def test_an_excel_separator_line_is_obeyed_and_skipped(lead: str, skipped: int) -> None:
    found = identify(f"{lead}Part;Qty\n3001;4\n".encode(), "a.csv")

    assert (found.delimiter, found.skip_lines, found.header) == (";", skipped, True)


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-bom"),
        ("utf-16", "utf-16-le"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_the_encoding_is_told_and_changes_nothing_else(codec: str, encoding: str) -> None:
    for text, name in (("Part,Qty,Name\n1,2,é\n", "a.csv"), ("<parts><part>é</part></parts>", "a.xml")):
        found = identify(text.encode(codec), name)

        assert found.encoding == encoding
        assert found.format in ("csv", "xml")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("3001,4", ("part", "quantity")),
        ("3001,4,Red\n3002,5,\n", ("part", "quantity", "color")),
        ("3001,Brick 2 x 4,4,Red", ("part", "name", "quantity", "color")),
        ("3001;4;Red;Brick 2 x 4", ("part", "quantity", "color", "name")),
        ("extra,4,Red", ("part", "quantity", "color")),
        ("3001\t4\tFalse", ("part", "quantity", "spare")),
        ("3070b,4,Tile\n\n,,\n3001,1,Brick\n", ("part", "quantity", "name")),
    ],
)
def test_without_column_names_unambiguous_columns_are_read(text: str, columns: tuple[str, ...]) -> None:
    found = identify(text.encode(), "a.csv")

    assert (found.format, found.header, found.columns) == ("csv", False, columns)


@pytest.mark.parametrize(
    "text",
    [
        "3001,4,2",
        "3001,4,2,False",
        "3001",
        "3001,Red",
        "3001,0,Red",
        "3001,4\n3002,5,Red",
        "brick 3001,4",
        ",4\n3001,5",
        "3001,4,Red,Blue",
        "3001,4,Tile,Grey thing",
        "3001,4,True,False",
        "1,2,3,4,5,6",
        "3001,4,x\n3001,5,7",
    ],
)
def test_without_column_names_ambiguous_columns_are_refused_with_an_example(text: str) -> None:
    error = refused(text.encode())

    assert error.message.endswith("Put column names in the first line, for example Part,Quantity,Color.")


def test_a_caller_with_a_colour_table_decides_which_column_is_the_colour() -> None:
    data = b"3001,4,Brick,Vibrant Coral\n"

    found = identify(data, "a.csv", is_colour=lambda cell: cell == "Vibrant Coral")

    assert found.columns == ("part", "quantity", "name", "color")
    assert refused(b"3001,4,Brick,Mauve\n")


def test_a_missing_column_is_named_with_the_columns_found() -> None:
    assert refused(b"Part,Color\n3001,4\n").message == (
        "The file has no quantity column. Columns found: Part, Color. Name one of them Quantity."
    )
    assert refused(b"Color,Qty\n4,1\n").message == (
        "The file has no part number column. Columns found: Color, Qty. Name one of them Part."
    )


@pytest.mark.parametrize(
    "header",
    [
        "Part,Item No,Qty",
        "Part,Qty,Count",
        "Part,Quantity,Color,Colour Name",
        "Part,Color,Quantity,Quantity",
    ],
)
def test_two_columns_of_one_meaning_are_refused_naming_both(header: str) -> None:
    message = refused(f"{header}\n1,2,3,4\n".encode()).message

    assert message.startswith("The columns ")
    assert message.count('"') == 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[options]\nkind=group\n", "LDCad"),
        (b"Number,Theme,Subtheme,Year,SetName\n", "list of sets"),
        (b"Code,Num\n", "list of codes"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\n<HTML><body>", "a web page"),
        (b'<?xml version="1.0"?><html/>', "a web page"),
        (b"<CATALOG><ITEM><ITEMID>1</ITEMID></ITEM></CATALOG>", "catalogue"),
        (pdf(), "a PDF document"),
        (png(), "a PNG image"),
        (jpeg(), "a JPEG image"),
        (b"GIF89a", "a GIF image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"\x1f\x8b\x08\0", "an archive"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"),
        (b"Rar!\x1a\x07\x01\0", "an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an Excel workbook"),
        (zip_of(Member(b"[Content_Types].xml"), Member(b"xl/workbook.xml")), 'Save it as "CSV UTF-8"'),
        (zip_of(Member(b"[Content_Types].xml"), Member(b"word/document.xml")), "an Office document"),
    ],
)
def test_what_is_known_to_be_no_parts_list_is_refused_by_name(data: bytes, said: str) -> None:
    error = refused(data)

    assert said in error.message
    assert (error.kind, error.faults[0].code) == (Kind.TYPE, "UNSUPPORTED_FORMAT")


def test_the_extension_must_not_lie_about_the_container() -> None:
    as_csv, as_io, as_lxf = refused(studio_file()), refused(STUDIO, "plans.io"), refused(INVENTORY, "a.lxf")

    assert as_csv.message == (
        "plans.csv is a ZIP archive, not a CSV file. If it is a Studio file, rename it to plans.io."
    )
    assert as_io.message.startswith("plans.io is text, not a Studio file.")
    assert {error.faults[0].code for error in (as_csv, as_io, as_lxf)} == {"TYPE_MISMATCH"}


@pytest.mark.parametrize("locked", [Member(b"model.ldr", MODEL, flags=1), Member(b"model2.ldr", MODEL, method=99)])
def test_a_locked_studio_file_says_how_to_go_on(locked: Member) -> None:
    error = refused(zip_of(locked), "plans.io")

    assert error.kind is Kind.UNREADABLE
    assert "Open it in a current Studio, save it" in error.message


def test_any_other_archive_is_refused() -> None:
    assert refused(zip_of(Member(b"x/model.ldr", MODEL)), "plans.io").faults[0].code == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\xff\xfe \0\n\0", "\u00a0\u2003".encode()])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    error = refused(data)

    assert (error.faults[0].code, error.message) == ("EMPTY_FILE", "The file is empty.")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"[]", "a.json"),
        (b"{}", "a.json"),
        (b'{"parts": []}', "a.json"),
        (b"<INVENTORY/>", "a.xml"),
        (b"<a><b>1</b></a>", "a.xml"),
        (b"0 Untitled model\n0 STEP\n", "a.ldr"),
    ],
)
def test_a_list_without_parts_is_told_apart_from_an_unknown_format(data: bytes, name: str) -> None:
    assert refused(data, name).faults[0].code == "NO_PARTS_FOUND"


def test_binary_data_is_no_text() -> None:
    error = refused(b"Part,Qty\0")

    assert (error.kind, error.message) == (
        Kind.UNREADABLE,
        "We cannot read plans.csv as text. Is it the right file?",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"Part,Quantity," + b"," * 70 + b"x\n",
        b"," * 1_000_000,
        b'Part,"Quantity' + b"\nx" * 400_000,
        b"x" * 1_000_000,
        b'"\n",' * 200_000,
    ],
)
def test_endless_cells_and_rows_are_refused(data: bytes) -> None:
    assert refused(data).faults[0].code == "CSV_PARSE_ERROR"


def test_64_columns_are_accepted() -> None:
    names = b"Part,Quantity," + b",".join(b"x%d" % number for number in range(62)) + b"\n1,2\n"

    assert isinstance(identify(names, "a.csv"), Identity)
    assert refused(b"y," + names).message == "The file has more than 64 columns."
