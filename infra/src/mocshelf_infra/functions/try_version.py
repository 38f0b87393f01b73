"""Tries a new version of a function before any traffic reaches it; when it does not answer, none ever does.

CodeDeploy calls this before it moves an alias, and waits an hour at most to be told how it went. The version is
called as the HTTP API calls it for an address that does not exist, and as a queue does that has no messages: that
starts it, with its imports, its links and its snapshot, runs through all that requests pass, and changes nothing.
What the answer of a real route is, the smoke test sees afterwards.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

# Both in one, since each function looks only for its own.
EVENT: Mapping[str, Any] = {
    "version": "2.0",
    "routeKey": "GET /not-there",
    "rawPath": "/not-there",
    "rawQueryString": "",
    "headers": {},
    "requestContext": {
        "requestId": "before-traffic",
        "http": {"method": "GET", "path": "/not-there", "sourceIp": "127.0.0.1"},
    },
    "isBase64Encoded": False,
    "Records": [],
}


class NotReady(Exception):
    """The new version does not do what it is for."""


def target(revision: Mapping[str, Any]) -> tuple[str, str]:
    """The function and the version that a deployment moves traffic to: its AppSpec, in JSON or YAML, says both."""
    content = str((revision.get("appSpecContent") or revision.get("string") or {}).get("content", ""))
    found = [re.search(rf"""\b{name}["']?\s*:\s*["']?([\w:-]+)""", content) for name in ("Name", "TargetVersion")]
    if not all(found):
        raise NotReady("The deployment does not say which version it is about.")
    function, version = (one[1] for one in found if one)
    return function, version


def check(answer: Any) -> None:
    """NotReady unless that is how a function of the API or of a queue answers the event."""
    if isinstance(answer, dict):
        if answer.get("batchItemFailures") == []:
            return
        # Where a stage has CloudFront in front, an address that does not exist is refused before it is looked for.
        if answer.get("statusCode") in (403, 404) and "x-request-id" in map(str.lower, answer.get("headers") or {}):
            return
    raise NotReady(f"It answered {json.dumps(answer)[:200]}")


def try_version(functions: Any, function: str, version: str) -> None:
    """Calls the version; NotReady when it fails."""
    answered = functions.invoke(FunctionName=function, Qualifier=version, Payload=json.dumps(EVENT).encode())
    answer = json.loads(answered["Payload"].read() or b"null")
    if "FunctionError" in answered:
        raise NotReady(f"It failed: {json.dumps(answer)[:1000]}")
    check(answer)


def judge(deployments: Any, functions: Any, deployment: str) -> str:
    """`Succeeded` or `Failed`, as CodeDeploy wants to hear it; why, is in the log."""
    try:
        found = deployments.get_deployment(deploymentId=deployment)["deploymentInfo"]
        function, version = target(found["revision"])
        try_version(functions, function, version)
    except Exception as problem:  # Whatever it is: nobody has seen this version work.
        logging.exception("version.refused", extra={"deployment": deployment, "problem": str(problem)})
        return "Failed"
    logging.info("version.answers", extra={"deployment": deployment, "tried": function, "version": version})
    return "Succeeded"


def handler(event: Mapping[str, str], _context: object) -> None:
    import boto3
    from botocore.config import Config

    deployments = boto3.client("codedeploy")
    # A busy stage may refuse a call for a moment; the first start of a version takes seconds.
    patient = Config(read_timeout=60, retries={"mode": "standard", "total_max_attempts": 6})
    result = judge(deployments, boto3.client("lambda", config=patient), event["DeploymentId"])
    deployments.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=result,
    )
