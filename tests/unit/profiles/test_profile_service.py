"""Whose profile it is, and when its tag changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocshelf.profiles.service import own, tag
from mocshelf.runtime import storage
from mocshelf.runtime.errors import Forbidden
from mocshelf.runtime.resources import Resources
from mocshelf.runtime.users import User

ADA = User("ada-sub", "ada-sub", "ada@example.com", "Ada", None)
NO_AVATAR: dict[str, Any] = {"object_key": None, "version": None, "mocs": 0}
OURS = "https://files.s3.eu-central-1.amazonaws.com/avatars/ada-sub/avatar.webp"


@pytest.fixture(autouse=True)
def links(monkeypatch: pytest.MonkeyPatch) -> None:
    # Which address is ours depends on the bucket, a link of the process.
    monkeypatch.setattr(
        storage,
        "resources",
        Resources(
            {
                "MOCSHELF_STAGE": '{"name": "t", "region": "eu-central-1"}',
                "MOCSHELF_FILES": json.dumps({"bucket": "files"}),
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
            }
        ),
    )


def named(name: str | None, picture: str | None = None) -> User:
    return User("ada-sub", "ada-sub", "ada@example.com", name, picture)


def test_only_the_callers_own_id_and_me_are_theirs() -> None:
    assert [own("ada-sub", "me"), own("ada-sub", "ada-sub")] == ["ada-sub", "ada-sub"]
    with pytest.raises(Forbidden):
        own("ada-sub", "bob-sub")


def test_every_state_of_name_and_picture_has_its_own_tag() -> None:
    states = [
        (ADA, NO_AVATAR),
        (named(None), NO_AVATAR),
        (named("Ada B"), NO_AVATAR),
        (named("Ada", "https://example.com/a.png"), NO_AVATAR),
        (ADA, {"object_key": "k", "version": 1}),
        (ADA, {"object_key": "k", "version": 2}),
    ]

    assert len({tag(user, row) for user, row in states}) == len(states)


def test_counts_and_what_cognito_still_has_of_an_avatar_do_not_change_the_tag() -> None:
    assert tag(ADA, NO_AVATAR) == tag(ADA, {**NO_AVATAR, "mocs": 9}) == tag(named("Ada", OURS), NO_AVATAR)
    row = {"object_key": "k", "version": 1}
    assert tag(ADA, row) == tag(named("Ada", OURS), row)
