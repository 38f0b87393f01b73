"""Ports of this machine that lead to a stage's servers, through its bastion and Session Manager."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mocshelf_tools.cloud import links
from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, client, outputs
from mocshelf_tools.problems import CannotContinue

_DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost"
_PLUGIN = "session-manager-plugin"
# Local ports beside those of a `dev` or of servers of one's own.
PORTS = {"database": 15432, "cache": 16379, "search": 19200}


@dataclass(frozen=True)
class Server:
    """Where one of a stage's servers is, as its functions know it."""

    host: str
    port: int


def server(place: Place, name: str) -> Server:
    """CannotContinue when the stage is not deployed or has no such server."""
    found = links.link(place, name)
    if found is None:
        raise CannotContinue(f"The stage {place.stage.name} has no {name}.")
    return server_of(found)


def server_of(link: Mapping[str, Any]) -> Server:
    """The server of a link."""
    if "url" in link:
        parts = urlsplit(str(link["url"]))
        return Server(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    return Server(str(link["host"]), int(link["port"]))


def plugin() -> str:
    """The program that carries a session. CannotContinue when it is not installed."""
    found = shutil.which(_PLUGIN)
    if found is None:
        raise CannotContinue(
            f"A tunnel needs AWS's {_PLUGIN}, which is not on the PATH. Install it: "
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
            "session-manager-working-with-install-plugin.html"
        )
    return found


def forwarding(place: Place, to: Server, local_port: int, program: str) -> list[str]:
    """The command that forwards the port until it is interrupted. CannotContinue."""
    with explained(place):
        bastion = outputs(place).get("BastionId")
        if bastion is None:
            raise CannotContinue(f"The stage {place.stage.name} has no bastion.")
        sessions = client(place, "ssm")
        wanted = {
            "Target": bastion,
            "DocumentName": _DOCUMENT,
            "Parameters": {
                "host": [to.host],
                "portNumber": [str(to.port)],
                "localPortNumber": [str(local_port)],
            },
        }
        started = sessions.start_session(**wanted)
    answer = {name: started[name] for name in ("SessionId", "TokenValue", "StreamUrl")}
    return [
        program,
        json.dumps(answer),
        place.stage.region,
        "StartSession",
        os.environ.get("AWS_PROFILE", ""),
        json.dumps(wanted),
        sessions.meta.endpoint_url,
    ]
