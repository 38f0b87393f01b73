"""Who signs in for a smoke test: the demo user of the stage on this machine, elsewhere whom a secret names."""

from __future__ import annotations

import json
from collections.abc import Callable

from mocshelf_tools import paths
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client, outputs
from mocshelf_tools.cloud.signing_in import User, sign_in
from mocshelf_tools.problems import CannotContinue

NAME = "smoke-user"


def visitor(place: Place) -> tuple[str, Callable[[], str] | None]:
    """The API's address, and what signs the smoke user in; None when there is no such user. CannotContinue."""
    if place.endpoint is not None:
        return _demo_user(place)
    with explained(place):
        found = outputs(place)
    if "ApiUrl" not in found:
        raise CannotContinue(f"The stage {place.stage.name} has no API yet. Deploy it first.")
    user = named_by_the_secret(place)
    if user is None:
        return found["ApiUrl"], None
    return found["ApiUrl"], lambda: sign_in(place, found["UserPoolId"], found["ClientId"], user)


def _demo_user(place: Place) -> tuple[str, Callable[[], str]]:
    from mocshelf_tools.running import endpoints_of

    known = endpoints_of(paths.LOCAL_DATA)
    ids = known["cognito"]
    user = User(known["demo"]["email"], known["demo"]["password"])
    return known["api"], lambda: sign_in(place, ids["userPoolId"], ids["clientId"], user)


def named_by_the_secret(place: Place) -> User | None:
    from botocore.exceptions import ClientError

    full = f"mocshelf/{place.stage.name}/{NAME}"
    with explained(place):
        try:
            text = client(place, "secretsmanager").get_secret_value(SecretId=full)["SecretString"]
        except ClientError as problem:
            if code_of(problem) == "ResourceNotFoundException":
                return None
            raise
    try:
        content = json.loads(text)
        return User(str(content["email"]), str(content["password"]))
    except (ValueError, KeyError, TypeError):
        raise CannotContinue(
            f'The secret {NAME!r} must be {{"email": …, "password": …}}. Set it anew: '
            f"./mocshelf secret set {NAME} --stage {place.stage.name} < file"
        ) from None
