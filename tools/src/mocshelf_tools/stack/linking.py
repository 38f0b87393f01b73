"""What links a function's process to a stack: its environment variables."""

from __future__ import annotations

import json
import os
from importlib import metadata
from typing import TYPE_CHECKING

from mocshelf_tools.stack.aws import REGION
from mocshelf_tools.stack.postgres import DATABASE
from mocshelf_tools.stack.provision import BUCKET

if TYPE_CHECKING:
    from mocshelf_tools.stack.aws import EmbeddedAws
    from mocshelf_tools.stack.provision import Provisioned
    from mocshelf_tools.stack.settings import Settings

APP_ROLE = "mocshelf_app"


def environment(settings: Settings, aws: EmbeddedAws, provisioned: Provisioned, search: str | None) -> dict[str, str]:
    """The links to everything that a stack provisions itself, and what a function's process has beside them."""
    ports = settings.ports
    links: dict[str, dict[str, object]] = {
        "stage": {
            "name": "local",
            "region": REGION,
            "version": metadata.version("mocshelf-api"),
            "endpoint": aws.endpoint,
        },
        "database": {
            "host": "127.0.0.1",
            "port": ports["postgres"],
            "name": DATABASE,
            "user": APP_ROLE,
            "auth": "trust",
            "tls": False,
        },
        "files": {"bucket": BUCKET},
        "processing_queue": {"url": provisioned.queue_url},
        "index_queue": {"url": provisioned.index_queue_url},
        "cache": {"host": "127.0.0.1", "port": ports["valkey"], "tls": False},
        "users": {"pool_id": provisioned.pool_id, "client_id": provisioned.client_id},
    }
    if search is not None:
        links["search"] = {"url": search, "auth": "none"}
    linked = {f"MOCSHELF_{name.upper()}": json.dumps(link) for name, link in links.items()}
    return {**linked, **process_environment(settings)}


def process_environment(settings: Settings) -> dict[str, str]:
    """What a function's process has beside its links."""
    return {
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # Looking for plugins of Pydantic, of which there are none, takes a twentieth of a cold start.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
