"""Removing a stage: its stacks, those first that others do not need."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mocshelf_tools.cloud import releases
from mocshelf_tools.cloud.buckets import empty
from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, client, stacks
from mocshelf_tools.cloud.progress import Progress
from mocshelf_tools.cloud.stack_events import Event, Follower, reasons
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.terminal import Terminal

# A function in a network keeps its interfaces for up to forty minutes.
_PATIENCE_SECONDS = 60 * 60
_LOOK_SECONDS = {"aws": 3.0, "embedded": 0.1}
_IN_USE = "in use by"
_POLICY = re.compile(r"^  (\w+):\n(?:    .*\n|\n)*?    DeletionPolicy: (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Resource:
    """A resource of a stack, and what becomes of it when the stack is deleted: Delete, Retain or Snapshot."""

    kind: str
    name: str
    policy: str

    def __str__(self) -> str:
        return f"{self.kind}  {self.name}" + (" (a last snapshot of it)" if self.policy == "Snapshot" else "")


def kept(place: Place) -> list[Resource]:
    """What will be there still when the stage is removed."""
    with explained(place):
        return [
            one
            for region, stack in stacks(place)
            for one in _resources(client(place, "cloudformation", region), stack["StackName"])
            # Versions of a function end with it, whatever their policy.
            if one.policy != "Delete" and one.kind != "AWS::Lambda::Version"
        ]


def remove(place: Place, terminal: Terminal) -> int:
    """Deletes the stage's stacks and returns how many there were. CannotContinue, with the reason, if one stays."""
    with explained(place):
        # Later ones may need earlier ones.
        waiting = deque(reversed(list(stacks(place))))
        count = len(waiting)
        follower = Follower(place, [(stack["StackName"], region) for region, stack in waiting])
        refused = 0
        while waiting:
            region, stack = waiting.popleft()
            if _deleted(place, region, stack, follower, terminal):
                refused = 0
                continue
            waiting.append((region, stack))
            refused += 1
            if refused > len(waiting):
                raise CannotContinue(
                    f"{stack['StackName']} cannot be removed: another stack outside the stage uses it."
                )
    releases.remove(place)
    return count


def _resources(cloudformation: Any, name: str) -> Iterator[Resource]:
    policies = deletion_policies(cloudformation.get_template(StackName=name)["TemplateBody"])
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=name):
        for one in page["StackResourceSummaries"]:
            if one.get("PhysicalResourceId") and not one["ResourceStatus"].startswith("DELETE_COMPLETE"):
                policy = policies.get(one["LogicalResourceId"], "Delete")
                yield Resource(one["ResourceType"], one["PhysicalResourceId"], policy)


def deletion_policies(template: str | Mapping[str, Any]) -> dict[str, str]:
    """Of the resources that name one, by logical id; the CDK deploys its templates as YAML in blocks."""
    if not isinstance(template, str):
        resources = template.get("Resources", {})
        return {name: one["DeletionPolicy"] for name, one in resources.items() if "DeletionPolicy" in one}
    return {found[1]: found[2] for found in _POLICY.finditer(template)}


def _deleted(place: Place, region: str, stack: dict[str, Any], follower: Follower, terminal: Terminal) -> bool:
    """False when another stack must be deleted first."""
    from botocore.exceptions import ClientError

    name = stack["StackName"]
    cloudformation = client(place, "cloudformation", region)
    for one in _resources(cloudformation, name):
        if one.kind == "AWS::S3::Bucket" and one.policy == "Delete":
            terminal.step(f"Emptying {one.name}")
            empty(
                client(place, "s3", region), one.name, lambda count: terminal.progress(f"{count:,} objects deleted")
            )
    terminal.end_step()
    try:
        cloudformation.delete_stack(StackName=name)
    except ClientError as problem:
        if _IN_USE in str(problem):
            return False
        if "TerminationProtection" in str(problem):
            raise CannotContinue(
                f"{name} is protected against deletion. Take the protection off in CloudFormation first."
            ) from None
        raise
    events = _followed(place, follower, name, Progress(terminal, lambda _, resource: resource))
    terminal.end_step()
    if follower.status(name) in ("DELETE_COMPLETE", ""):
        return True
    if any(_IN_USE in event.reason for event in events):
        return False
    raise CannotContinue(_failure(name, reasons(events)))


def _followed(place: Place, follower: Follower, name: str, progress: Progress) -> list[Event]:
    events: list[Event] = []
    heard = time.monotonic()
    while True:
        # Asked before the events, so that the last are not missed.
        status = follower.status(name)
        new = follower.new()
        for event in new:
            progress.tell(event)
        events += new
        if status in ("DELETE_COMPLETE", "DELETE_FAILED", ""):
            return events
        heard = time.monotonic() if new else heard
        if time.monotonic() - heard > _PATIENCE_SECONDS:
            raise CannotContinue(f"Nothing has happened for an hour: {name} is still {status}. Look at it in AWS.")
        time.sleep(_LOOK_SECONDS["aws" if place.endpoint is None else "embedded"])


def _failure(name: str, why: list[Event]) -> str:
    lines = [f"  {event.kind}  {event.resource}\n    {event.reason}" for event in why]
    advice = "Mend what is in the way and run this again: it goes on with what is left."
    if any("protect" in event.reason.lower() for event in why):
        table = "infra/src/mocshelf_infra/stages.py"
        advice = f"Set protected=False in the stage's row of {table}, deploy, and run this again."
    return "\n".join([f"{name} could not be removed:", *lines, advice])
