"""Whether documents and parts lists may be stored."""

from __future__ import annotations

import pytest

from file_validator.check import Checked, check
from file_validator.faults import Kind, Refused
from file_validator.rules import INSTRUCTION, PARTS_LIST, Rule
from unit.file_validator.specimens import LXFML, MODEL, Member, lying, pdf, png, studio_file, zip_of

MB = 1_048_576
LXF = zip_of(Member(b"IMAGE100.LXFML", LXFML))


def refused(data: bytes, name: str, rule: Rule = INSTRUCTION) -> Refused:
    with pytest.raises(Refused) as caught:
        check(data, name, rule)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "content_type", "extension"),
    [
        ("plans.PDF", pdf(), "application/pdf", ".pdf"),
        ("plans.io", studio_file(Member(b"thumbnail.png", png())), "application/zip", ".io"),
        ("plans.lxf", LXF, "application/zip", ".lxf"),
        ("plans.ldr", MODEL, "text/plain", ".ldr"),
        ("plans.mpd", "0 Maße\n".encode("windows-1252"), "text/plain", ".mpd"),
    ],
)
def test_good_instructions_are_kept_with_the_type_found(
    name: str, data: bytes, content_type: str, extension: str
) -> None:
    assert check(data, name, INSTRUCTION) == Checked(content_type, extension)


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.csv", b"Part,Qty\n", "text/csv"),
        ("a.tsv", b"Part\tQty\n", "text/tab-separated-values"),
        ("a.txt", b"Part,Qty\n", "text/plain"),
        ("a.csv", b"\xef\xbb\xbf<parts/>", "application/xml"),
        ("a.txt", b'[{"part": "1"}]', "application/json"),
        ("a.bsx", b"<BrickStoreXML/>", "application/xml"),
        ("a.ldr", b"Part,Qty\n", "text/plain"),
        ("a.io", studio_file(), "application/zip"),
        ("a.lxf", LXF, "application/zip"),
    ],
)
def test_parts_lists_may_be_any_text_and_the_bytes_decide_the_type(name: str, data: bytes, content_type: str) -> None:
    assert check(data, name, PARTS_LIST).content_type == content_type


@pytest.mark.parametrize("extension", INSTRUCTION.extensions + PARTS_LIST.extensions)
@pytest.mark.parametrize("data", [b"", b" \n\0"])
def test_empty_files_of_every_kind_are_refused(extension: str, data: bytes) -> None:
    rule = INSTRUCTION if extension in INSTRUCTION.extensions else PARTS_LIST

    assert refused(data, f"a{extension}", rule)


def test_an_empty_file_is_called_empty() -> None:
    assert refused(b"", "a.pdf").message == "The file is empty."
    assert refused(b"\r\n", "a.csv", PARTS_LIST).faults[0].code == "EMPTY_FILE"


@pytest.mark.parametrize("name", ["plans.pdf", "plans.io", "plans.lxf"])
def test_a_document_cut_anywhere_is_refused(name: str) -> None:
    data = {"plans.pdf": pdf(), "plans.io": studio_file(), "plans.lxf": LXF}[name]

    # A PDF without its final line break is whole.
    assert all(refused(data[:length], name) for length in range(len(data) - 1))


def test_a_pdf_without_its_table_is_damaged() -> None:
    no_table = pdf().replace(b"startxref", b"startnone")
    middle_cut = pdf(b"x" * 500).replace(b"x" * 500, b"")
    early_end = pdf() + b"2 0 obj" + b"x" * 2_000

    for data in (no_table, middle_cut, early_end):
        assert refused(data, "plans.pdf").kind is Kind.UNREADABLE


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n\0\0", b"<!-- served in 3 ms -->\n", b"\x1a"])
def test_scraps_after_the_end_of_a_pdf_do_no_harm(tail: bytes) -> None:
    assert check(pdf() + tail, "plans.pdf", INSTRUCTION)


TAR = b"%PDF-1.7\n" + b"x" * 248 + b"ustar\0" + b"x" * 200
POLYGLOTS = {
    "PDF and ZIP": pdf() + zip_of(Member(b"a", b"x")),
    "PDF and ZIP with mended offsets": pdf()[:-6] + zip_of(Member(b"a", b"x")) + b"%%EOF",
    "PDF and empty ZIP": pdf() + zip_of(),
    "ZIP inside a PDF": pdf(b"1 0 obj\n" + zip_of(Member(b"a", b"x"))),
    "PDF and web page": pdf(b"<HTML><script>alert(1)</script>"),
    "web page after a PDF": pdf() + b"\n<script>alert(1)</script>",
    "PDF and program": pdf() + b"MZ\x90\0\x03",
    "PDF and picture": pdf() + png(),
    "web page before a PDF": b"<html>" + pdf(),
    "script before a PDF": b"#!/bin/sh\n" + pdf(),
    "program before a PDF": b"MZ\x90\0" + pdf(),
    "picture before a PDF": b"GIF89a" + pdf(),
    "PDF and TAR": TAR + pdf()[9:],
    "PDF and disc image": pdf(b"x" * (0x8001 - 9) + b"CD001"),
    "PDF and RAR": pdf(b"x Rar!\x1a\x07\x01\0"),
}


