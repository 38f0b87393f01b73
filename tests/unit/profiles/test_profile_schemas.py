"""What a person may be called, and how a profile is addressed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from mocshelf.profiles.schemas import ProfileUpdate, UserIdRule

ID = "5d6f0c1e-2b34-4c8e-8f9a-7f2f3f9f1a20"


@pytest.mark.parametrize(
    "name",
    [
        "Ada", "Ada O'Neill", "Ada O’Neill-Çelik", "J. R. R. Tolkien", "R2-D2", "7", "李小龍", "नरेन्द्र",
        "ܐܦܪܝܡ", "E\u0301mile", "x" * 100, "محمد", "٣",
    ],
)  # fmt: skip
def test_names_of_any_script_are_names(name: str) -> None:
    assert ProfileUpdate(name=f"  {name} ").name == name


@pytest.mark.parametrize(
    "name",
    [
        "", "   ", "-", ". ’", "\u0301", "x" * 101, "Ada\nByron", "Ada\tByron", "Ada\u00a0Byron", "<b>Ada</b>",
        "Ada_B", "Ada @ home", "Ada\u202eByron", "Ada\u200bByron", "Ada 🧱", "½", "Ada\x00", "Ada\ud800", "“Ada”",
        7, None,
    ],
)  # fmt: skip
def test_everything_else_is_none(name: object) -> None:
    with pytest.raises(ValidationError):
        ProfileUpdate.model_validate({"name": name})


def test_a_profile_is_addressed_by_id_or_as_me() -> None:
    rule = UserIdRule()

    assert [rule.check("me"), rule.check(ID), rule.check(ID.upper())] == ["me", ID, ID]


@pytest.mark.parametrize(
    "value", ["", "ME", "me ", "myself", ID[:-1], ID + "0", "{" + ID + "}", ID.replace("-", ""), None]
)
def test_other_addresses_are_malformed(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        UserIdRule().check(value)
