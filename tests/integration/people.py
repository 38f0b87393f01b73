"""Users of the embedded Cognito for tests: made by admin calls, and what the pool says of them afterwards."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from integration.uploading import aws
from mocshelf.runtime import aws as aws_calls
from mocshelf.runtime.resources import Resources, resources
from mocshelf_tools.stack.stack import Stack


@dataclass(frozen=True)
class People:
    """The pool, as an administrator sees it."""

    cognito: Any
    pool_id: str

    def add(self, **attributes: str) -> str:
        """A new user; returns the `sub`, as whom requests are made."""
        email = f"{uuid.uuid4()}@example.com"
        made = self.cognito.admin_create_user(
            UserPoolId=self.pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": name, "Value": value} for name, value in {"email": email, **attributes}.items()],
        )
        found = {one["Name"]: one["Value"] for one in made["User"]["Attributes"]}
        return str(found["sub"])

    def attributes(self, user_id: str) -> dict[str, str]:
        found = self.cognito.admin_get_user(UserPoolId=self.pool_id, Username=user_id)
        return {one["Name"]: one["Value"] for one in found["UserAttributes"]}

    def set(self, user_id: str, **attributes: str) -> None:
        self.cognito.admin_update_user_attributes(
            UserPoolId=self.pool_id,
            Username=user_id,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        )

    def remove(self, user_id: str) -> None:
        self.cognito.admin_delete_user(UserPoolId=self.pool_id, Username=user_id)


@pytest.fixture
def people(stack: Stack) -> People:
    return People(aws(stack, "cognito-idp"), stack.endpoints.pool_id)


@pytest.fixture
def ada(people: People) -> str:
    """A user with a name, of this test alone."""
    return people.add(name="Ada O’Neill")


@pytest.fixture
def no_cognito(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cognito cannot be reached while everything else can."""
    away = json.dumps({"name": "local", "region": resources.stage.region, "endpoint": "http://127.0.0.1:1"})
    # The embedded AWS is one process, so Cognito alone can be taken away only by another address.
    monkeypatch.setattr(aws_calls, "resources", Resources({**os.environ, "MOCSHELF_STAGE": away}))
    yield
    monkeypatch.undo()
