"""What the tests of parts lists over HTTP share: writing a list, reading its lines, uploading a file."""

from __future__ import annotations

from typing import Any

from integration.uploading import CSV
from mocshelf.runtime import database
from mocshelf.testing import Client, Reply

BRICK = {"partNumber": "3001", "partScheme": "rebrickable", "colorId": 4, "colorScheme": "rebrickable", "quantity": 6}
PLATE = {"partNumber": "3024", "partScheme": "bricklink", "colorId": 1, "colorScheme": "bricklink", "quantity": 2}
SPARE = {**PLATE, "quantity": 1, "spare": True}


def lists_path(moc: str, list_id: str = "", *, under: str = "mocs") -> str:
    path = f"/api/{under}/{moc}/parts-lists"
    return f"{path}/{list_id}" if list_id else path


def written(client: Client, owner: str, moc: str, **fields: Any) -> dict[str, Any]:
    """A list written by hand."""
    body = {"title": "Tower", "parts": [BRICK, PLATE, SPARE], **fields}
    answer = client.post(lists_path(moc), as_user=owner, json=body)
    assert answer.status == 201, answer.body
    return dict(answer.data)


def lines(client: Client, owner: str, moc: str, list_id: str, **params: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{lists_path(moc, list_id)}/parts", as_user=owner, params=params)
    assert answer.status == 200, answer.body
    return list(answer.data)


def upload(client: Client, owner: str, moc: str, data: bytes = CSV, name: str = "tower.csv", **call: Any) -> Reply:
    call.setdefault("fields", {})
    files = [("file", name, "application/octet-stream", data)]
    return client.post(f"/api/mocs/{moc}/upload-parts-list", as_user=owner, files=files, **call)


def moc_state(client: Client, owner: str, moc: str) -> tuple[int, int | None]:
    """(version, pieces) of a MOC."""
    answer = client.get(f"/api/mocs/{moc}", as_user=owner)
    return int(answer.headers["etag"].strip('"')), answer.data["totalPieceCount"]


def noted(moc: str) -> list[int]:
    """The versions of a MOC that the outbox tells of."""
    with database.reading() as conn:
        rows = database.fetch_all(
            conn, "select version from outbox where entity_id = %(moc)s order by id", {"moc": moc}
        )
    return [row["version"] for row in rows]
