"""The API's description: current, complete, valid, and with examples that keep to it."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mocshelf import manifest
from mocshelf_tools import paths
from mocshelf_tools.cli import main
from mocshelf_tools.openapi.bodies import bodies
from mocshelf_tools.openapi.document import document, text
from mocshelf_tools.openapi.forms import FORMS
from mocshelf_tools.openapi.table import described

DOCUMENT = document()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def examples() -> Iterator[Any]:
    """Every media type of the document that has an example, with a name for the report."""
    for key, operation in operations():
        places = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for place, part in places.items():
            for media in part.get("content", {}).values():
                if "example" in media:
                    yield pytest.param(media, id=f"{key} {place}")


def faults(schema: dict[str, Any], value: object) -> list[str]:
    """What a value has against a schema, which may refer to the document's components."""
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=checker)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def fields(schema: dict[str, Any]) -> set[str]:
    """The fields that an object of this schema can have, through references."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return set(schema.get("properties", ()))


def unnamed(key: str) -> str:
    return re.sub(r"\{\w+\}", "{}", key)


def test_the_committed_document_is_the_one_of_this_code() -> None:
    committed = paths.OPENAPI.read_text(encoding="utf-8")

    assert committed == text(), "Write it with ./mocshelf openapi"


def test_the_document_is_the_same_each_time() -> None:
    assert text() == text()


def test_the_document_is_valid() -> None:
    assert [str(fault.message) for fault in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    keys = set()
    for row in manifest.FUNCTIONS:
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            keys |= set(getattr(importlib.import_module(module), attribute).keys())

    assert {unnamed(key) for key, _ in operations()} == {unnamed(key) for key in keys - {"$default"}}


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]

    assert len(names) == len(set(names))


def test_every_operation_says_what_it_does() -> None:
    silent = [key for key, operation in operations() if not operation.get("description")]

    assert silent == [], "Say it in the docstring of the route's function."


def test_only_public_routes_go_without_a_token() -> None:
    without = {key for key, operation in operations() if operation.get("security") == []}

    assert without == {route.route.key for route in described() if route.route.public}


def test_every_operation_with_a_json_body_shows_an_example() -> None:
    without = [
        key
        for key, operation in operations()
        if "example"
        not in operation.get("requestBody", {}).get("content", {}).get("application/json", {"example": 1})
    ]

    assert without == [], "Add what to send to openapi/bodies."


def test_every_answer_with_a_body_shows_an_example() -> None:
    without = [
        f"{key} {status}"
        for key, operation in operations()
        for status, response in operation["responses"].items()
        if "example" not in response.get("content", {}).get("application/json", {"example": 1})
    ]

    assert without == [], "Add what comes back to openapi/bodies."


@pytest.mark.parametrize("media", list(examples()))
def test_an_example_keeps_to_its_schema(media: dict[str, Any]) -> None:
    assert faults(media["schema"], media["example"]) == []


@pytest.mark.parametrize("media", list(examples()))
def test_an_example_shows_no_field_that_the_schema_does_not_know(media: dict[str, Any]) -> None:
    choices = [
        choice for choice in media["schema"].get("anyOf", [media["schema"]]) if not faults(choice, media["example"])
    ]
    known = set().union(*(fields(choice) for choice in choices))
    data = [choice["properties"]["data"] for choice in choices if "data" in choice.get("properties", {})]

    assert set(media["example"]) <= known
    for schema in data:
        shown = media["example"]["data"]
        shape = schema.get("items", schema)
        for item in shown if isinstance(shown, list) else [shown]:
            assert set(item) <= fields(shape)


def test_no_example_or_form_belongs_to_a_route_that_is_not_there() -> None:
    subjects = {route.subject for route in described()}

    assert set(bodies()) - subjects == set()
    assert set(FORMS) - subjects == set()


def test_check_fails_when_the_document_is_not_current(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "openapi.json"
    old.write_text(json.dumps({**DOCUMENT, "paths": {}}))

    code = main(["openapi", "--check", "--output", str(old)])

    assert code == 1
    assert "./mocshelf openapi" in capsys.readouterr().err
    assert json.loads(old.read_text())["paths"] == {}
