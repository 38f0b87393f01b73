"""What functions that run here are linked to, when the data is a deployed stage's: its own links, and tunnels."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from mocshelf_tools.cloud.place import Place
from mocshelf_tools.cloud.tunnelling import Server, server_of

# `origin` would refuse every request, because none comes through CloudFront; `owner` is for migrations, which a
# deployment runs and nothing here.
WITHHELD = ("origin", "owner")
INSIDE = ("database", "cache", "search")
# How many times longer than inside the stage's network an answer may take.
PATIENCE = 5.0
_PREFIX = "MOCSHELF_"


@dataclass(frozen=True)
class Inside:
    """A server inside the network of a stage, by the name of its link; `secure` if it is spoken to by TLS."""

    name: str
    server: Server
    secure: bool


def read(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The links in functions' variables, by name."""
    return {
        name.removeprefix(_PREFIX).lower(): json.loads(text)
        for name, text in environment.items()
        if name.startswith(_PREFIX)
    }


def inside(place: Place, links: Mapping[str, Mapping[str, Any]]) -> list[Inside]:
    """The servers that only a tunnel leads to: none where the stage has no network of its own."""
    if place.endpoint is not None or place.stage.network is None:
        return []
    return [Inside(name, server_of(links[name]), _secure(links[name])) for name in INSIDE if name in links]


def environment(links: Mapping[str, Mapping[str, Any]], tunnels: Mapping[Server, int]) -> dict[str, str]:
    """The variables of a function that runs here; `tunnels` are ports of this machine by where they lead.

    Hosts stay as they are: certificates and signatures name them.
    """
    kept: dict[str, Mapping[str, Any]] = {name: link for name, link in links.items() if name not in WITHHELD}
    kept["stage"] = {**links["stage"], "version": metadata.version("mocshelf-api")}
    if tunnels:
        ports = {f"{to.host}:{to.port}": port for to, port in tunnels.items()}
        kept["tunnels"] = {"ports": ports, "patience": PATIENCE}
    return {f"{_PREFIX}{name.upper()}": json.dumps(link) for name, link in kept.items()}


def process_environment(place: Place) -> dict[str, str]:
    """What a function's process has beside its links and credentials; nothing of whoever typed the command."""
    return {
        "AWS_REGION": place.stage.region,
        "AWS_DEFAULT_REGION": place.stage.region,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "SSL_CERT_FILE": authorities(),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def authorities() -> str:
    """The file of the certificate authorities that this machine believes; those of Mozilla where it has none.

    The database's driver brings an OpenSSL that looks in no place of this machine by itself.
    """
    import certifi

    return os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or certifi.where()


def _secure(link: Mapping[str, Any]) -> bool:
    return str(link["url"]).startswith("https:") if "url" in link else bool(link.get("tls", True))
