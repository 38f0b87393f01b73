"""Which encoding a text is in, and what is no text."""

from __future__ import annotations

import pytest

from file_validator.faults import Kind, Refused
from file_validator.text import after_blank_lines, decode, line_at, lines

TEXT = "Part,Name\n3001,Brick 180º é\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-bom"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("windows-1252"), "windows-1252"),
    ],
)
def test_the_text_is_the_same_in_every_encoding(data: bytes, encoding: str) -> None:
    decoded = decode(data, name="a.csv")

    assert (decoded.text, decoded.encoding) == (TEXT, encoding)


@pytest.mark.parametrize("hole", [0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x00, 0x07, 0x1B, 0x7F])
def test_windows_1252_has_five_holes_and_no_control_characters(hole: int) -> None:
    with pytest.raises(Refused):
        decode(b"caf\xe9" + bytes([hole]), name="a.csv")

    assert decode(b"caf\xe9\t\r\n", name="a.csv").encoding == "windows-1252"


@pytest.mark.parametrize(
    "data",
    [
        b"Part\0Qty",
        TEXT.encode("utf-16-le"),
        b"\xff\xfe\0\0" + TEXT.encode("utf-32-le"),
        b"\0\0\xfe\xff" + TEXT.encode("utf-32-be"),
        b"\xef\xbb\xbfcaf\xe9",
        b"\xff\xfea",
        b"\xff\xfe\x00\xd8",
        b"\xff\xfea\0\0\0",
    ],
)
def test_binary_data_is_refused_with_a_question(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode(data, name="plans.csv")

    assert caught.value.kind is Kind.UNREADABLE
    assert caught.value.message == "We cannot read plans.csv as text. Is it the right file?"


def test_lines_end_with_lf_crlf_or_a_lone_cr_and_the_last_needs_no_end() -> None:
    text = "a\nb\r\nc\r\rd"

    assert list(lines(text)) == ["a\n", "b\r\n", "c\r", "\r", "d"]
    assert [line_at(text, text.index(letter)) for letter in "abcd"] == [1, 2, 3, 5]
    assert list(lines("a\n")) == ["a\n"]


def test_blank_lines_are_skipped_but_not_the_blanks_of_the_next_line() -> None:
    assert after_blank_lines("\n \t\r\n\r  x", 0) == 6
