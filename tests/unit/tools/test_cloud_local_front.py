"""The one address of the stage `local`: its pages, and what is passed on to its API."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from mocshelf_tools.cloud.local_front import LocalFront
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.web.release import File
from mocshelf_tools.web.released import FOLDER, keep
from unit.tools.small_server import Asked, Reply, serving


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    keep([File("index.html", b"<p>page</p>", "no-cache")], tmp_path / FOLDER)
    return DataFolder(tmp_path)


def deployed(folder: DataFolder, api: str) -> None:
    cognito = {"endpoint": "http://127.0.0.1:1", "clientId": "client"}
    folder.write("endpoints.json", {"api": f"{api}/api-1/%24default", "cognito": cognito, "s3": cognito["endpoint"]})


def ask(folder: DataFolder, method: str, path: str, **options: object) -> httpx.Response:
    async def asking() -> httpx.Response:
        front = LocalFront(folder)
        transport = httpx.ASGITransport(front)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8484") as client:
                return await client.request(method, path, **options)  # type: ignore[arg-type]  # passed on
        finally:
            await front.close()

    return asyncio.run(asking())


def test_the_api_is_asked_as_the_client_has_asked_and_its_answer_is_passed_on(folder: DataFolder) -> None:
    asked: list[Asked] = []

    def api(one: Asked) -> Reply:
        asked.append(one)
        return Reply(201, {"data": {"id": "1"}}, {"ETag": '"7"', "Connection": "close"})

    with serving(api) as address:
        deployed(folder, address)
        headers = {"Authorization": "Bearer t", "Connection": "keep-alive"}
        made = ask(folder, "POST", "/api/mocs%20?search=a%26b", headers=headers, json={"title": "Tower"})
        ask(folder, "DELETE", "/api/mocs/1")

    assert (made.status_code, made.json(), made.headers["etag"]) == (201, {"data": {"id": "1"}}, '"7"')
    assert "connection" not in made.headers
    assert (asked[0].method, asked[0].path) == ("POST", "/api-1/%24default/api/mocs%20?search=a%26b")
    assert (asked[0].content, asked[0].headers["authorization"]) == ({"title": "Tower"}, "Bearer t")
    # A body of unknown length would be one.
    assert "transfer-encoding" not in {*asked[0].headers, *asked[1].headers}


def test_pages_are_answered_here(folder: DataFolder) -> None:
    deployed(folder, "http://127.0.0.1:1")

    assert ask(folder, "GET", "/mocs/1").text == "<p>page</p>"
    assert ask(folder, "GET", "/config.json").json()["cognito"]["clientId"] == "client"


@pytest.mark.parametrize("path", ["/api/../../admin", "/api/%2e%2e/%2e%2e/admin", "/api/./mocs"])
def test_no_path_leads_past_the_api(folder: DataFolder, path: str) -> None:
    asked: list[str] = []

    def api(one: Asked) -> Reply:
        asked.append(one.path)
        return Reply(200)

    async def raw() -> int:
        front, statuses = LocalFront(folder), []
        scope = {"type": "http", "method": "POST", "path": path.replace("%2e", "."), "raw_path": path.encode()}

        async def send(message: dict[str, object]) -> None:
            statuses.append(message.get("status"))

        async def receive() -> dict[str, object]:
            # A client that stays, and has nothing more to say.
            return await asyncio.sleep(60, {"type": "http.disconnect"})

        await front({**scope, "query_string": b"", "headers": []}, receive, send)  # type: ignore[arg-type]  # a scope
        await front.close()
        return int(str(statuses[0]))

    with serving(api) as address:
        deployed(folder, address)
        status = asyncio.run(raw())

    assert (status, asked) == (404, [])


def test_an_api_that_is_not_there_is_a_503_and_so_is_a_stage_that_was_never_deployed(folder: DataFolder) -> None:
    never = ask(folder, "GET", "/")
    deployed(folder, "http://127.0.0.1:1")

    assert (never.status_code, "./mocshelf deploy --stage local" in never.text) == (503, True)
    assert ask(folder, "GET", "/api/mocs").status_code == 503
