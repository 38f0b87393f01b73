"""What is wrong with a file that is only declared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from file_validator.faults import Kind
from file_validator.rules import (
    AVATAR,
    GALLERY_IMAGE,
    INSTRUCTION,
    MOC_IMAGE,
    PARTS_LIST,
    WISHLIST_IMAGE,
    Rule,
    declared_faults,
    readable_size,
)

MB = 1_048_576


@pytest.mark.parametrize(
    ("rule", "name", "content_type"),
    [
        (INSTRUCTION, "plans.pdf", "application/pdf"),
        (INSTRUCTION, "PLANS.IO", "application/x-zip-compressed"),
        (INSTRUCTION, "plans.mpd", "application/x-ldraw"),
        (PARTS_LIST, "list.csv", "application/vnd.ms-excel"),
        (PARTS_LIST, "list.csv", "text/csv; charset=utf-8"),
        (PARTS_LIST, "list.bsx", "application/octet-stream"),
        (GALLERY_IMAGE, "photo.HEIF", "image/heic"),
        (AVATAR, "me.gif", "IMAGE/GIF"),
    ],
)
def test_a_good_declaration_has_no_faults(rule: Rule, name: str, content_type: str) -> None:
    assert declared_faults(name, content_type, 1, rule, direct=True) == []


@pytest.mark.parametrize(
    ("rule", "direct", "session"),
    [
        (INSTRUCTION, 50, 50),
        (PARTS_LIST, 10, 10),
        (MOC_IMAGE, 10, 20),
        (GALLERY_IMAGE, 10, 20),
        (WISHLIST_IMAGE, 5, 5),
        (AVATAR, 2, 2),
    ],
)
def test_exactly_the_limit_is_accepted_and_one_byte_more_is_not(rule: Rule, direct: int, session: int) -> None:
    name = "a" + rule.extensions[0]

    for limit, is_direct in ((direct, True), (session, False)):
        sizes = [
            declared_faults(name, "application/octet-stream", size, rule, direct=is_direct)
            for size in (limit * MB, limit * MB + 1)
        ]

        assert sizes[0] == []
        assert [(fault.kind, fault.field) for fault in sizes[1]] == [(Kind.TOO_LARGE, "size")]


def test_sizes_are_told_as_people_say_them() -> None:
    (fault,) = declared_faults("list.csv", "text/csv", 12_897_485, PARTS_LIST, direct=True)
    (narrow,) = declared_faults("list.csv", "text/csv", 10 * MB + 1, PARTS_LIST, direct=True)

    assert fault.message == "list.csv is 12.3 MB; the limit is 10 MB."
    assert narrow.message == "list.csv is 10,485,761 bytes; the limit is 10 MB."
    assert readable_size(2_048) == "2 KB"


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a/b.csv", "a\\b.csv", "a\0.csv", "a\n.csv", "a\x9f.csv", "a\ud800.csv", "vsc\u202e.csv"],
)
def test_a_name_that_could_mislead_is_a_fault_of_the_name(name: str) -> None:
    faults = declared_faults(name, "application/octet-stream", 1, PARTS_LIST, direct=True)

    assert "name" in {fault.field for fault in faults}


def test_a_name_may_have_255_characters_and_no_more() -> None:
    fits, too_long = "é" * 251 + ".csv", "é" * 252 + ".csv"

    assert declared_faults(fits, "text/csv", 1, PARTS_LIST, direct=True) == []
    assert len(declared_faults(too_long, "text/csv", 1, PARTS_LIST, direct=True)) == 1


def test_every_fault_is_reported_not_just_the_first() -> None:
    faults = declared_faults("a/b.csv", "image/png", 0, PARTS_LIST, direct=True)

    assert [fault.field for fault in faults] == ["name", "contentType", "size"]


def test_an_extension_of_another_purpose_is_refused_and_the_message_lists_the_right_ones() -> None:
    (fault,) = declared_faults("me.heic", "image/heic", 1, AVATAR, direct=True)

    assert fault.field == "name"
    assert ".jpg, .jpeg, .png, .gif, .webp" in fault.message


def test_importing_the_rules_loads_nothing_that_opens_files() -> None:
    code = "import sys, file_validator.rules; print([m for m in ('zipfile', 'csv', 'xml', 'zlib', 'json') "
    code += "if 'file_validator.' + m in sys.modules or m in sys.modules])"

    loaded = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "[]"
