"""The servers that Mocshelf needs, run on this machine from packages: PostgreSQL, Valkey and the embedded AWS."""

from __future__ import annotations

from mocshelf_tools.stack.stack import Endpoints, Stack

__all__ = ["Endpoints", "Stack"]
