"""What happens to the stacks of a stage, event by event, and why it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mocshelf_tools.cloud.place import Place, client

_ELSEWHERE = "Call DescribeEvents"
# CloudFormation gives up the rest of a stack when one resource fails; that is no reason of its own.
_CASCADE = ("cancelled", "canceled", "The following resource(s) failed")


@dataclass(frozen=True)
class Event:
    """Something that happened to a resource, or to the stack itself."""

    stack: str
    resource: str
    kind: str
    status: str
    reason: str
    at: datetime
    physical: str = ""

    @property
    def of_the_stack(self) -> bool:
        return self.kind == "AWS::CloudFormation::Stack" and self.resource == self.stack

    @property
    def ended(self) -> bool:
        return self.status.endswith(("_COMPLETE", "_FAILED", "_SKIPPED")) and "CLEANUP" not in self.status

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def is_a_reason(self) -> bool:
        """Whether it says why something failed, and not only that something else did."""
        return self.failed and not any(word in self.reason for word in _CASCADE)


class Follower:
    """Reads what is new of some stacks, given with their regions; only what happens from now on counts."""

    def __init__(self, place: Place, stacks: Sequence[tuple[str, str]]) -> None:
        self._clients = {region: client(place, "cloudformation", region) for _, region in stacks}
        self._stacks = dict(stacks)
        # A stack that was deleted is known by its id only.
        self._ids: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {name: set() for name in self._stacks}
        for name in self._stacks:
            for _ in self._unseen(name):
                pass

    def new(self) -> list[Event]:
        """What has happened since the last call, oldest first within each stack."""
        return [event for name in self._stacks for event in reversed(list(self._unseen(name)))]

    def status(self, name: str) -> str:
        """The stack's own status; empty when there is none of that name."""
        from botocore.exceptions import ClientError

        try:
            answer = self._clients[self._stacks[name]].describe_stacks(StackName=self._ids.get(name, name))
        except ClientError as problem:
            if "does not exist" in str(problem):
                return ""
            raise
        return str(answer["Stacks"][0]["StackStatus"])

    def explained(self, event: Event) -> list[Event]:
        """The event, or what it refers to: a template that is refused as a whole has its reasons elsewhere."""
        if not event.of_the_stack or _ELSEWHERE not in event.reason:
            return [event]
        pages = self._clients[self._stacks[event.stack]].get_paginator("describe_events")
        found = pages.paginate(StackName=self._ids[event.stack], Filters={"FailedEvents": True})
        return [
            replace(
                event,
                resource=entry["LogicalResourceId"],
                kind=entry["ResourceType"],
                reason=entry["ValidationStatusReason"],
            )
            for page in found
            for entry in page["OperationEvents"]
            if entry["EventType"] == "VALIDATION_ERROR"
        ] or [event]

    def _unseen(self, name: str) -> Iterator[Event]:
        """Newest first, down to those that were seen."""
        seen = self._seen[name]
        for entry in self._events(name):
            if entry["EventId"] in seen:
                return
            seen.add(entry["EventId"])
            self._ids[name] = entry["StackId"]
            yield Event(
                name,
                entry["LogicalResourceId"],
                entry["ResourceType"],
                entry.get("ResourceStatus", ""),
                entry.get("ResourceStatusReason", ""),
                entry["Timestamp"],
                entry.get("PhysicalResourceId", ""),
            )

    def _events(self, name: str) -> Iterator[dict[str, Any]]:
        """Of the stack that has the name now, or else of the one that had it."""
        from botocore.exceptions import ClientError

        pages = self._clients[self._stacks[name]].get_paginator("describe_stack_events")
        for known in filter(None, (name, self._ids.get(name))):
            try:
                for page in pages.paginate(StackName=known):
                    yield from page["StackEvents"]
            except ClientError as problem:
                if "does not exist" not in str(problem):
                    raise
            else:
                return


def reasons(events: Sequence[Event]) -> list[Event]:
    """Why a deployment failed: the first failures, without those that only follow from them."""
    return [event for event in events if event.is_a_reason and not event.of_the_stack] or [
        event for event in events if event.failed
    ]
