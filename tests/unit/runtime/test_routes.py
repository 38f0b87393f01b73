"""Dispatch, the order of checks, and the one error shape, without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import pytest

from mocshelf.runtime import telemetry
from mocshelf.runtime.answers import Answer, NoContent
from mocshelf.runtime.binding import MAX_BODY
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.errors import NotFound
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.resources import Resources
from mocshelf.runtime.routes import Routes
from mocshelf.runtime.schemas import Input, Output, Query, Text, Whole
from mocshelf.testing import Client, Reply, http_event, reply

THING = "/api/things/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"


class ThingIn(Input):
    title: Annotated[str, Text(1, 20)]
    size: Annotated[int, Whole(1, 9)] = 1


class ThingQuery(Query):
    page: Annotated[int, Whole(1, 9, in_query=True)] = 1


class Thing(Output):
    id: str
    owner_id: str
    title: str


routes = Routes()


@routes.get("/api/things/{thing_id}")
def read(caller: Caller, thing_id: UUID, query: ThingQuery) -> Answer[Thing]:
    if query.page == 9:
        raise NotFound("There is no such thing.")
    return Answer(Thing(id=str(thing_id), owner_id=caller.user_id, title=str(query.page)), version=7)


@routes.patch("/api/things/{thing_id}")
def change(caller: Caller, thing_id: UUID, body: ThingIn, if_match: IfMatch, query: ThingQuery) -> Answer[Thing]:
    if_match.check(7)
    return Answer(Thing(id=str(thing_id), owner_id=caller.user_id, title=body.title), version=8)


@routes.post("/api/things/{thing_id}")
def crash(caller: Caller, thing_id: UUID) -> NoContent:
    raise ZeroDivisionError("select secret from host-1.internal")


@routes.post("/api/things")
def form(caller: Caller, body: Multipart) -> NoContent:
    body.files(1)
    return NoContent()


@pytest.fixture
def client() -> Client:
    return Client({"things": lambda event, _: routes.answer(event)}, {"things": routes.keys()})


def test_an_answer_has_the_envelope_the_tag_and_the_security_headers(client: Client) -> None:
    answer = client.get(THING, as_user="ada")

    assert answer.status == 200
    assert answer.json() == {"success": True, "data": {"id": THING[-36:], "ownerId": "ada", "title": "1"}}
    assert answer.headers["etag"] == '"7"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]


def test_strict_transport_is_asked_for_over_https_only(client: Client) -> None:
    plain = client.get(THING, as_user="ada")
    secure = client.get(THING, as_user="ada", headers={"x-forwarded-proto": "https"})

    assert "strict-transport-security" not in plain.headers
    assert secure.headers["strict-transport-security"].startswith("max-age=")


def test_without_a_user_the_answer_is_401_before_anything_is_validated(client: Client) -> None:
    answer = client.get("/api/things/nonsense", params={"page": "x"})

    assert (answer.status, answer.error["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("claims", [{"sub": "ada"}, {"sub": "", "token_use": "id"}, {"token_use": "access"}])
def test_a_token_for_something_else_is_401(client: Client, claims: dict[str, str]) -> None:
    assert client.get(THING, claims=claims).status == 401


def test_path_query_header_and_body_are_judged_together(client: Client) -> None:
    answer = client.patch(
        "/api/things/42",
        as_user="ada",
        params={"page": "0"},
        headers={"if-match": "7"},
        json={"title": "", "size": 10, "extra": 1},
    )

    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == [
        "thingId", "page", "If-Match", "title", "size", "extra",
    ]  # fmt: skip
    assert answer.error["message"] == "6 fields need attention: thingId, page, If-Match, title, size, extra"


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1]", b'"text"', b"nonsense", b'{"title": NaN}', b"[" * 100_000, b'{"title": "\\ud800"}', b"\xff\xfe"],
)
def test_a_body_that_is_no_json_object_is_a_validation_error(client: Client, body: bytes) -> None:
    answer = client.patch(THING, as_user="ada", body=body, headers={"content-type": "application/json"})

    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")


def test_a_missing_body_is_a_bad_request(client: Client) -> None:
    answer = client.patch(THING, as_user="ada", headers={"content-type": "application/json"})

    assert (answer.status, answer.error["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_415(client: Client, content_type: str) -> None:
    answer = client.patch(THING, as_user="ada", body=b"{}", headers={"content-type": content_type})

    assert (answer.status, answer.error["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_over_the_limit_is_413_and_names_the_way_for_large_files(client: Client) -> None:
    answer = client.patch(
        THING, as_user="ada", body=b"x" * (MAX_BODY + 1), headers={"content-type": "application/json"}
    )

    assert (answer.status, answer.error["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "4,500,000" in answer.error["message"]
    assert "POST /api/uploads" in answer.error["message"]


def test_a_stale_condition_is_412(client: Client) -> None:
    answer = client.patch(THING, as_user="ada", json={"title": "x"}, headers={"if-match": '"6"'})

    assert (answer.status, answer.error["code"]) == (412, "PRECONDITION_FAILED")


def test_more_faults_than_anyone_reads_are_counted_but_not_all_listed(client: Client) -> None:
    body = {"title": "x", **{f"extra{number}": 1 for number in range(1500)}}

    answer = client.patch(THING, as_user="ada", json=body)

    assert len(answer.error["details"]) == 1000
    assert answer.error["message"].startswith("1500 fields need attention: extra0, extra1,")


@pytest.fixture
def metrics(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The metrics so far, which name the stage."""
    link = {"MOCSHELF_STAGE": '{"name": "t", "region": "x"}'}
    monkeypatch.setattr(telemetry, "resources", Resources(link))
    return lambda: [line for line in capsys.readouterr().out.splitlines() if "_aws" in line]


def test_a_crash_is_counted_as_an_error_of_the_server_and_a_wrong_request_is_not(
    client: Client, metrics: Callable[[], list[str]]
) -> None:
    client.get(THING)
    client.get(THING, as_user="ada")
    before = metrics()

    client.post(THING, as_user="ada")

    after = metrics()
    assert before == []
    assert len(after) == 1
    assert json.loads(after[0])["ServerErrors"] == 1


@pytest.mark.usefixtures("metrics")
def test_a_crash_says_nothing_but_the_request_id(client: Client) -> None:
    answer = client.post(THING, as_user="ada")

    assert (answer.status, answer.error["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.error["requestId"] in answer.error["message"]
    assert "secret" not in json.dumps(answer.json())
    assert "details" not in answer.error


def test_a_form_without_a_file_and_one_that_cannot_be_read_are_bad_requests(client: Client) -> None:
    empty = client.post("/api/things", as_user="ada", fields={"note": "x"})
    broken = client.post(
        "/api/things", as_user="ada", body=b"nonsense", headers={"content-type": "multipart/form-data; boundary=b"}
    )

    assert [empty.error["code"], broken.error["code"]] == ["BAD_REQUEST", "BAD_REQUEST"]


def test_an_unknown_route_is_404_in_our_shape(client: Client) -> None:
    answer = call("$default", "GET", "/nowhere")

    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


def test_a_route_that_asks_for_what_no_request_has_is_found_at_import() -> None:
    with pytest.raises(TypeError, match="colour"):

        @Routes().get("/api/x")
        def wrong(caller: Caller, colour: int) -> NoContent:
            return NoContent()


def test_a_route_written_twice_is_found_at_import() -> None:
    with pytest.raises(ValueError, match="twice"):
        routes.get("/api/things/{thing_id}")


def call(key: str, method: str, path: str, **parts: Any) -> Reply:
    return reply(routes.answer(http_event(key, method, path, **parts)))
