"""The built zips against the real servers: the contract's front door, with each function under Lambda's Python."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.trixie import Lambdas
from integration.front_door import front_door
from integration.pictures import size_of
from integration.uploading import png
from mocshelf import manifest
from mocshelf.testing import Client
from mocshelf_tools.stack.stack import Stack

pytest_plugins = ["infra.trixie_fixtures"]

MOC = {"type": "moc", "title": "Baker Street", "author": "Ada", "partsCount": 2200, "theme": "Modular"}
LIST = b"Part,Color,Quantity\n3001,4,12\n3023,0,30\n"


@pytest.fixture(scope="module")
def deployed(lambdas: Lambdas, stack: Stack) -> Client:
    """A client whose every call is a cold start of the built function, linked to the stack."""
    # Nobody feeds the index here, so PostgreSQL is to answer searches.
    left_out = ("PATH", "MOCSHELF_SEARCH")
    environment = {name: value for name, value in stack.environment.items() if name not in left_out}

    def invoke(name: str, event: Mapping[str, Any], _context: object) -> Any:
        return lambdas.invoke(name, [event], environment).answers[0]

    return front_door({row.name: partial(invoke, row.name) for row in manifest.FUNCTIONS})


def test_health_finds_every_server(deployed: Client) -> None:
    answer = deployed.get("/health")

    assert (answer.status, answer.json()["components"]["database"]) == (200, "healthy")


def test_a_moc_is_made_listed_and_found(deployed: Client, alice: str) -> None:
    made = deployed.post("/api/mocs", as_user=alice, json=MOC)
    listed = deployed.get("/api/mocs", as_user=alice)
    found = deployed.get("/api/mocs", as_user=alice, params={"search": "bakr stret"})

    assert made.status == 201, made.body
    for answer in (listed, found):
        assert [moc["id"] for moc in answer.data] == [made.data["id"]]
    assert deployed.get("/api/mocs", as_user=str(uuid.uuid4())).data == []


def test_what_one_build_wrote_this_process_reads(deployed: Client, client: Client, alice: str) -> None:
    made = deployed.post("/api/wishlist", as_user=alice, json={"title": "Razor Crest"})

    assert made.status == 201, made.body
    assert [item["id"] for item in client.get("/api/wishlist", as_user=alice).data] == [made.data["id"]]


def test_a_picture_is_drawn_and_stored(deployed: Client, alice: str) -> None:
    files = [("image", "night.png", "image/png", png(900, 600))]

    answer = deployed.post("/api/images", as_user=alice, files=files, fields={"title": "221B at night"})

    assert answer.status == 201, answer.body
    assert size_of(answer.data["imageUrl"]) == (900, 600)
    assert size_of(answer.data["thumbnailUrl"]) == (400, 267)


def test_a_parts_list_is_read_into_rows(deployed: Client, alice: str, moc: str) -> None:
    files = [("file", "parts.csv", "text/csv", LIST)]

    answer = deployed.post(f"/api/mocs/{moc}/upload-parts-list", as_user=alice, files=files)

    assert answer.status in (200, 201), answer.body
    assert [one["totalPartsCount"] for one in deployed.get(f"/api/mocs/{moc}", as_user=alice).data["partsLists"]] == [
        42
    ]


def test_the_sweep_runs(lambdas: Lambdas, stack: Stack) -> None:
    ran = lambdas.invoke("sweep", [{"id": "sweep"}], stack.environment)

    assert isinstance(ran.answers[0], dict)


def test_the_migrate_function_finds_the_schema_as_it_should_be(lambdas: Lambdas, stack: Stack) -> None:
    place = urlsplit(stack.endpoints.postgres)
    owner = {"host": place.hostname, "port": place.port, "name": place.path[1:], "user": place.username, "tls": False}
    environment = {**stack.environment, "MOCSHELF_OWNER": json.dumps(owner)}

    status, upgraded = lambdas.invoke("migrate", [{"action": "status"}, {"action": "upgrade"}], environment).answers

    assert (status["current"], status["pending"]) == (status["head"], [])
    assert upgraded["applied"] == []
