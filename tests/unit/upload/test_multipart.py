"""Multipart bodies: what browsers and curl send, and what nobody should."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upload.multipart import FilePart, Form, MultipartError, parse

TYPE = "multipart/form-data; boundary=XX"


def body(*parts: tuple[str, bytes], end: bytes = b"--XX--\r\n") -> bytes:
    """A body of parts, each with its header lines and its content."""
    return b"".join(b"--XX\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + end


def named(name: str, extra: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{extra}'


def test_fields_and_files_come_in_their_order() -> None:
    sent = body(
        (named("title"), "Château".encode()),
        (named("a", '; filename="a.pdf"') + "\r\nContent-Type: application/pdf", b"%PDF\r\n--X\r\n\x00"),
        (named("title"), b""),
        (named("b", '; filename="b.bin"'), b""),
    )

    form = parse(sent, TYPE)

    assert form == Form(
        [("title", "Château"), ("title", "")],
        [
            FilePart("a", "a.pdf", "application/pdf", b"%PDF\r\n--X\r\n\x00"),
            FilePart("b", "b.bin", "application/octet-stream", b""),
        ],
    )


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ('filename="Château.pdf"', "Château.pdf"),
        ("filename=\"x.pdf\"; filename*=UTF-8''Ch%C3%A2teau.pdf", "Château.pdf"),
        ("filename*=utf-8'en'a%20b.pdf", "a b.pdf"),
        ("filename*=iso-8859-1''%E9.pdf", "é.pdf"),
        ("filename=\"x.pdf\"; filename*=UTF-8''%FF", "x.pdf"),
        ("filename=\"x.pdf\"; filename*=utf-7''a", "x.pdf"),
        ("filename=plain.pdf", "plain.pdf"),
        ('FileName="a;b.pdf"', "a;b.pdf"),
        (r'filename="a\"b\\c.pdf"', 'a"b\\c.pdf'),
        (r'filename="C:\models\a.io"', r"C:\models\a.io"),
        ('filename="C:\\models\\"', "C:\\models\\"),
        ('filename="../../etc/passwd"', "../../etc/passwd"),
        ('filename="a%22b.pdf"', "a%22b.pdf"),
        ('filename="one.pdf"; filename="two.pdf"', "one.pdf"),
    ],
)
def test_a_file_name_is_kept_as_it_was_sent(parameter: str, expected: str) -> None:
    form = parse(body((named("f", f"; {parameter}"), b"x")), TYPE)

    assert [file.filename for file in form.files] == [expected]


def test_a_name_in_latin_1_is_read_too() -> None:
    sent = body((named("f", '; filename="?.pdf"'), b"x")).replace(b"?", b"\xe9")

    assert parse(sent, TYPE).files[0].filename == "é.pdf"


def test_a_file_that_was_not_chosen_is_left_out() -> None:
    form = parse(body((named("f", '; filename=""'), b""), (named("g", '; filename=""'), b"x")), TYPE)

    assert [(file.field, file.filename) for file in form.files] == [("g", "")]


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data; charset=utf-8; boundary=XX", 'Multipart/Form-Data;boundary="XX"', TYPE + "; x=y"],
)
def test_a_boundary_is_found_wherever_it_stands(content_type: str) -> None:
    assert parse(body((named("a"), b"b")), content_type).fields == [("a", "b")]


def test_an_empty_form_has_no_parts() -> None:
    assert parse(b"--XX--\r\n", TYPE) == Form()


@pytest.mark.parametrize(
    ("sent", "content_type", "message"),
    [
        (b"", TYPE, "too early"),
        (b"{}", "application/json", "not multipart"),
        (body(), "multipart/form-data", "no usable boundary"),
        (body(), "multipart/form-data; boundary=", "no usable boundary"),
        (body(), "multipart/form-data; boundary=é", "no usable boundary"),
        (body(), "multipart/form-data; boundary=" + "X" * 300, "cannot be read"),
        (body((named("a"), b"b")), "multipart/form-data; boundary=YY", "cannot be read"),
        (body((named("a"), b"b"), end=b""), TYPE, "too early"),
        (body((named("a"), b"b"), end=b"--XX"), TYPE, "too early"),
        (body((named("a"), b"b"))[:30], TYPE, "too early"),
        (body(("Content-Type: text/plain", b"b")), TYPE, "which field"),
        (body(("Content-Disposition: attachment; name=a", b"b")), TYPE, "which field"),
        (body(("Content-Disposition: form-data", b"b")), TYPE, "which field"),
        (body((named("a") + "\r\n" + named("b"), b"c")), TYPE, "twice"),
        (body((named("a") + "\r\nX: " + "y" * 9000, b"b")), TYPE, "cannot be read"),
        (body((named("a") + "".join(f"\r\nX-{n}: y" for n in range(20)), b"b")), TYPE, "cannot be read"),
        (body((named("a") + "\r\nBad Name: y", b"b")), TYPE, "cannot be read"),
        (body((named("a") + "\r\nContent-Transfer-Encoding: base64", b"eA==")), TYPE, "is encoded"),
        (body((named("a"), b"\xff")), TYPE, "not UTF-8"),
        (body((named("a"), b"x" * 65_537)), TYPE, "longer than 65,536 bytes"),
        (body(*[(named("a"), b"b")] * 101), TYPE, "too many parts"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(sent: bytes, content_type: str, message: str) -> None:
    with pytest.raises(MultipartError, match=message):
        parse(sent, content_type)


def test_no_cut_of_a_body_is_taken_for_the_whole() -> None:
    whole = body((named("a"), b"b"), (named("f", '; filename="f"'), b"--XX-\r\n--X"))
    closed = whole.rindex(b"--XX--") + len(b"--XX--")

    for length in range(closed):
        with pytest.raises(MultipartError):
            parse(whole[:length], TYPE)


def test_limits_can_be_set() -> None:
    sent = body((named("a"), b"12345"))

    assert parse(sent, TYPE, max_parts=1, max_field_size=5).fields == [("a", "12345")]
    with pytest.raises(MultipartError):
        parse(sent, TYPE, max_field_size=4)
    with pytest.raises(MultipartError):
        parse(sent, TYPE, max_parts=0)


_FRAGMENTS = st.sampled_from(
    [
        *(b"--XX", b"--XX\r\n", b"--XX--", b"\r\n", b"\r", b"-", b": ", b'"', b";", b"\\", b"\xff", b"\x00"),
        *(named("a").encode(), named("f", '; filename="f"').encode(), named("g", "; filename*=UTF-8''%").encode()),
        b"Content-Type: text/plain",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_FRAGMENTS | st.binary(max_size=8), max_size=20), st.text(max_size=20))
def test_nothing_that_can_be_sent_breaks_the_reader(fragments: list[bytes], parameter: str) -> None:
    for content_type in (TYPE, f"multipart/form-data; {parameter}", parameter):
        with contextlib.suppress(MultipartError):
            assert isinstance(parse(b"".join(fragments), content_type), Form)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=200).filter(lambda data: b"\r\n--XX" not in b"\r\n" + data), max_size=5))
def test_bytes_come_out_as_they_went_in(contents: list[bytes]) -> None:
    form = parse(body(*[(named("f", '; filename="f"'), data) for data in contents]), TYPE)

    assert [file.data for file in form.files] == contents
