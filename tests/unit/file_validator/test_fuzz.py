"""Whatever the bytes are, they are taken or refused: nothing else is raised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from file_validator.archive import open_zip
from file_validator.check import check
from file_validator.faults import Fault, Refused
from file_validator.flatjson import iter_objects
from file_validator.identify import identify
from file_validator.rules import AVATAR, INSTRUCTION, MOC_IMAGE, PARTS_LIST, Rule, declared_faults
from file_validator.text import decode
from file_validator.xml import iter_elements
from unit.file_validator import specimens

SEEDS = (
    specimens.pdf(),
    specimens.studio_file(specimens.Member(b"x.txt", b"x", method=0)),
    specimens.png(),
    specimens.jpeg(),
    specimens.gif(),
    specimens.webp(),
    specimens.heic(),
    specimens.LXFML,
    specimens.MODEL,
    b"Part,Color,Quantity\n3001,4,6\n",
    b'[{"elementId": "300121", "quantity": 4}]',
    b"<INVENTORY><ITEM><ITEMID>1</ITEMID></ITEM></INVENTORY>",
    b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE BrickStoreXML><BrickStoreXML/>',
)
RULES = (INSTRUCTION, PARTS_LIST, MOC_IMAGE, AVATAR)

fuzz = settings(derandomize=True, deadline=None, max_examples=120, database=None)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good file with a few bytes changed, cut out or put in, or plain noise."""
    data = bytearray(draw(st.one_of(st.sampled_from(SEEDS), st.binary(max_size=200))))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 8))
        data[place : place + length] = draw(st.binary(max_size=8))
    return bytes(data)


def taken_or_refused(call: Callable[[], object]) -> None:
    faults: list[Fault] | None = None
    try:
        call()
    except Refused as refused:
        faults = refused.faults
    assert faults is None or (faults and all(fault.message and fault.code for fault in faults))


@fuzz
@given(spoiled(), st.sampled_from(RULES), st.data())
def test_checking_takes_or_refuses(data: bytes, rule: Rule, more: st.DataObject) -> None:
    name = "a" + more.draw(st.sampled_from(rule.extensions))

    taken_or_refused(lambda: check(data, name, rule))


@fuzz
@given(spoiled(), st.sampled_from(("a.csv", "a.io", "a", "a.", ".io")))
def test_identifying_takes_or_refuses(data: bytes, name: str) -> None:
    taken_or_refused(lambda: identify(data, name))


@fuzz
@given(spoiled())
def test_opening_archives_takes_or_refuses(data: bytes) -> None:
    def read_all() -> None:
        archive = open_zip(data)
        archive.verify()
        for name in archive.names():
            archive.read(name)

    taken_or_refused(read_all)


@fuzz
@given(spoiled())
def test_decoding_takes_or_refuses(data: bytes) -> None:
    taken_or_refused(lambda: decode(data, name="a.csv"))


@fuzz
@given(spoiled())
def test_reading_xml_takes_or_refuses(data: bytes) -> None:
    taken_or_refused(lambda: list(iter_elements(data)))


@fuzz
@given(st.one_of(st.text(max_size=20), st.text(alphabet='[]{}",:\\ae1 \n', max_size=40)))
def test_reading_json_takes_or_refuses(text: str) -> None:
    taken_or_refused(lambda: list(iter_objects(text)))


@fuzz
@given(st.one_of(st.text(max_size=20), st.text(alphabet='part,qy;\t\r\n"01Red=s')))
def test_identifying_any_text_takes_or_refuses(text: str) -> None:
    taken_or_refused(lambda: identify(text.encode("utf-8", "surrogatepass"), "a.csv"))


@fuzz
@given(st.text(), st.text(), st.integers(-1, 2**40), st.booleans())
def test_any_declaration_is_judged(name: str, content_type: str, size: int, direct: bool) -> None:
    faults = declared_faults(name, content_type, size, PARTS_LIST, direct=direct)

    assert all(fault.field in ("name", "contentType", "size") for fault in faults)


@pytest.mark.parametrize("data", SEEDS[7:12])
def test_the_seeds_of_the_lists_are_good_themselves(data: bytes) -> None:
    assert identify(data, "a.txt")
