"""X-Ray subsegments, sent over UDP to the daemon that runs beside every Lambda function."""

from __future__ import annotations

import json
import secrets
import socket
from functools import lru_cache

from mocshelf.runtime.resources import resources
from mocshelf.runtime.snapshot import after_restore

_sender: socket.socket | None = None


def send_subsegment(header: str, name: str, start: float, end: float, *, failed: bool) -> None:
    """Sends one finished subsegment; `header` is Lambda's trace header, times are seconds since the epoch.

    Format: AWS X-Ray segment documents. A lost datagram is a lost span, never an error.
    """
    daemon = resources.trace_daemon()
    fields = _fields(header)
    if daemon is None or "Root" not in fields or "Parent" not in fields:
        return
    document = {
        "type": "subsegment",
        "id": secrets.token_hex(8),
        "trace_id": fields["Root"],
        "parent_id": fields["Parent"],
        "name": name,
        "start_time": start,
        "end_time": end,
        "fault": failed,
    }
    datagram = '{"format": "json", "version": 1}\n' + json.dumps(document)
    try:
        _socket().sendto(datagram.encode(), daemon)
    except OSError:
        return


@lru_cache(maxsize=1)
def _fields(header: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in header.split(";") if "=" in part)


def _socket() -> socket.socket:
    # One for all: a request has a dozen spans, and each would pay for making its own.
    global _sender
    if _sender is None:
        _sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        _sender.setblocking(False)
    return _sender


@after_restore
def close() -> None:
    """Lets go of the socket; the next span makes a new one."""
    global _sender
    if _sender is not None:
        _sender.close()
        _sender = None
