"""SnapStart: nothing is made before the snapshot, and what was made all the same does not outlive it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mocshelf import manifest

LINKS = {
    "stage": {"name": "t", "region": "eu-central-1", "endpoint": "http://127.0.0.1:1"},
    "database": {"host": "127.0.0.1", "port": 1, "name": "t", "user": "t"},
    "owner": {"host": "127.0.0.1", "port": 1, "name": "t"},
    "files": {"bucket": "t"},
    "processing_queue": {"url": "http://127.0.0.1:1/0/t"},
    "users": {"pool_id": "t", "client_id": "t"},
    "cache": {"host": "127.0.0.1", "port": 1},
    "search": {"url": "https://127.0.0.1:1"},
}
# What Lambda's runtime has, as far as we use it.
RUNTIME = """
hooks = []
def register_after_restore(hook, *args, **kwargs):
    hooks.append(hook)
    return hook
"""
STARTING = f"""
import importlib, json, sys
opened = []
sys.addaudithook(lambda name, args: opened.append(name) if name.startswith("socket.") else None)
for name in {[row.name for row in manifest.FUNCTIONS]!r}:
    importlib.import_module("mocshelf.functions." + name)
print(json.dumps([name for name in opened if name != "socket.gethostname"]))
"""
RESTORING = """
import datetime, importlib, json
from mocshelf.runtime import cache, container, database, search, storage
from mocshelf.runtime.exchange import Exchange
from mocshelf.runtime.resources import Credentials, resources
from mocshelf.runtime.valkey import Valkey
from snapshot_restore_py import hooks

closed = []
class Connection:
    closed = sock = None
    def __init__(self, name): self.name = name
    def close(self): closed.append(self.name)

database._connection = Connection("database")
cache._state.valkey = Valkey(resources.cache)
cache._state.valkey._connections[("127.0.0.1", 1)] = Connection("cache")
cache._state.trusted_since = 7
search._state.exchange = Exchange(resources.search.url)
search._state.exchange._connection = Connection("search")
for breaker in (cache.breaker, search.breaker):
    breaker.failed(OSError())
    breaker.failed(OSError())
store = storage.files._store
container._kept["x"] = Credentials("A", "S", "T", datetime.datetime.now(datetime.UTC))

for hook in hooks:
    hook()
print(json.dumps({
    "closed": sorted(closed),
    "database": database._connection is None,
    "cache": [cache._state.valkey is None, cache._state.trusted_since, cache.breaker.allows()],
    "search": [search._state.exchange is None, search.breaker.allows()],
    "storage": storage.files._store is not store,
    "credentials": len(container._kept),
}))
"""


def run(program: str, *path: Path) -> Any:
    """What the program says last, in a process with every link and without credentials."""
    links = {f"MOCSHELF_{name.upper()}": json.dumps(value) for name, value in LINKS.items()}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    if path:
        environment["PYTHONPATH"] = os.pathsep.join([*map(str, path), environment.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", program], env={**environment, **links}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    (tmp_path / "snapshot_restore_py.py").write_text(RUNTIME)
    return tmp_path


def test_no_function_opens_a_connection_or_needs_credentials_before_it_is_called() -> None:
    assert run(STARTING) == []


def test_everything_that_a_process_keeps_is_let_go_when_it_is_restored(runtime: Path) -> None:
    after = run(RESTORING, runtime)

    assert after == {
        "closed": ["cache", "database", "search"],
        "database": True,
        "cache": [True, 0, True],
        "search": [True, True],
        "storage": True,
        "credentials": 0,
    }
