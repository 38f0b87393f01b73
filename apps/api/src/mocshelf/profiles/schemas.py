"""The shapes of profiles, and the rules of what names and ids may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from mocshelf.runtime.schemas import Input, Output, Rule, Schema, Text, UuidRule, fault

ME = "me"
_PUNCTUATION = " '’-."


class UserIdRule(Rule):
    """A user's `sub`, or `me` for whoever asks."""

    def check(self, value: object) -> str:
        try:
            return ME if value == ME else str(UuidRule().check(value))
        except ValueError:
            raise fault("must be a UUID or me") from None

    def schema(self) -> Schema:
        return {"anyOf": [{"const": ME}, UuidRule().schema()]}


@dataclass(frozen=True)
class NameRule(Rule):
    """What a person may be called, in any script."""

    def check(self, value: object) -> str:
        name = Text(1, 100).check(value)
        if not all(map(_may_stand_in_a_name, name)):
            raise fault("may have letters, digits, spaces, apostrophes, hyphens and full stops only")
        if not any(character.isalpha() or character.isdecimal() for character in name):
            raise fault("must have at least one letter or digit")
        return name

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": 100}


def _may_stand_in_a_name(character: str) -> bool:
    if character.isalpha() or character.isdecimal() or character in _PUNCTUATION:
        return True
    from unicodedata import category

    # Marks are what many scripts write vowels and tones with.
    return category(character).startswith("M")


UserId = Annotated[str, UserIdRule()]


class ProfileUpdate(Input):
    name: Annotated[str, NameRule()]


class Stats(Output):
    """How much the user has of each."""

    mocs: int
    images: int
    wishlist_items: int


class Profile(Output):
    id: str
    email: str | None
    name: str | None
    avatar_url: str | None
    stats: Stats
