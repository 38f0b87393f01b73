"""Users: Cognito, where a user's name, e-mail address and picture live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mocshelf.runtime import aws, telemetry
from mocshelf.runtime.errors import NotFound, Unavailable
from mocshelf.runtime.resources import resources


@dataclass(frozen=True, slots=True)
class User:
    """A user as the pool has them; `username` is what its calls take, which is not always the `sub`."""

    user_id: str
    username: str
    email: str | None
    name: str | None
    picture: str | None


class _Unknown(Exception):
    """The pool has no such user."""


def read(user_id: str) -> User:
    """The user whose `sub` this is; NotFound when there is none, Unavailable when Cognito does not answer."""
    try:
        found = _call("AdminGetUser", {"Username": user_id})
        user = _user(found["Username"], found["UserAttributes"])
    except _Unknown:
        user = None
    # The call takes other names of a user as well, so what it found is compared.
    if user is None or user.user_id != user_id:
        user = _by_subject(user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def rename(user: User, name: str) -> None:
    """Sets what the user is called. Cognito knows no conditions: of two changes at once the last one stays."""
    _update(user, "name", name)


def set_picture(user: User, address: str | None) -> None:
    """Sets or clears the address of the user's picture; a blank value is how Cognito clears one."""
    _update(user, "picture", address or "")


def _by_subject(user_id: str) -> User | None:
    """Someone who signs in through another provider has a username that is not the `sub`."""
    # JSON quotes as the filter's language does: backslashes before quotation marks.
    found = _call("ListUsers", {"Filter": f"sub = {json.dumps(user_id)}", "Limit": 1})["Users"]
    users = [_user(one["Username"], one["Attributes"]) for one in found]
    return next((user for user in users if user.user_id == user_id), None)


def _user(username: str, attributes: list[dict[str, str]]) -> User:
    values = {one["Name"]: one.get("Value", "").strip() for one in attributes}
    parts = [values.get("given_name"), values.get("family_name")]
    name = values.get("name") or " ".join(part for part in parts if part)
    return User(
        values.get("sub", ""), username, values.get("email") or None, name or None, values.get("picture") or None
    )


def _update(user: User, attribute: str, value: str) -> None:
    try:
        _call(
            "AdminUpdateUserAttributes",
            {"Username": user.username, "UserAttributes": [{"Name": attribute, "Value": value}]},
        )
    except _Unknown:
        raise NotFound("There is no such user.") from None


def _call(action: str, fields: Mapping[str, object]) -> dict[str, Any]:
    """One call about this stage's pool; _Unknown for a user it has not, Unavailable for everything else."""
    region = resources.stage.region
    url = f"https://cognito-idp.{region}.amazonaws.com"
    target = f"AWSCognitoIdentityProviderService.{action}"
    pooled = {"UserPoolId": resources.users.pool_id, **fields}
    try:
        with telemetry.span(f"users.{action}"):
            status, answer = aws.call("cognito-idp", url, target, pooled, protocol="1.1")
    except (OSError, ValueError) as problem:
        telemetry.error("users.unreachable", problem)
        raise Unavailable from None
    if status == 200:
        return answer
    kind = str(answer.get("__type", "")).rpartition("#")[2]
    if kind == "UserNotFoundException":
        raise _Unknown
    telemetry.logger.error("users.refused", extra={"action": action, "status": status, "problem": kind})
    raise Unavailable
