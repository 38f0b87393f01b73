"""The real handlers in this process, and the front door to them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from mocshelf import manifest
from mocshelf.testing import Client

Handlers = dict[str, Callable[[Any, Any], Any]]


def all_handlers() -> Handlers:
    """The handler of every function but a deployment's, by name; this process must be linked by now."""
    rows = [row for row in manifest.FUNCTIONS if not row.migrating]
    return {row.name: importlib.import_module(f"mocshelf.functions.{row.name}").handler for row in rows}


def front_door(handlers: Handlers) -> Client:
    """A client whose calls become events for these handlers."""
    tables = {}
    for row in manifest.FUNCTIONS:
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            tables[row.name] = getattr(importlib.import_module(module), attribute).keys()
    return Client(handlers, tables)
