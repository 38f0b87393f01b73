"""What visitors take for a right answer, a wrong one, and a request to come again."""

from __future__ import annotations

import json

import pytest

from load.checks import AskedToWait, Wrong, checked, listed

MINE = "5d6f0c1e"


def answered(content: object, status: int = 200, expected: int = 200, **headers: str) -> dict[str, object]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return checked(status, sent, json.dumps(content), expected, MINE)


def test_what_is_mine_is_right() -> None:
    content = {"success": True, "data": {"userId": MINE, "files": [{"id": "1"}]}}

    assert answered(content) == content
    assert checked(204, {}, "", 204, MINE) == {}


@pytest.mark.parametrize("status", [429, 503])
def test_who_is_asked_to_come_again_is_told_when(status: int) -> None:
    with pytest.raises(AskedToWait, match=f"{status}, come again in 5 s") as asked:
        answered({"message": "later"}, status, Retry_After="5")

    assert asked.value.seconds == 5


@pytest.mark.parametrize("status", [429, 503])
def test_without_saying_when_it_is_a_failure(status: int) -> None:
    with pytest.raises(Wrong, match=f"{status} instead of 200"):
        answered({"message": "Service Unavailable"}, status)


@pytest.mark.parametrize(
    "data",
    [{"userId": "another"}, [{"userId": MINE}, {"userId": "another"}], {"images": [{"userId": "another"}]}],
)
def test_anything_of_somebody_else_is_wrong(data: object) -> None:
    with pytest.raises(Wrong, match="somebody else's"):
        answered({"success": True, "data": data})


def test_a_refusal_is_right_where_one_is_expected_and_shows_nothing() -> None:
    refusal = {"success": False, "error": {"code": "FORBIDDEN"}}

    assert answered(refusal, 403, 403) == refusal
    with pytest.raises(Wrong, match="403 instead of 200"):
        answered(refusal, 403)
    with pytest.raises(Wrong, match="with data"):
        answered({**refusal, "data": {}}, 403, 403)
    with pytest.raises(Wrong, match="200 instead of 403"):
        answered({"success": True, "data": {}}, 200, 403)


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (0, "", "no answer"),
        (200, "<html>", "not JSON"),
        (200, "[]", "not a JSON object"),
        (200, "{}", "`success` is None"),
    ],
)
def test_an_answer_of_another_form_is_wrong(status: int, text: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        checked(status, {}, text, 200, MINE)


def test_a_page_has_a_total_and_no_more_rows_than_asked_for() -> None:
    rows = [{"id": "1"}, {"id": "2"}]

    assert listed({"data": rows, "total": 7}, 2) == rows
    for wrong in ({"data": rows}, {"data": {}, "total": 2}, {"data": rows, "total": 1}):
        with pytest.raises(Wrong):
            listed(wrong, 2)
    with pytest.raises(Wrong, match="2 rows of 7, where 1 were asked for"):
        listed({"data": rows, "total": 7}, 1)
