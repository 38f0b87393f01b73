"""Reading XML from strangers."""

from __future__ import annotations

import pytest

from file_validator import xml
from file_validator.faults import Kind, Refused
from file_validator.xml import MAX_DEPTH, MAX_TEXT, encoding_of, iter_elements


def root_name(data: bytes) -> str:
    _event, element = next(iter(iter_elements(data, events=("start",))))
    return str(element.tag)


def read(data: bytes) -> list[tuple[str, str, str | None]]:
    return [(event, element.tag, element.text) for event, element in iter_elements(data)]


def refused(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(data)
    assert caught.value.faults[0].code == "XML_PARSE_ERROR"
    return caught.value


def test_elements_come_in_document_order_with_text_and_attributes() -> None:
    data = b'<Inventory><Item id="1"><Qty> 4 </Qty></Item></Inventory>'

    found = [(event, element.tag, dict(element.attrib)) for event, element in iter_elements(data)]

    assert found[:2] == [("start", "Inventory", {}), ("start", "Item", {"id": "1"})]
    assert [event for event, _, _ in found] == ["start", "start", "start", "end", "end", "end"]
    assert read(data)[3] == ("end", "Qty", " 4 ")


def test_only_the_wanted_events_come_and_namespaces_are_left_away() -> None:
    data = b'<a xmlns="urn:x"><b xmlns:y="urn:y" y:z="1"/></a>'

    found = [(event, element.tag, list(element.attrib)) for event, element in iter_elements(data, events=("end",))]

    assert found == [("end", "b", ["z"]), ("end", "a", [])]
    assert root_name(data) == "a"


@pytest.mark.parametrize(
    ("declaration", "codec", "encoding"),
    [
        ("", "utf-8", "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8", "utf-8"),
        ("<?xml version='1.0' encoding='utf-8'?>", "utf-8-sig", "utf-8-bom"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16-le", "utf-16-le"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16-be", "utf-16-be"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-8", "utf-8"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1", "windows-1252"),
        ('<?xml version="1.0" encoding="Windows-1252" standalone="yes"?>', "windows-1252", "windows-1252"),
        ("", "windows-1252", "windows-1252"),
    ],
)
def test_the_allowed_encodings_are_read(declaration: str, codec: str, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    data = mark + f"{declaration}<a>180º é</a>".encode(codec)

    assert read(data)[-1] == ("end", "a", "180º é")
    assert encoding_of(data) == encoding


@pytest.mark.parametrize("name", ["Shift_JIS", "UTF-7", "UTF-32", "EBCDIC-CP-US", "zlib"])
def test_other_declared_encodings_are_refused_by_name(name: str) -> None:
    assert name.lower() in refused(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode()).message


def test_text_that_is_not_in_the_declared_encoding_is_refused() -> None:
    assert refused(b'<?xml version="1.0" encoding="UTF-8"?>\n<a>caf\xe9</a>').faults[0].line == 2
    assert refused(b'<?xml version="1.0" encoding="US-ASCII"?><a>caf\xe9</a>').kind is Kind.CONTENT


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE BrickStoreXML []><BrickStoreXML/>",
        b'<!DOCTYPE BrickStoreXML SYSTEM "x"><BrickStoreXML/>',
        b"<!DOCTYPE BrickStoreXML><!DOCTYPE BrickStoreXML><BrickStoreXML/>",
    ],
)
def test_entities_and_document_types_are_unsafe(data: bytes) -> None:
    error = refused(data)

    assert error.kind is Kind.UNSAFE
    assert error.message == ("The XML declares entities or a DOCTYPE; we do not accept those. Export the list again.")


def test_the_bare_declaration_of_old_brickstore_files_is_accepted() -> None:
    data = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE BrickStoreXML>\n<BrickStoreXML>\n<x></BrickStoreXML>'

    assert root_name(data) == "BrickStoreXML"
    assert refused(data).faults[0].line == 4


def test_blank_text_before_the_first_element_is_stripped_and_lines_still_count_from_the_top() -> None:
    assert root_name(b' \r\n\n<?xml version="1.0"?><a/>') == "a"
    assert refused(b"\n\n<a>\n</b>").faults[0].line == 4
    assert refused(b"text <a/>").kind is Kind.CONTENT


@pytest.mark.parametrize("data", [b"<a>", b"<a", b"<a></b>", b"<a/><b/>", b"<", b"<a>&nbsp;</a>", b"<a b=1/>"])
def test_malformed_xml_is_refused_with_its_line(data: bytes) -> None:
    error = refused(data)

    assert error.kind is Kind.CONTENT
    assert error.message.startswith("Line 1: ")


def test_32_levels_are_accepted_and_one_more_is_not() -> None:
    def nested(depth: int) -> bytes:
        return b"<a>" * depth + b"</a>" * depth

    assert len(read(nested(MAX_DEPTH))) == 2 * MAX_DEPTH
    assert "32 levels" in refused(nested(MAX_DEPTH + 1)).message


def test_4096_characters_are_accepted_and_one_more_is_not() -> None:
    fits, too_long = b"x" * MAX_TEXT, b"x" * (MAX_TEXT + 1)

    assert read(b"<a>" + fits + b"</a>")[-1][2] == fits.decode()
    assert read(b'<a b="' + fits + b'"/>')
    assert "4,096" in refused(b"<a>" + too_long + b"</a>").message
    assert "4,096" in refused(b'<a b="' + too_long + b'"/>').message
    assert "4,096" in refused(b"<a><![CDATA[" + fits + b"]]>x</a>").message


def test_indentation_and_lists_of_references_may_be_longer() -> None:
    data = b"<a>" + b" " * 9_000 + b'<b boneRefs="' + b"1," * 9_000 + b'" x="1"/></a>'

    found = [element for event, element in iter_elements(data, events=("start",))]

    assert found[1].attrib == {"x": "1"}


def test_a_tag_that_never_ends_is_refused_before_it_is_read_again_and_again() -> None:
    assert "1 MB" in refused(b"<a " + b"x" * 3_000_000).message
    assert "1 MB" in refused(b"<a><!--" + b"x" * 3_000_000).message


def test_what_came_before_a_mistake_is_still_read() -> None:
    events = iter_elements(b"<a><b>x</b>\n</c>")

    assert [next(events)[1].tag for _ in range(3)] == ["a", "b", "b"]
    with pytest.raises(Refused, match=r"^Line 2: "):
        next(events)


def test_what_the_caller_clears_is_let_go_and_what_it_keeps_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Patched because the real limits, 200,000 kept elements of 2,000,000, would take seconds.
    monkeypatch.setattr(xml, "MAX_KEPT", 3_000)
    monkeypatch.setattr(xml, "_COUNT_EVERY", 1_000)
    data = b"<a>" + b"<b>x</b>" * 20_000 + b"</a>"
    root = None

    for event, element in iter_elements(data):
        if event == "start" and root is None:
            root = element
        elif event == "end" and element.tag == "b":
            element.clear()

    assert root is not None
    assert len(root) == 0
    assert "more elements" in refused(data).message


def test_the_number_of_elements_is_bounded_even_when_none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched because the real limit, 2,000,000 elements, would take seconds.
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 100)

    assert len(read(b"<a>" + b"<b/>" * 99 + b"</a>")) == 200
    assert "more elements" in refused(b"<a>" + b"<b/>" * 100 + b"</a>").message
