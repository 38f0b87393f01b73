"""Who is calling: the claims that the JWT authorizer has checked; whose a row is; and who we are to the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mocshelf.runtime.errors import Forbidden, NotFound, Unauthorized
from mocshelf.runtime.resources import Database, Owner, resources

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """The signed-in user; `user_id` is the Cognito `sub`."""

    user_id: str


def caller(event: Mapping[str, Any]) -> Caller:
    """The user of an event; Unauthorized when the authorizer let no user through or the token is of no use here."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 128 or "\x00" in subject:
        raise Unauthorized
    # The authorizer checks signature, issuer, audience and times, but not what the token is for.
    if claims.get("token_use") not in ("id", "access"):
        raise Unauthorized
    return Caller(subject)


def owned(row: Row | None, owner: str, noun: str) -> Row:
    """The row, if it is there and the owner's; NotFound and Forbidden otherwise, in this order."""
    if row is None:
        raise NotFound(f"There is no such {noun}.")
    if row["user_id"] != owner:
        raise Forbidden(f"This {noun} is someone else's.")
    return row


def database_token(link: Database) -> str:
    """An IAM token to open a database connection with; good for 15 minutes, and only for opening."""
    from datetime import UTC, datetime

    from upload.signing import presign_query

    url = presign_query(
        "GET",
        f"https://{link.host}:{link.port}/",
        {"Action": "connect", "DBUser": link.user},
        service="rds-db",
        region=resources.stage.region,
        credentials=resources.credentials(),
        expires=900,
        now=datetime.now(UTC),
    )
    return url.removeprefix("https://")


def owner_login(link: Owner) -> tuple[str, str | None]:
    """User and password of the database's owner, None where none is asked for; OSError when it cannot be read."""
    if link.secret is None:
        return link.user, None
    import json

    from mocshelf.runtime import secret

    try:
        found = json.loads(secret.read(link.secret))
        return str(found["username"]), str(found["password"])
    except OSError as problem:
        raise OSError(f"Secrets Manager gives no password of the database's owner: {problem}.") from None
    except (KeyError, TypeError, ValueError):
        # What it holds instead may still be a secret.
        raise OSError("The secret of the database's owner holds no username and password.") from None
