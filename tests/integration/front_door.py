"""The real handlers in this process, and the front door to them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from mocshelf import manifest
from mocshelf.testing import Client

Handlers = dict[str, Callable[[Any, Any], Any]]


def all_handlers() -> Handlers:
    """Every function's handler by name; this process must be linked by now."""
    return {row.name: importlib.import_module(f"mocshelf.functions.{row.name}").handler for row in manifest.FUNCTIONS}


def front_door(handlers: Handlers) -> Client:
    """A client whose calls become events for these handlers."""
    tables = {}
    for row in manifest.FUNCTIONS:
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            tables[row.name] = getattr(importlib.import_module(module), attribute).keys()
    return Client(handlers, tables)
