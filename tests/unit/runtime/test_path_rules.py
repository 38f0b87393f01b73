"""Path parameters: ids unless the route's annotation says otherwise, and every fault at once."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import pytest

from mocshelf.runtime.answers import Answer
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.routes import Routes
from mocshelf.runtime.schemas import OneOf, Output
from mocshelf.testing import Client

ID = "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"
Colour = Annotated[str, OneOf("red", "blue")]


class Brick(Output):
    colour: str
    brick: str


routes = Routes()


@routes.get("/api/bricks/{colour}/{brick_id}")
def read(caller: Caller, colour: Colour, brick_id: UUID) -> Answer[Brick]:
    assert isinstance(brick_id, UUID)
    return Answer(Brick(colour=colour, brick=str(brick_id)), version=f"{colour}-1")


@pytest.fixture
def client() -> Client:
    return Client({"bricks": lambda event, _: routes.answer(event)}, {"bricks": routes.keys()})


def test_an_annotated_parameter_follows_its_own_rule_and_the_others_are_ids(client: Client) -> None:
    answer = client.get(f"/api/bricks/red/{ID}", as_user="ada")

    assert (answer.status, answer.data) == (200, {"colour": "red", "brick": ID})


def test_each_rule_speaks_for_itself(client: Client) -> None:
    answer = client.get("/api/bricks/green/x", as_user="ada")

    assert answer.status == 400
    assert answer.error["details"] == [
        {"field": "colour", "message": "must be red or blue"},
        {"field": "brickId", "message": "must be a UUID"},
    ]


def test_a_tag_may_be_a_word(client: Client) -> None:
    assert client.get(f"/api/bricks/blue/{ID}", as_user="ada").headers["etag"] == '"blue-1"'
