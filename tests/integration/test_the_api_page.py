"""The interactive page of the API in development: the page, its assets, and the document of the code as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from mocshelf_tools.openapi.document import document

if TYPE_CHECKING:
    from integration.running_gateway import RunningGateway

pytest_plugins = ["integration.gateway_fixtures"]


def test_the_page_loads_nothing_from_elsewhere(anonymous: httpx.Client) -> None:
    page = anonymous.get("/docs")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    answers = {
        address: anonymous.get(address).status_code for address in addresses if not address.startswith("data:")
    }

    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert answers == dict.fromkeys(
        ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js", "/openapi.json"], 200
    )


def test_the_document_is_the_one_of_the_code(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text) == document()


@pytest.mark.parametrize("path", ["/docs/index.html", "/docs/..%2fswagger-ui.css", "/docs/LICENSE", "/docs/"])
def test_nothing_else_of_the_package_is_served(anonymous: httpx.Client, path: str) -> None:
    answer = anonymous.get(path)

    # Such a request goes on to the functions, and the trial one gives back what it got.
    assert "event" in answer.json()


def test_a_document_that_cannot_be_made_says_why(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    # A process that cannot start is the only failure that leaves the checkout alone.
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONHOME", "/nowhere")

    with gateway.client() as client:
        answer = client.get("/openapi.json")

    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text
