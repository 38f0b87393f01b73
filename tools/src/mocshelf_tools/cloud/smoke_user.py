"""Where a smoke test asks, and who signs in for it: the demo user on this machine, elsewhere whom a secret names."""

from __future__ import annotations

import json
from functools import partial

from mocshelf_tools import paths
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client, outputs
from mocshelf_tools.cloud.signing_in import User, sign_in
from mocshelf_tools.cloud.smoking import Pages, Smoke
from mocshelf_tools.problems import CannotContinue

NAME = "smoke-user"


def smoke(place: Place) -> Smoke:
    """The checks of the stage; without a smoke user nobody signs in. CannotContinue."""
    if place.endpoint is not None:
        return _as_demo_user(place)
    with explained(place):
        found = outputs(place)
    if "ApiUrl" not in found:
        raise CannotContinue(f"The stage {place.stage.name} has no API yet. Deploy it first.")
    client_id = found["ClientId"]
    pages = Pages(found["SiteAddress"], client_id) if "SiteAddress" in found else None
    user = named_by_the_secret(place)
    token = partial(sign_in, place, found["UserPoolId"], client_id, user) if user else None
    return Smoke(found["ApiUrl"], token, pages)


def _as_demo_user(place: Place) -> Smoke:
    from mocshelf_tools.running import endpoints_of

    known = endpoints_of(paths.LOCAL_DATA)
    ids = known["cognito"]
    user = User(known["demo"]["email"], known["demo"]["password"])
    token = partial(sign_in, place, ids["userPoolId"], ids["clientId"], user)
    return Smoke(known["api"], token, Pages(known["web"], ids["clientId"]))


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
