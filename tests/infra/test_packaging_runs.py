"""The built zips under the Python that Lambda has: every handler starts from them alone, and answers."""

from __future__ import annotations

import json
import os
import platform
from typing import Any

import pytest

from infra.trixie import MACHINES, PYTHON, Lambdas
from integration.uploading import png
from mocshelf import manifest
from mocshelf.testing import http_event, reply
from mocshelf_infra.packaging import checkout
from unit.runtime.photos import HEIC

pytest_plugins = ["infra.trixie_fixtures"]

NOWHERE = {"host": "127.0.0.1", "port": 1, "name": "t", "user": "t", "auth": "trust", "tls": False}
LINKS = {
    "stage": {"name": "t", "region": "eu-central-1", "version": "1.2.3", "endpoint": "http://127.0.0.1:1"},
    "database": NOWHERE,
    "owner": NOWHERE,
    "files": {"bucket": "t"},
    "processing_queue": {"url": "http://127.0.0.1:1/0/t"},
    "users": {"pool_id": "t", "client_id": "t"},
}
# What a function's environment has when nothing that it is linked to is there.
ENVIRONMENT = {
    **{f"MOCSHELF_{name.upper()}": json.dumps(link) for name, link in LINKS.items()},
    "AWS_ACCESS_KEY_ID": "t",
    "AWS_SECRET_ACCESS_KEY": "t",
    "AWS_REGION": "eu-central-1",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}
ALICE = {"sub": "11111111-1111-4111-8111-111111111111", "token_use": "access"}
NAMES = [row.name for row in manifest.FUNCTIONS]


def event(key: str, *, path: str | None = None, body: Any = None, claims: dict[str, str] | None = None) -> Any:
    method, _, pattern = key.partition(" ")
    sent = b"" if body is None else json.dumps(body).encode()
    headers = [("content-type", "application/json")] if sent else []
    return http_event(key, method, path or pattern, headers=headers, body=sent, claims=claims)


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="who has no Debian here is told so by the run")
def test_ci_has_lambdas_python(lambdas: Lambdas) -> None:
    assert platform.machine() in MACHINES
    assert lambdas.root is not None
    assert lambdas.invoke("health", [], ENVIRONMENT).python.startswith(PYTHON)


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_starts_from_its_zip_and_layers_alone(lambdas: Lambdas, name: str) -> None:
    ran = lambdas.invoke(name, [], ENVIRONMENT)

    task, packages = lambdas.lay_out(name)
    assert ran.modules[f"mocshelf.functions.{name}"][0] == f"{task}/mocshelf/functions/{name}.py"
    places = (f"{task}/", f"{packages}/", f"{ran.standard}/", "built-in", "frozen")
    assert not [module for module, (file, _) in ran.modules.items() if file and not file.startswith(places)]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_compiled_at_a_cold_start(lambdas: Lambdas, name: str) -> None:
    ran = lambdas.invoke(name, [], ENVIRONMENT)

    built = {m: place for m, place in ran.modules.items() if place[0].startswith(lambdas.lay_out(name))}
    assert built
    assert [module for module, (file, compiled) in built.items() if file.endswith(".py") and not compiled] == []


def test_health_says_what_is_missing(lambdas: Lambdas) -> None:
    answer = reply(lambdas.invoke("health", [event("GET /health")], ENVIRONMENT).answers[0])

    assert answer.status == 503
    assert answer.json()["status"] == "unhealthy"
    assert answer.json()["version"] == "1.2.3"
    assert answer.json()["components"] == {"database": "unhealthy", "cache": "disabled", "search": "disabled"}


def test_everything_that_is_no_route_is_not_found(lambdas: Lambdas) -> None:
    answer = reply(lambdas.invoke("health", [event("$default", path="/api/nothing")], ENVIRONMENT).answers[0])

    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("name", "key", "path"),
    [
        ("mocs", "GET /api/mocs", None),
        ("gallery", "GET /api/images", None),
        ("wishlist", "GET /api/wishlist", None),
        ("uploads", "POST /api/uploads", None),
        ("parts", "GET /api/mocs/{moc_id}/parts-lists", f"/api/mocs/{ALICE['sub']}/parts-lists"),
        ("profiles", "GET /api/users/{user_id}", f"/api/users/{ALICE['sub']}"),
    ],
)
def test_routes_ask_who_is_calling(lambdas: Lambdas, name: str, key: str, path: str | None) -> None:
    answer = reply(lambdas.invoke(name, [event(key, path=path)], ENVIRONMENT).answers[0])

    assert (answer.status, answer.error["code"]) == (401, "UNAUTHORIZED")


def test_a_request_is_validated_and_then_meets_a_database_that_is_away(lambdas: Lambdas) -> None:
    wrong = event("POST /api/mocs", body={"type": "moc", "surprise": 1}, claims=ALICE)
    away = event("GET /api/mocs", claims=ALICE)

    refused, unavailable = map(reply, lambdas.invoke("mocs", [wrong, away], ENVIRONMENT).answers)

    assert (refused.status, refused.error["code"]) == (400, "VALIDATION_ERROR")
    assert unavailable.status == 503
    assert "retry-after" in unavailable.headers


def test_a_message_that_cannot_be_handled_now_comes_again(lambdas: Lambdas) -> None:
    event = {"Records": [{"messageId": "m", "body": json.dumps({"file": ALICE["sub"]})}]}

    answer = lambdas.invoke("process_upload", [event], ENVIRONMENT).answers[0]

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}


DRAW = """
from mocshelf.runtime.imaging import GALLERY_IMAGE, GALLERY_THUMBNAIL, webp_pair
large, small = webp_pair(sys.stdin.buffer.read(), GALLERY_IMAGE, GALLERY_THUMBNAIL)
os.write(answers, json.dumps([[one.width, one.height, one.data[8:12].decode()] for one in (large, small)]).encode())
"""


@pytest.mark.parametrize("name", [row.name for row in manifest.FUNCTIONS if row.imaging])
def test_functions_with_the_imaging_layer_draw_pictures(lambdas: Lambdas, name: str) -> None:
    png_drawn, heic_drawn = (json.loads(lambdas.run(name, DRAW, data, ENVIRONMENT)) for data in (png(900, 600), HEIC))

    assert png_drawn == [[900, 600, "WEBP"], [400, 267, "WEBP"]]
    assert [kind for _, _, kind in heic_drawn] == ["WEBP", "WEBP"]


COLOURS = """
from mocshelf.parts.colours import name_of
os.write(answers, json.dumps([name_of("rebrickable", 0), name_of("bricklink", 11)]).encode())
"""


@pytest.mark.parametrize("name", ["parts", "process_upload", "uploads"])
def test_functions_that_read_parts_lists_have_the_colour_tables(lambdas: Lambdas, name: str) -> None:
    assert json.loads(lambdas.run(name, COLOURS, environment=ENVIRONMENT)) == ["Black", "Black"]


REVISIONS = """
from alembic.script import ScriptDirectory
from migrations import running
scripts = ScriptDirectory.from_config(running._config(None, []))
os.write(answers, json.dumps([script.revision for script in scripts.walk_revisions()]).encode())
"""


def test_the_migrate_function_has_every_revision(lambdas: Lambdas) -> None:
    here = sorted((checkout.packages(checkout.ROOT)["migrations"] / "versions").glob("*.py"))

    revisions = json.loads(lambdas.run("migrate", REVISIONS, environment=ENVIRONMENT))

    assert sorted(revisions) == [path.name.partition("_")[0] for path in here]
