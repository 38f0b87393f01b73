"""What other commands know of a running `./mocshelf dev`: its endpoints, and how to sign in there."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.stack import Endpoints

LINKS = "links.json"  # what the running functions are linked to, for their owner only
_NOT_RUNNING = "Mocshelf does not run on this data folder. Start it with ./mocshelf dev"


def described(endpoints: Endpoints, api: str) -> dict[str, Any]:
    """The content of `endpoints.json`: what is listed there stays listed under these names."""
    return {
        "api": api,
        "web": api,
        "cognito": {
            "endpoint": endpoints.aws,
            "region": endpoints.region,
            "userPoolId": endpoints.pool_id,
            "clientId": endpoints.client_id,
        },
        "s3": endpoints.aws,
        "postgres": endpoints.postgres,
        "valkey": endpoints.valkey,
        "search": endpoints.search,
        "demo": {"email": endpoints.demo_email, "password": endpoints.demo_password},
        "pids": {"dev": os.getpid(), **endpoints.pids},
    }


def endpoints_of(data: Path) -> dict[str, Any]:
    """The endpoints of the `dev` that runs on this data folder; raises CannotContinue when none does."""
    try:
        content: dict[str, Any] = json.loads((data.expanduser() / "endpoints.json").read_text())
        # A killed `dev` leaves the file behind.
        os.kill(content["pids"]["dev"], 0)
    except PermissionError:
        raise CannotContinue(f"{data} belongs to another user.") from None
    except (OSError, ValueError, KeyError):
        raise CannotContinue(_NOT_RUNNING) from None
    return content


def link(data: Path) -> dict[str, str]:
    """Links this process to the stack that runs on the data folder, as a function is, and returns the links.

    To be called before anything of `mocshelf` reads them. Raises CannotContinue when none runs.
    """
    endpoints_of(data)
    try:
        links: dict[str, str] = json.loads((data.expanduser() / LINKS).read_text())
    except (OSError, ValueError):
        raise CannotContinue(_NOT_RUNNING) from None
    os.environ.update(links)
    return links


def sign_in(cognito: dict[str, str], email: str, password: str) -> str:
    """An access token of the user; raises CannotContinue with what Cognito has against it."""
    call = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": cognito["clientId"],
        "AuthParameters": {"USERNAME": email, "PASSWORD": password},
    }
    request = urllib.request.Request(  # noqa: S310 - the embedded AWS's own address
        cognito["endpoint"],
        json.dumps(call).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            token: str = json.load(answer)["AuthenticationResult"]["AccessToken"]
    except urllib.error.HTTPError as refusal:
        raise CannotContinue(_refusal(refusal)) from None
    except OSError:
        raise CannotContinue(_NOT_RUNNING) from None
    except (ValueError, KeyError):
        raise CannotContinue("This user must do more to sign in than give a password.") from None
    return token


def _refusal(refusal: urllib.error.HTTPError) -> str:
    try:
        content = json.load(refusal)
        kind = str(content.get("__type", ""))
        message = str(content.get("message", ""))
    except ValueError:
        return f"Signing in failed with status {refusal.code}."
    if "NotAuthorized" in kind or "UserNotFound" in kind:
        return "The e-mail address or the password is not right."
    return message or f"Signing in failed: {kind}."