@pytest.mark.parametrize("data", POLYGLOTS.values(), ids=POLYGLOTS)
def test_a_pdf_that_is_a_second_format_as_well_is_unsafe(data: bytes) -> None:
    assert refused(data, "plans.pdf").kind is Kind.UNSAFE


ZIP_POLYGLOTS = {
    "after": studio_file() + b"%PDF-1.7",
    "before": b"#!/bin/sh\n" + studio_file(),
    "Java": studio_file(Member(b"META-INF/MANIFEST.MF", b"x")),
    "Office": studio_file(Member(b"[Content_Types].xml", b"x")),
    "Android": studio_file(Member(b"AndroidManifest.xml", b"x")),
    "PDF": zip_of(Member(b"x", pdf(), method=0), Member(b"model.ldr", MODEL)),
    "path": studio_file(Member(b"../../etc/cron.d/x", b"x")),
    "absolute": studio_file(Member(b"/etc/cron.d/x", b"x")),
    "drive": studio_file(Member(b"C:\\x.dll", b"x")),
    "twice": studio_file(Member(b"Model.ldr", b"x")),
    "lie": studio_file(Member(b"x", b"x" * 50, size=5)),
}


@pytest.mark.parametrize("data", ZIP_POLYGLOTS.values(), ids=ZIP_POLYGLOTS)
@pytest.mark.parametrize("rule", [INSTRUCTION, PARTS_LIST], ids=["kept", "list"])
def test_an_archive_that_is_made_to_do_harm_is_refused(data: bytes, rule: Rule) -> None:
    error = refused(data, "plans.io", rule)

    assert error.kind is Kind.UNSAFE or error.message.startswith("plans.io is a script")


@pytest.mark.parametrize("locked", [{"flags": 1}, {"method": 99}])
def test_a_locked_studio_file_is_kept_as_instructions_but_is_no_parts_list(locked: dict[str, int]) -> None:
    data = zip_of(lying(Member(b"model.ldr", MODEL), **locked))

    assert check(data, "plans.io", INSTRUCTION) == Checked("application/zip", ".io")
    assert "locked" in refused(data, "plans.io", PARTS_LIST).message


def test_other_locked_archives_are_refused() -> None:
    error = refused(zip_of(Member(b"IMAGE100.LXFML", LXFML, flags=1)), "plans.lxf")

    assert (error.kind, error.message) == (
        Kind.UNREADABLE,
        "plans.lxf is locked with a password. Save it without one.",
    )


def test_an_archive_needs_the_entries_that_its_name_promises() -> None:
    assert refused(LXF, "plans.io").faults[0].code == "TYPE_MISMATCH"
    assert refused(studio_file(), "plans.lxf").faults[0].code == "TYPE_MISMATCH"
    assert check(LXF, "plans.io", PARTS_LIST)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("plans.pdf", studio_file(), "is a ZIP archive, not a PDF document."),
        ("plans.pdf", b"hello", "is something else, not a PDF document."),
        ("plans.io", pdf(), "is a PDF document, not a Studio file."),
        ("plans.io", MODEL, "is text, not a Studio file."),
        ("plans.ldr", studio_file(), "is a ZIP archive, not an LDraw model."),
        ("plans.ldr", b"Dear all,\n1 4\n", "is text, but it has no line of an LDraw model."),
    ],
)
def test_the_extension_names_the_type_and_the_bytes_must_agree(name: str, data: bytes, said: str) -> None:
    error = refused(data, name)

    assert said in error.message
    assert error.kind is Kind.TYPE


def test_lists_in_the_wrong_container_say_what_they_are() -> None:
    workbook = zip_of(Member(b"[Content_Types].xml"), Member(b"xl/workbook.xml"))

    assert refused(studio_file(), "a.csv", PARTS_LIST).message.endswith("rename it to a.io.")
    assert "Excel" in refused(workbook, "a.csv", PARTS_LIST).message
    assert "Excel" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.csv", PARTS_LIST).message
    assert "a web page" in refused(b"<!DOCTYPE html>", "a.csv", PARTS_LIST).message


@pytest.mark.parametrize("data", [MODEL + b"\0", b"0 \x81\xe9\n", b"<html>" + MODEL, b"0 <script>\n" + MODEL])
def test_a_model_is_nothing_but_text(data: bytes) -> None:
    assert refused(data, "plans.ldr").kind is not Kind.CONTENT


def test_exactly_the_limit_is_accepted_and_one_byte_more_is_not() -> None:
    lines = b"0 x\n" * (10 * MB // 4)

    assert check(lines, "a.ldr", PARTS_LIST)
    assert refused(lines + b"\n", "a.ldr", PARTS_LIST).kind is Kind.TOO_LARGE


def test_every_fault_is_reported_not_just_the_first() -> None:
    many = studio_file(Member(b"../x", b"x"), Member(b"META-INF/MANIFEST.MF"), Member(b"y", b"y", crc=1))
    too_large = refused(b"MZ\0" + b"\n" * (10 * MB), "a.csv", PARTS_LIST)

    assert len(refused(many, "plans.io").faults) == 3
    assert {fault.kind for fault in too_large.faults} == {Kind.TOO_LARGE, Kind.TYPE}
    assert [fault.field for fault in refused(b"", "a.exe").faults] == ["name", "size"]
