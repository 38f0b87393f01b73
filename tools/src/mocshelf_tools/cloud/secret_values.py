"""A stage's secrets in Secrets Manager, under `mocshelf/<stage>/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_STACK_TAG = "aws:cloudformation:stack-name"
_RECOVERY_DAYS = 7


@dataclass(frozen=True)
class Secret:
    """What may be known of a secret without reading it; `stack` is the one that made it, if one did."""

    name: str
    changed: datetime
    stack: str | None


def listed(place: Place) -> list[Secret]:
    """The stage's secrets by name."""
    prefix = _prefix(place)
    with explained(place):
        pages = client(place, "secretsmanager").get_paginator("list_secrets")
        found = pages.paginate(Filters=[{"Key": "name", "Values": [prefix]}])
        entries = [entry for page in found for entry in page["SecretList"] if entry["Name"].startswith(prefix)]
    return sorted((_secret(entry, prefix) for entry in entries), key=lambda secret: secret.name)


def put(place: Place, name: str, value: str) -> bool:
    """Gives the secret its value; True when it is new. CannotContinue when it is not for people to change."""
    full = _full(place, name)
    with explained(place):
        manager = client(place, "secretsmanager")
        known = _described(manager, full)
        if known is None:
            manager.create_secret(
                Name=full, SecretString=value, Tags=[{"Key": "mocshelf:stage", "Value": place.stage.name}]
            )
            return True
        _refuse_of_a_stack(known, name)
        if "DeletedDate" in known:
            manager.restore_secret(SecretId=full)
        manager.put_secret_value(SecretId=full, SecretString=value)
    return False


def remove(place: Place, name: str) -> None:
    """Deletes the secret; it can be set again at once. CannotContinue when there is none of that name."""
    full = _full(place, name)
    with explained(place):
        manager = client(place, "secretsmanager")
        known = _described(manager, full)
        if known is None or "DeletedDate" in known:
            raise CannotContinue(
                f"The stage {place.stage.name} has no secret {name!r}. ./mocshelf secret list --stage "
                f"{place.stage.name} shows those there are."
            )
        _refuse_of_a_stack(known, name)
        manager.delete_secret(SecretId=full, RecoveryWindowInDays=_RECOVERY_DAYS)


def _prefix(place: Place) -> str:
    return f"mocshelf/{place.stage.name}/"


def _full(place: Place, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise CannotContinue(f"{name!r} is no name for a secret: letters, digits and . _ - only.")
    return _prefix(place) + name


def _described(manager: Any, full: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = manager.describe_secret(SecretId=full)
    except ClientError as problem:
        if code_of(problem) == "ResourceNotFoundException":
            return None
        raise
    return found


def _refuse_of_a_stack(known: dict[str, Any], name: str) -> None:
    stack = _stack(known)
    if stack is not None:
        raise CannotContinue(f"The secret {name!r} belongs to {stack}, which gives it its value.")


def _stack(entry: dict[str, Any]) -> str | None:
    return next((str(tag["Value"]) for tag in entry.get("Tags", ()) if tag["Key"] == _STACK_TAG), None)


def _secret(entry: dict[str, Any], prefix: str) -> Secret:
    changed = entry.get("LastChangedDate") or entry["CreatedDate"]
    return Secret(entry["Name"].removeprefix(prefix), changed, _stack(entry))


def written(secrets: list[Secret]) -> Iterator[str]:
    """A line for each."""
    width = max((len(secret.name) for secret in secrets), default=0)
    for secret in secrets:
        of = f"   {secret.stack}" if secret.stack else ""
        yield f"{secret.name:<{width}}   {secret.changed.astimezone():%Y-%m-%d %H:%M}{of}"
