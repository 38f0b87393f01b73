"""People who are made for a run: they sign up or are added, sign in for real, and are removed afterwards."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mocshelf_tools.cloud.signing_in import User
from mocshelf_tools.load.plan import Person
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place

_NAME = "Load"


@dataclass(frozen=True)
class Users:
    """How users of a system are added, signed in (a token comes of it), and removed."""

    add: Callable[[User], None]
    sign_in: Callable[[User], str]
    remove: Callable[[User], None]


@contextmanager
def people(users: Users, count: int, *, keep: bool) -> Iterator[list[Person]]:
    """So many that are new; they are gone with the block, unless what they are in goes as a whole."""
    from mocshelf_tools.stack.settings import new_password

    made: list[User] = []
    try:
        for _ in range(count):
            user = User(f"load-{uuid.uuid4().hex}@mocshelf.example", new_password())
            users.add(user)
            made.append(user)
        yield [_person(users.sign_in(user)) for user in made]
    finally:
        if not keep:
            _removed(users, made)


def _removed(users: Users, made: Sequence[User]) -> None:
    """As many as can be; CannotContinue with those who could not."""
    from botocore.exceptions import BotoCoreError, ClientError

    left = []
    for user in made:
        try:
            users.remove(user)
        except (CannotContinue, BotoCoreError, ClientError):
            left.append(user.email)
    if left:
        raise CannotContinue(f"These users of the run could not be removed: {', '.join(left)}. Does it still run?")


def _person(token: str) -> Person:
    claims = token.split(".")[1]
    content = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return Person(str(content["sub"]), token)


def signing_up(endpoint: str, client_id: str) -> Users:
    """As visitors of the pages do, with the embedded Cognito, which sends no mail and takes any code."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    from mocshelf_tools.running import sign_in

    unsigned = Config(signature_version=UNSIGNED, connect_timeout=5)
    cognito = boto3.client("cognito-idp", endpoint_url=endpoint, region_name="eu-central-1", config=unsigned)

    def add(user: User) -> None:
        attributes = [{"Name": "email", "Value": user.email}, {"Name": "name", "Value": _NAME}]
        cognito.sign_up(ClientId=client_id, Username=user.email, Password=user.password, UserAttributes=attributes)
        cognito.confirm_sign_up(ClientId=client_id, Username=user.email, ConfirmationCode="123456")

    def enter(user: User) -> str:
        return sign_in({"endpoint": endpoint, "clientId": client_id}, user.email, user.password)

    def remove(user: User) -> None:
        cognito.delete_user(AccessToken=enter(user))

    return Users(add, enter, remove)


def added(place: Place, pool: str, client_id: str) -> Users:
    """As somebody who runs the stage does, with rights on its user pool."""
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import client
    from mocshelf_tools.cloud.signing_in import sign_in
    from mocshelf_tools.stack.provision import add_user

    cognito: Any = client(place, "cognito-idp")

    def add(user: User) -> None:
        with explained(place):
            if not add_user(cognito, pool, user.email, user.password, _NAME):
                raise CannotContinue(f"There is a user {user.email} already.")

    def remove(user: User) -> None:
        with explained(place):
            cognito.admin_delete_user(UserPoolId=pool, Username=user.email)

    return Users(add, partial(sign_in, place, pool, client_id), remove)
