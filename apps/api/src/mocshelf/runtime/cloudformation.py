"""CloudFormation: the answer that it waits for when a deployment calls a function as a custom resource."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from mocshelf.runtime import telemetry

ATTEMPTS = 3
PATIENCE = 2.0  # seconds for one attempt
PAUSE = 0.5  # seconds between two
LONGEST_REASON = 1000  # characters; CloudFormation takes 4,096 bytes in all


class Answer:
    """The answer to one request, which may come from any thread: the first one given counts.

    `resource` is the custom resource's own id. Another one than before would have CloudFormation delete the old one.
    """

    def __init__(self, event: Mapping[str, Any], resource: str) -> None:
        self._event = event
        self._resource = resource
        self._given = False
        self._lock = threading.Lock()

    def succeed(self, reason: str) -> None:
        self._give("SUCCESS", reason)

    def fail(self, reason: str) -> None:
        """Has the deployment fail and roll back; people read the reason among the stack's events."""
        self._give("FAILED", reason)

    def _give(self, status: str, reason: str) -> None:
        """OSError when nobody takes it; CloudFormation then waits until it gives up."""
        with self._lock:
            if self._given:
                return
            self._given = True
            known = {name: self._event.get(name) for name in ("StackId", "RequestId", "LogicalResourceId")}
            said = {"Status": status, "Reason": reason[:LONGEST_REASON], "PhysicalResourceId": self._resource}
            self._deliver(json.dumps({**said, **known}).encode())

    def _deliver(self, body: bytes) -> None:
        for attempt in range(ATTEMPTS):
            try:
                _put(self._event["ResponseURL"], body)
                return
            except OSError as problem:
                telemetry.warning("cloudformation.answer_lost", problem)
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(PAUSE)


def _put(url: str, body: bytes) -> None:
    """The address is one of S3's, signed for no content type."""
    import urllib.request

    from mocshelf.runtime import tls

    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 - see above
    context = tls.context() if url.startswith("https:") else None
    with urllib.request.urlopen(request, timeout=PATIENCE, context=context):  # noqa: S310 - see above
        return
