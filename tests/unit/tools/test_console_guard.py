"""Who gets an answer of the console: its own page, and no page or name of anybody else's."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request

from mocshelf_tools.console.guard import refusal
from unit.tools.console_parts import HOST, PORT, Answer, ask, console, in_a_loop

OWN = f"http://{HOST}"


def answer_to(path: str = "/_console/mail", method: str = "GET", **headers: str) -> Answer:
    async def asked() -> Answer:
        return await ask(console(), path, method, **headers)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": OWN, "sec_fetch_site": "same-origin"},
        {"host": f"localhost:{PORT}", "origin": f"http://localhost:{PORT}"},
        {"host": f"LOCALHOST:{PORT}"},
        {"sec_fetch_site": "none"},
    ],
)
def test_its_own_page_and_a_typed_address_are_answered(headers: dict[str, str]) -> None:
    answer = answer_to(**headers)

    assert (answer.status, b"123456" in answer.body) == (200, True)


@pytest.mark.parametrize(
    "headers",
    [
        # Names that lead to this machine without being it.
        {"host": f"evil.example:{PORT}"},
        {"host": f"127.0.0.1.evil.example:{PORT}"},
        {"host": "127.0.0.1:9999"},
        {"host": "127.0.0.1"},
        {"host": ""},
        {"host": f"evil.example:{PORT}", "origin": f"http://evil.example:{PORT}", "sec_fetch_site": "same-origin"},
        # Pages of others, and pages that hide whose they are.
        {"origin": "https://evil.example"},
        {"origin": f"https://{HOST}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": "null"},
        {"origin": ""},
        # What a browser asks for without Origin: pictures, scripts, frames.
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/_console/mail", "/_console/events", "/_console/none"])
def test_foreign_pages_and_names_are_refused(path: str, headers: dict[str, str]) -> None:
    answer = answer_to(path, **headers)

    assert answer.status == 403
    assert b"123456" not in answer.body
    assert "access-control-allow-origin" not in answer.headers


def test_two_hosts_are_no_host() -> None:
    hosts = [(b"host", HOST.encode()), (b"host", b"evil.example")]

    assert refusal(Request({"type": "http", "headers": hosts}), PORT) is not None
    assert refusal(Request({"type": "http", "headers": hosts[:1]}), PORT) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_it_can_only_be_read(method: str) -> None:
    answer = answer_to(method=method)

    assert (answer.status, answer.headers["allow"]) == (405, "GET")


def test_nothing_of_it_is_stored_by_a_browser_or_read_as_something_else() -> None:
    headers = answer_to().headers

    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@in_a_loop
async def test_the_number_of_streams_is_bounded_and_a_closed_one_makes_room() -> None:
    one = console()
    open_ones = [asyncio.create_task(ask(one, "/_console/events")) for _ in range(12)]
    await asyncio.sleep(0.05)

    refused = await ask(one, "/_console/events")
    open_ones[0].cancel()
    await asyncio.gather(open_ones[0], return_exceptions=True)
    another = asyncio.create_task(ask(one, "/_console/events"))
    await asyncio.sleep(0.05)
    one.leave()

    assert refused.status == 503
    assert [answer.status for answer in await asyncio.gather(*open_ones[1:], another)] == [200] * 12
