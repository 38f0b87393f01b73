"""What the document makes of signatures and annotations, tried on routes of its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import pytest

from mocshelf.runtime.answers import Answer, Created, NoContent, Page
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.routes import Route, Routes
from mocshelf.runtime.schemas import Input, Output, Query, Text, Whole
from mocshelf_tools.openapi.answers import outcomes
from mocshelf_tools.openapi.operations import operation
from mocshelf_tools.openapi.schemas import Shapes
from mocshelf_tools.openapi.table import Described

routes = Routes()


class ShelfQuery(Query):
    limit: Annotated[int, Whole(1, 9, in_query=True)] = 5
    colour: Annotated[str | None, Text(1, 20)] = None


class ShelfChange(Input):
    title: Annotated[str, Text(1, 50)] = ""
    width: Annotated[int, Whole(1, 9)] = 3


class Shelf(Output):
    """A shelf; `book_count` is how many stand on it."""

    id: str
    book_count: int


@routes.get("/api/shelves")
def list_shelves(caller: Caller, query: ShelfQuery) -> Page[Shelf]:
    raise NotImplementedError


@routes.patch("/api/shelves/{shelf_id}")
def change_shelf(
    caller: Caller, shelf_id: UUID, body: ShelfChange, if_match: IfMatch
) -> Answer[Shelf] | Created[Shelf]:
    """Makes it wider."""
    raise NotImplementedError


@routes.delete("/api/shelves/{shelf_id}")
def drop_shelf(caller: Caller, shelf_id: UUID) -> NoContent:
    raise NotImplementedError


@routes.get("/api/shelves/{shelf_id}")
def read_shelf(caller: Caller, shelf_id: UUID) -> Answer:  # type: ignore[type-arg]  # what must be refused
    raise NotImplementedError


SHAPES = Shapes([ShelfChange], [Shelf], [ShelfChange])


def route(key: str) -> Route:
    return next(route for route in routes if route.key == key)


def described(key: str) -> Described:
    return Described(route(key), "anything", "shelves", key)


def test_an_optional_parameter_may_be_absent_but_not_null() -> None:
    parameters = operation(described("GET /api/shelves"), SHAPES)["parameters"]

    assert [(parameter["name"], parameter["required"], parameter["schema"]) for parameter in parameters] == [
        ("limit", False, {"default": 5, "minimum": 1, "maximum": 9, "type": "integer"}),
        ("colour", False, {"minLength": 1, "maxLength": 20, "type": "string"}),
    ]


def test_a_change_promises_no_defaults() -> None:
    fields = SHAPES.components["ShelfChange"]["properties"]

    assert not any("default" in field for field in fields.values())


def test_names_are_those_that_clients_know() -> None:
    change = described("PATCH /api/shelves/{shelf_id}")

    assert change.path == "/api/shelves/{shelfId}"
    assert operation(change, SHAPES)["parameters"][0]["name"] == "shelfId"
    assert SHAPES.components["Shelf"]["description"] == "A shelf; `bookCount` is how many stand on it."


def test_the_statuses_follow_from_what_a_route_takes_and_gives() -> None:
    change = operation(described("PATCH /api/shelves/{shelf_id}"), SHAPES)
    drop = operation(described("DELETE /api/shelves/{shelf_id}"), SHAPES)

    ours = {"200", "201", "400", "401", "403", "404", "409", "412", "413", "415", "429", "500", "503", "504"}
    assert set(change["responses"]) == ours
    assert set(drop["responses"]) == {"204", "400", "401", "403", "404", "429", "500", "503", "504"}


def test_the_docstring_is_the_description() -> None:
    assert operation(described("PATCH /api/shelves/{shelf_id}"), SHAPES)["description"] == "Makes it wider."


def test_an_annotation_that_names_no_shape_is_refused() -> None:
    with pytest.raises(TypeError, match=r"GET /api/shelves/\{shelf_id\}: .* does not say what the answer looks like"):
        outcomes(route("GET /api/shelves/{shelf_id}"))
