"""What other commands know of a running stack: its endpoints, and how to sign in there."""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.stack import Endpoints

LINKS = "links.json"  # what the running functions are linked to, for their owner only


def add_data(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments by which a command finds a running stack; either way `data` is its data folder."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--data", type=Path, default=paths.DEFAULT_DATA, help="data folder of the stack (default: .mocshelf/dev)"
    )
    place.add_argument(
        "--stage", dest="data", type=_folder, metavar="local", help="the stage that is deployed on this machine"
    )


def _folder(stage: str) -> Path:
    if stage != "local":
        raise argparse.ArgumentTypeError(f"{stage!r} does not run on this machine; local does")
    return paths.LOCAL_DATA


def not_running(data: Path) -> str:
    """What to tell a person who wants something of a stack that does not run."""
    # Commands take the folder as it was typed.
    local = data.expanduser().resolve() == paths.LOCAL_DATA.resolve()
    start = "./mocshelf deploy --stage local" if local else "./mocshelf dev"
    return f"Mocshelf does not run on {data}. Start it with {start}."


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
    """The endpoints of the stack that runs on this data folder; raises CannotContinue when none does."""
    from mocshelf_tools.stack.family import started

    try:
        content: dict[str, Any] = json.loads((data.expanduser() / "endpoints.json").read_text())
        runs = started(content["pids"]["dev"])
    except PermissionError:
        raise CannotContinue(f"{data} belongs to another user.") from None
    except (OSError, ValueError, KeyError):
        runs = None
    # What is killed leaves the file behind.
    if runs is None:
        raise CannotContinue(not_running(data))
    return content


def link(data: Path) -> dict[str, str]:
    """Links this process to the stack that runs on the data folder, as a function is, and returns the links.

    To be called before anything of `mocshelf` reads them. Raises CannotContinue when none runs.
    """
    endpoints_of(data)
    try:
        links: dict[str, str] = json.loads((data.expanduser() / LINKS).read_text())
    except (OSError, ValueError):
        raise CannotContinue(not_running(data)) from None
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
        raise CannotContinue(f"Nothing answers at {cognito['endpoint']}. Start Mocshelf again.") from None
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
