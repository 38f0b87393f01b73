"""Requests of every kind against the document: what comes back is described there, and never an error of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from integration.described_api import DescribedApi, Shelf, about
from mocshelf_tools.openapi.bodies import request_body
from mocshelf_tools.openapi.document import document

pytest_plugins = ["integration.described_fixtures"]

EXAMPLES = 12  # requests an operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def operations() -> Iterator[APIOperation[Any, Any, Any, Any]]:
    # Whose tokens are taken is another test's question: with this, every request carries a good one.
    described = {**document(), "security": []}
    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        assert isinstance(found, Ok), found.err()
        yield found.ok()


@pytest.fixture(scope="module")
def person(described_api: DescribedApi) -> Iterator[Shelf]:
    """Whoever sends all these requests."""
    person = described_api.shelf("Fuzz")
    with person.client:
        yield person


@pytest.fixture
def shelf(person: Shelf) -> Shelf:
    """One of everything, made anew for each operation because fuzzing deletes."""
    return Shelf(person.client, person.user_id, person.word)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@st.composite
def cases(draw: st.DrawFn, operation: APIOperation[Any, Any, Any, Any], shelf: Shelf) -> Case[Any]:
    """Requests that keep to the document and requests that do not, most of them about something that is there."""
    modes = [GenerationMode.POSITIVE]
    if operation.path_parameters or operation.query or operation.body:
        modes.append(GenerationMode.NEGATIVE)
    case = draw(operation.as_strategy(generation_mode=draw(st.sampled_from(modes))))
    if draw(st.sampled_from([True, True, False])):
        for name in case.path_parameters:
            case.path_parameters[name] = shelf[name]
    example = request_body(re.sub(r"\{\w+\}", "{}", operation.label))
    if example and isinstance(case.body, dict) and draw(st.sampled_from([True, True, False])):
        strange = draw(st.sets(st.sampled_from(sorted(case.body) or ["nothing"]), min_size=1, max_size=3))
        changed = {name: value for name, value in case.body.items() if name in strange}
        case.body = {**about(example, shelf), **({"title": shelf.title()} if "title" in example else {}), **changed}
    return case


@pytest.mark.parametrize("operation", list(operations()), ids=lambda operation: operation.label)
def test_every_answer_is_one_of_those_described(
    described_api: DescribedApi,
    shelf: Shelf,
    session: requests.Session,
    operation: APIOperation[Any, Any, Any, Any],
) -> None:
    token = {"Authorization": shelf.client.headers["Authorization"]}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation, shelf))
    def exchange(case: Case[Any]) -> None:
        answer = case.call(
            base_url=described_api.gateway.url, session=session, headers=token, allow_redirects=False, timeout=30
        )

        case.validate_response(answer, checks=CHECKS)
        if operation.method == "delete" and answer.status_code < 300:
            shelf.forget()

    exchange()
