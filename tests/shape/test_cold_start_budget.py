"""What each function may import before its first request: packages, not seconds, so that no busy machine decides."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from mocshelf import manifest

LINKS = {
    "stage": {"name": "t", "region": "eu-central-1", "endpoint": "http://127.0.0.1:1"},
    "database": {"host": "127.0.0.1", "port": 1, "name": "t", "user": "t"},
    "files": {"bucket": "t"},
    "processing_queue": {"url": "http://127.0.0.1:1/0/t"},
    "users": {"pool_id": "t", "client_id": "t"},
}
OWN = {"mocshelf", "file_validator", "upload"}
SHARED = {
    "hiredis",
    "psycopg2",
    "pydantic",
    "pydantic_core",
    # Of Lambda's own runtime.
    "snapshot_restore_py",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
}
# Heavy things that belong to single requests, imported where they are used.
LAZY = {"boto3", "botocore", "obstore", "pyvips", "sqlalchemy", "alembic", "defusedxml", "python_multipart"}
LAZY_STANDARD = {"asyncio", "http", "email", "csv", "zipfile", "concurrent", "urllib.request"}

IMPORTED = """
import sys
before = set(sys.modules)
import mocshelf.functions.{name}
{then}
import json
print(json.dumps(sorted(set(sys.modules) - before)))
"""


# What the first request of a list does beside its query.
SHAPED = """
from mocshelf.mocs.schemas import Moc, MocQuery
MocQuery.model_validate({})
Moc.model_rebuild()
"""


def imported(name: str, then: str = "") -> set[str]:
    links = {f"MOCSHELF_{link.upper()}": json.dumps(value) for link, value in LINKS.items()}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(name=name, then=then)],
        env={**os.environ, **links},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", [row.name for row in manifest.FUNCTIONS])
def test_a_function_imports_only_what_its_budget_allows(name: str) -> None:
    modules = imported(name)

    packages = {module.partition(".")[0] for module in modules}
    # Names with an underscore are the interpreter's and the environment's own machinery.
    third_party = {one for one in packages - OWN - set(sys.stdlib_module_names) if not one.startswith("_")}
    assert third_party <= SHARED
    assert not packages & LAZY


def test_the_list_of_mocs_starts_without_network_or_archive_modules() -> None:
    modules = imported("mocs")

    assert not modules & LAZY_STANDARD
    assert len(modules) < 250


def test_the_first_shape_is_built_without_a_search_for_plugins() -> None:
    modules = imported("mocs", SHAPED)

    assert "importlib.metadata" not in modules
    assert not modules & LAZY_STANDARD


def test_the_list_of_mocs_starts_without_what_parts_are_made_of() -> None:
    assert {module for module in imported("mocs") if module.startswith("mocshelf.parts.")} == {
        "mocshelf.parts.schemas"
    }
