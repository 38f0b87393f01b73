"""The check of dead letters: messages that failed so often that SQS has put them aside."""

from __future__ import annotations

import json

from mocshelf_tools.auditing.findings import Finding, Looked, Scope
from mocshelf_tools.auditing.places import Places

NAME = "dead letters"
_FUNCTIONS = {"processing_queue": "process_upload", "index_queue": "index_search"}


def look(scope: Scope) -> Looked:
    """The messages in the dead-letter queue of each queue; they are nobody's, so an owner's audit leaves them out."""
    if scope.owner is not None:
        return Looked(NAME, 0, note="not looked at: messages have no owner")
    looked, findings = 0, []
    for name, url in scope.places.queues:
        dead = _dead_letter_queue(scope.places, url)
        if dead is None:
            continue
        waiting = _waiting(scope.places, dead)
        looked += waiting
        if waiting:
            function = _FUNCTIONS[name]
            findings.append(
                Finding(
                    "dead-letters",
                    dead.rpartition("/")[2],
                    f"{waiting:,} messages for {function} failed every time and were put aside.",
                    f"Read the log of {function} and mend the cause; then send them back with "
                    f"`aws sqs start-message-move-task`, or purge the queue: the sweep sends what is still owed.",
                )
            )
    return Looked(NAME, looked, findings)


def _dead_letter_queue(places: Places, url: str) -> str | None:
    """The URL of a queue's dead-letter queue, None when it has none."""
    answer = places.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = answer.get("Attributes", {}).get("RedrivePolicy")
    if policy is None:
        return None
    name = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
    found: str = places.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return found


def _waiting(places: Places, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    answer = places.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])
