"""The Runtime API, asked as a runtime asks it."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from mocshelf_tools.lambdas.runtime_api import RuntimeApi

BASE = "/2018-06-01/runtime"


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    with RuntimeApi() as running:
        yield running


def ask(api: RuntimeApi, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(api.address, timeout=5)
    connection.request(method, path, body)
    answer = connection.getresponse()
    try:
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_an_event_is_given_out_with_its_id_and_its_deadline(api: RuntimeApi) -> None:
    request_id = api.give(b'{"a": 1}', seconds=5, arn="arn:aws:lambda:eu-central-1:0:function:a")

    status, headers, body = ask(api, "GET", f"{BASE}/invocation/next")

    assert (status, body) == (200, b'{"a": 1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == request_id
    assert int(headers["Lambda-Runtime-Deadline-Ms"]) > 1_700_000_000_000
    assert api.reports.get(timeout=1).kind == "ready"


@pytest.mark.parametrize(
    ("path", "kind", "request_id"),
    [
        ("invocation/7/response", "response", "7"),
        ("invocation/7/error", "error", "7"),
        ("init/error", "init-error", ""),
        ("restore/error", "restore-error", ""),
    ],
)
def test_what_a_runtime_says_is_reported(api: RuntimeApi, path: str, kind: str, request_id: str) -> None:
    status, _, _ = ask(api, "POST", f"{BASE}/{path}", b'{"errorType": "Broken"}')

    report = api.reports.get(timeout=1)
    assert status == 202
    assert (report.kind, report.request_id, report.json()) == (kind, request_id, {"errorType": "Broken"})


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", f"{BASE}/invocation/response"), ("POST", "/x")])
def test_there_is_nothing_else(api: RuntimeApi, method: str, path: str) -> None:
    assert ask(api, method, path, b"" if method == "POST" else None)[0] == 404
    assert api.reports.empty()


def test_a_runtime_that_waits_is_let_go_at_the_end() -> None:
    with RuntimeApi() as api:
        connection = HTTPConnection(api.address, timeout=5)
        connection.request("GET", f"{BASE}/invocation/next")
        assert api.reports.get(timeout=1).kind == "ready"

    assert connection.getresponse().status == 410
    connection.close()
