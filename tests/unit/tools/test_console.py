"""What the console makes of what the gateway tells it, and what it never keeps."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

import pytest

from mocshelf_tools.console.console import Console
from mocshelf_tools.console.spans import Spans
from mocshelf_tools.console.words import about, masked
from mocshelf_tools.gateway.watching import request_of, trace_header
from unit.tools.console_parts import console, delivery, in_a_loop, invocation, request

REQUEST_ID = "0123456789abcdef0123456789abcdef"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


def remembered(watched: Console) -> list[tuple[str, Any]]:
    watched.flush()
    return [(entry.kind, json.loads(entry.text)) for entry in watched.journal.after(0)]


def send_span(address: str, name: str, start: float, end: float, *, fault: bool = False) -> None:
    host, _, port = address.partition(":")
    fields = dict(part.split("=", 1) for part in trace_header(REQUEST_ID).split(";"))
    document = {"name": name, "trace_id": fields["Root"], "start_time": start, "end_time": end, "fault": fault}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        text = '{"format": "json", "version": 1}\n' + json.dumps(document)
        sender.sendto(text.encode(), (host, int(port)))


@in_a_loop
async def test_a_request_is_its_route_its_time_and_a_waterfall() -> None:
    watched = console()
    send_span(watched.environment["AWS_XRAY_DAEMON_ADDRESS"], "database.select", 100.004, 100.006)
    send_span(watched.environment["AWS_XRAY_DAEMON_ADDRESS"], "cache.get", 100.0035, 100.0039, fault=True)

    watched.invoked(invocation(REQUEST_ID, cold=True))
    watched.answered(request(route="GET /api/mocs/{moc_id}", function="mocs", user="u1"), REQUEST_ID, 200, 100.0)
    [(kind, entry)] = remembered(watched)
    watched.close()

    assert kind == "request"
    assert entry["id"] == REQUEST_ID
    assert (entry["method"], entry["route"], entry["path"]) == ("GET", "GET /api/mocs/{moc_id}", "/api/mocs/1")
    assert (entry["status"], entry["function"], entry["cold"], entry["user"]) == (200, "mocs", True, "u1")
    assert entry["spans"] == [
        {"name": "waiting for a process", "start": 1.0, "ms": 2.0, "failed": False},
        {"name": "function mocs", "start": 3.0, "ms": 10.0, "failed": False},
        {"name": "cache.get", "start": 3.5, "ms": 0.4, "failed": True},
        {"name": "database.select", "start": 4.0, "ms": 2.0, "failed": False},
    ]


@in_a_loop
async def test_no_header_query_or_body_is_kept() -> None:
    watched = console()

    watched.answered(request(), REQUEST_ID, 401, 100.0)
    [(_, entry)] = remembered(watched)
    watched.close()

    assert set(entry) == {
        *("id", "at", "ms", "method", "path", "route", "status", "function", "cold", "user", "spans"),
    }
    assert "eyJ" not in json.dumps(entry)
    assert "secret" not in json.dumps(entry)


@in_a_loop
async def test_each_message_of_a_batch_has_its_own_outcome() -> None:
    watched = console()

    watched.delivered(delivery('{"outbox": 7}', '{"file": "f1"}', failed=(1,)))
    entries = [entry for _, entry in remembered(watched)]
    watched.close()

    assert [(one["about"], one["done"], one["attempt"], one["ms"]) for one in entries] == [
        ("outbox 7", True, 2, 250.0),
        ("file f1", False, 2, 250.0),
    ]
    assert entries[0]["reason"] is None
    assert entries[1]["reason"] == "The function reported it as failed; its log says why."


@in_a_loop
async def test_a_batch_that_failed_as_a_whole_says_why_without_secrets() -> None:
    watched = console()

    watched.delivered(delivery("x", failed=(0,), reason=f"index_search: KeyError: {TOKEN}"))
    [(_, entry)] = remembered(watched)
    watched.close()

    assert entry["reason"] == "index_search: KeyError: •••"
    assert entry["about"] == "in no form that is known"


@in_a_loop
async def test_lines_come_as_they_were_written_without_what_looks_like_a_token() -> None:
    watched = console()

    watched.logged('{"event":"request"}')
    watched.logged(f"debug: Bearer {TOKEN} x")
    lines = [entry["line"] for _, entry in remembered(watched)]
    watched.close()

    assert lines == ['{"event":"request"}', "debug: Bearer ••• x"]


@in_a_loop
async def test_what_happens_is_written_down_by_itself_a_moment_later() -> None:
    watched = console()

    watched.logged("one")
    assert watched.journal.after(0) == []
    await asyncio.wait_for(watched.journal.grows(5), 2)
    watched.close()

    assert len(watched.journal.after(0)) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Authorization: bearer {TOKEN}", "Authorization: bearer •••"),
        (f'{{"token":"{TOKEN}"}}', '{"token":"•••"}'),
        ("Bearer abc-def.ghi", "Bearer •••"),
        (
            "http://x/y?X-Amz-Signature=0af9&X-Amz-Security-Token=Fwo%2B&z=1",
            "http://x/y?X-Amz-Signature=•••&X-Amz-Security-Token=•••&z=1",
        ),
        ("eyJ is no token", "eyJ is no token"),
        ("the bearer", "the bearer"),
    ],
)
def test_secrets_are_masked_and_the_rest_is_left(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_long_line_is_cut_before_it_is_kept() -> None:
    assert len(masked("x" * 1_000_000)) < 8_100


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"outbox": 12}', "outbox 12"),
        ('{"file": "0b9c"}', "file 0b9c"),
        ('{"Records": [{"s3": {"object": {"key": "incoming/u/s/f"}}}]}', "incoming/u/s/f"),
        ('{"Event": "s3:TestEvent"}', "s3:TestEvent"),
        ('{"infected": "incoming/u/s/f"}', "infected"),
        ("no JSON", "in no form that is known"),
        ("[1]", "in no form that is known"),
        ("7", "in no form that is known"),
    ],
)
def test_a_message_is_told_by_what_it_is_about(body: str, words: str) -> None:
    assert about(body) == words


def test_spans_are_given_out_once_and_noise_is_no_span() -> None:
    spans = Spans()
    send_span(spans.address, "cache.get", 1.0, 2.0)
    host, _, port = spans.address.partition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for noise in (b"", b"x", b"{}\n{}", b"{}\n[1]", b"\xff\n\xff"):
            sender.sendto(noise, (host, int(port)))

    spans.take()

    assert [span.name for span in spans.of(REQUEST_ID)] == ["cache.get"]
    assert spans.of(REQUEST_ID) == []
    spans.close()


def test_spans_that_nobody_asks_for_are_forgotten() -> None:
    spans = Spans()

    for place in range(300):
        spans.add(f"request {place}", "cache.get", 1.0, 2.0, failed=False)

    assert spans.of("request 0") == []
    assert len(spans.of("request 299")) == 1
    spans.close()


def test_a_trace_is_named_after_its_request() -> None:
    root = trace_header(REQUEST_ID).partition(";")[0].removeprefix("Root=")

    assert root == "1-01234567-89abcdef0123456789abcdef"
    assert request_of(root) == REQUEST_ID
