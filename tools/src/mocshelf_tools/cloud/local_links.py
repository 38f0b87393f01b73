"""After a deployment of the stage `local`: what commands need to know of it, its demo user, its safe keeping."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from mocshelf import manifest
from mocshelf_tools import paths
from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.links import environment
from mocshelf_tools.cloud.local_functions import FUNCTIONS
from mocshelf_tools.cloud.local_servers import place_of_folder
from mocshelf_tools.cloud.local_supervisor import PLACE
from mocshelf_tools.cloud.place import client, outputs
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import LINKS
from mocshelf_tools.stack.aws import REGION
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.linking import process_environment
from mocshelf_tools.stack.postgres import DATABASE, SUPERUSER
from mocshelf_tools.stack.provision import DEMO_EMAIL, add_demo_user
from mocshelf_tools.stack.settings import Settings

_ALIAS = "live"
_SAVE_SECONDS = 60


def deployed(data: Path = paths.LOCAL_DATA) -> dict[str, Any]:
    """To be called when a deployment has gone well: from then on it survives a kill, and the commands know it.

    Returns what `./mocshelf dev` says of itself too: `api`, `demo`, `postgres` and so on. Raises CannotContinue.
    """
    folder = DataFolder(data)
    settings = Settings(folder)
    place = place_of_folder(folder)
    with explained(place):
        links = environment(place)
        users = json.loads(links["MOCSHELF_USERS"])
        add_demo_user(client(place, "cognito-idp"), users["pool_id"], settings.demo_password)
        # The stage's name, `$default`, is written so that a shell leaves it alone.
        api = f"{place.endpoint}/_aws/execute-api/{outputs(place)['ApiId']}/%24default"
    save(data)
    found = _described(folder.read(PLACE), users, settings, api)
    folder.write(FUNCTIONS, {row.name: _call(row) for row in manifest.FUNCTIONS})
    folder.write("endpoints.json", found)
    # The last: with this file the deployment counts as finished.
    folder.write(LINKS, {**links, **process_environment(settings)})
    return found


def save(data: Path = paths.LOCAL_DATA) -> None:
    """Has the embedded AWS write down what it holds, which it does by itself when it ends in good order only."""
    endpoint = DataFolder(data).read(PLACE)["given"]["stage"]["endpoint"]
    request = urllib.request.Request(f"{endpoint}/_mocshelf/save", method="POST")  # noqa: S310 - our own address
    try:
        urllib.request.urlopen(request, timeout=_SAVE_SECONDS).close()  # noqa: S310
    except urllib.error.HTTPError as problem:
        raise CannotContinue(f"The embedded AWS could not be saved: {problem.read().decode()}") from None
    except OSError as problem:
        raise CannotContinue(f"The embedded AWS could not be saved: {problem}") from None


def _call(row: manifest.Function) -> dict[str, str]:
    """What invokes the version of the function that takes the traffic; a migration has no such version."""
    name = {"FunctionName": f"mocshelf-local-{row.name}"}
    return name if row.migrating else {**name, "Qualifier": _ALIAS}


def _described(known: dict[str, Any], users: dict[str, str], settings: Settings, api: str) -> dict[str, Any]:
    given = known["given"]
    owner = given["owner"]
    endpoint = given["stage"]["endpoint"]
    return {
        "api": api,
        "web": known["web"],
        "cognito": {
            "endpoint": endpoint,
            "region": REGION,
            "userPoolId": users["pool_id"],
            "clientId": users["client_id"],
        },
        "s3": endpoint,
        "postgres": f"postgresql://{SUPERUSER}@{owner['host']}:{owner['port']}/{DATABASE}",
        "valkey": f"redis://127.0.0.1:{given['cache']['port']}",
        "search": given.get("search", {}).get("url"),
        "demo": {"email": DEMO_EMAIL, "password": settings.demo_password},
        "pids": known["pids"],
    }
