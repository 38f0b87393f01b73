"""What the dev gateway makes of requests and of functions' answers, beside API Gateway's documented behaviour."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from integration.running_gateway import RunningGateway

pytest_plugins = ["integration.gateway_fixtures"]

MEGABYTE = 1024 * 1024


def _answer(connection: socket.socket) -> bytes:
    """An answer with a small JSON body, whole."""
    answer = b""
    while not answer.endswith(b"}"):
        answer += connection.recv(4096)
    return answer


def test_a_repeated_query_parameter_arrives_joined_and_raw(anonymous: httpx.Client) -> None:
    event = anonymous.get("/health?tag=a&tag=b%20c&x=").json()["event"]

    assert event["rawQueryString"] == "tag=a&tag=b%20c&x="
    assert event["queryStringParameters"] == {"tag": "a,b c", "x": ""}


def test_cookies_and_repeated_headers_arrive_as_on_aws(anonymous: httpx.Client) -> None:
    headers = [("Cookie", "a=1; b=2"), ("X-Two", "one"), ("X-Two", "two")]

    event = anonymous.get("/health", headers=headers).json()["event"]

    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-two"] == "one,two"
    assert "cookie" not in event["headers"]


def test_a_client_cannot_say_where_it_came_from(anonymous: httpx.Client) -> None:
    headers = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "https"}

    event = anonymous.get("/health", headers=headers).json()["event"]

    assert event["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert event["headers"]["x-forwarded-proto"] == "http"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def test_binary_bodies_arrive_in_base64_and_text_as_text(anonymous: httpx.Client) -> None:
    binary = anonymous.post("/things", content=b"\x00\xff", headers={"Content-Type": "image/webp"}).json()
    text = anonymous.post("/things", json={"title": "é"}).json()

    assert (binary["event"]["body"], binary["event"]["isBase64Encoded"]) == ("AP8=", True)
    assert (text["event"]["body"], text["event"]["isBase64Encoded"]) == ('{"title":"é"}', False)


def test_an_answer_in_base64_with_cookies_is_unwrapped(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/do/cookies")

    assert answer.status_code == 201
    assert answer.content == b"\x00\x01\xff"
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2; Path=/"]
    assert answer.headers["x-request-id"] == "mine"


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/things/fixed", "GET /things/fixed"),
        ("GET", "/things/other", "GET /things/{id}"),
        ("GET", "/things/a%2Fb", "GET /things/{id}"),
        ("GET", "/things/other/", "$default"),
        ("GET", "/nowhere", "$default"),
        ("DELETE", "/things/other", "$default"),
        ("GET", "/Health", "$default"),
    ],
)
def test_the_most_specific_route_gets_the_request(signed_in: httpx.Client, method: str, path: str, key: str) -> None:
    event = signed_in.request(method, path).json()["event"]

    assert event["routeKey"] == key


def test_a_path_parameter_is_decoded(signed_in: httpx.Client) -> None:
    event = signed_in.get("/things/%C3%A9%20x").json()["event"]

    assert event["pathParameters"] == {"id": "é x"}


def test_head_is_no_route(anonymous: httpx.Client) -> None:
    assert anonymous.head("/health").status_code == 404


def test_a_declared_body_over_ten_megabytes_is_refused_unread(gateway: RunningGateway) -> None:
    head = f"POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: {11 * MEGABYTE}\r\n\r\n"

    with socket.create_connection(gateway.address, timeout=30) as connection:
        connection.sendall(head.encode())
        answer = _answer(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'{"message":"Request Entity Too Large"}' in answer


def test_a_body_that_grows_over_ten_megabytes_is_refused_before_it_ends(gateway: RunningGateway) -> None:
    head = b"POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (MEGABYTE, b"x" * MEGABYTE)

    with socket.create_connection(gateway.address, timeout=30) as connection:
        connection.sendall(head + 11 * chunk)
        answer = _answer(connection)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_over_lambdas_limit_is_refused(anonymous: httpx.Client) -> None:
    binary = {"Content-Type": "image/png"}

    fits = anonymous.post("/things", content=b"x" * 1_000_000, headers=binary)
    too_large = anonymous.post("/things", content=b"x" * (5 * MEGABYTE), headers=binary)

    assert fits.status_code == 200
    assert (too_large.status_code, too_large.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("fault", ["raise", "exit", "large", "shapeless", "split"])
def test_a_function_that_fails_is_a_500_without_details(anonymous: httpx.Client, fault: str) -> None:
    answer = anonymous.get(f"/do/{fault}")
    next_answer = anonymous.get("/health")

    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    assert answer.headers["x-request-id"]
    assert "set-cookie" not in answer.headers
    assert next_answer.status_code == 200


def test_a_page_of_ours_may_ask_for_anything_the_api_takes(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    asked = {"Origin": gateway.url, "Access-Control-Request-Method": "PATCH"}

    answer = anonymous.options("/things/1", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == gateway.url
    assert "PATCH" in answer.headers["access-control-allow-methods"].split(",")
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type,if-match,idempotency-key"
    assert answer.headers["access-control-max-age"] == "3600"


def test_a_page_of_ours_may_read_answers_and_refusals(gateway: RunningGateway, anonymous: httpx.Client) -> None:
    ours = {"Origin": gateway.url.replace("127.0.0.1", "localhost")}

    answers = [anonymous.get("/health", headers=ours), anonymous.get("/things/1", headers=ours)]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert {answer.headers["access-control-allow-origin"] for answer in answers} == {ours["Origin"]}
    assert all("etag" in answer.headers["access-control-expose-headers"] for answer in answers)
    assert all(answer.headers["vary"] == "Origin" for answer in answers)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_other_pages_get_no_permission(anonymous: httpx.Client, origin: str) -> None:
    preflight = anonymous.options("/things", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    answer = anonymous.get("/health", headers={"Origin": origin})

    assert preflight.status_code == 204
    assert not [name for name in (*preflight.headers, *answer.headers) if name.startswith("access-control-")]
