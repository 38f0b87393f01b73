"""Reading lists of flat JSON objects."""

from __future__ import annotations

import pytest

from file_validator.faults import Refused
from file_validator.flatjson import iter_objects


def refused(text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        list(iter_objects(text))
    return caught.value


def test_numbers_come_as_they_are_written() -> None:
    text = '[{"a": "x\\u00e9", "b": 0.10, "c": -12e3, "d": true, "e": null}, {}]'

    assert list(iter_objects(text)) == [
        {"a": "xé", "b": "0.10", "c": "-12e3", "d": True, "e": None},
        {},
    ]


def test_the_list_may_stand_in_an_object_as_parts() -> None:
    assert list(iter_objects(' {"title": "x", "Parts": [{"a": 1}], "n": 2} ')) == [{"a": "1"}]
    assert refused('{"title": "x"}').faults[0].code == "NO_PARTS_FOUND"


def test_of_a_key_that_is_there_twice_the_last_value_counts() -> None:
    assert list(iter_objects('[{"a": 1, "a": 2}]')) == [{"a": "2"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[1]",
        "[{]",
        "[{}",
        "[{},]",
        "[{}{}]",
        '[{"a"}]',
        '[{"a":}]',
        '[{"a":1,}]',
        '[{"a":01x}]',
        '[{"a":"x]',
        '[{"a":"\\q"}]',
        "[{a:1}]",
        '[{"a":NaN}]',
        "[{}] x",
        '{"parts":[{}]',
        '[{"a":[1]}]',
        '[{"a":{"b":1}}]',
        '{"parts":[[]]}',
        '{"x":{},"parts":[{}]}',
    ],
)
def test_what_is_no_flat_list_is_refused(text: str) -> None:
    assert refused(text).faults[0].code == "JSON_PARSE_ERROR"


def test_the_line_of_the_mistake_is_named() -> None:
    assert refused('[\n{"a": 1},\r\n{"a": [}\n]').message.startswith("Line 3: ")


def test_depth_and_huge_digits_do_not_crash() -> None:
    assert refused("[" * 1_000_000).faults[0].line == 1
    assert refused('[{"a":' * 100_000)
    assert refused('[{"a":' + "9" * 1_000_000 + "}]")


def test_64_fields_and_4096_characters_are_accepted_and_one_more_is_not() -> None:
    def fields(count: int) -> str:
        return "[{" + ",".join(f'"{number}":1' for number in range(count)) + "}]"

    assert len(next(iter_objects(fields(64)))) == 64
    assert "64 fields" in refused(fields(65)).message
    assert next(iter_objects('[{"a":"' + "x" * 4_096 + '"}]'))
    assert "4,096" in refused('[{"a":"' + "x" * 4_097 + '"}]').message
