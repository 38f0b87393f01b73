"""After a deployment of the stage `local`: what commands need to know of it, its demo user, its safe keeping."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools import paths
from mocshelf_tools.cloud.local_functions import FUNCTIONS
from mocshelf_tools.cloud.local_supervisor import PLACE
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import LINKS
from mocshelf_tools.stack.aws import REGION
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.linking import process_environment
from mocshelf_tools.stack.postgres import DATABASE, SUPERUSER
from mocshelf_tools.stack.provision import DEMO_EMAIL, add_demo_user, client
from mocshelf_tools.stack.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_STACKS = "Mocshelf-local-"
_ALIAS = "live"
_MODULES = "mocshelf.functions."
_SAVE_SECONDS = 60


def deployed(data: Path = paths.LOCAL_DATA) -> dict[str, Any]:
    """To be called when a deployment has gone well: from then on it survives a kill, and the commands know it.

    Returns what `./mocshelf dev` says of itself too: `api`, `demo`, `postgres` and so on. Raises CannotContinue.
    """
    folder = DataFolder(data)
    settings = Settings(folder)
    known = folder.read(PLACE)
    endpoint = known["given"]["stage"]["endpoint"]
    resources = list(_resources(client("cloudformation", endpoint, settings)))
    functions = _functions(client("lambda", endpoint, settings), resources)
    links = {name: text for _, linked in functions.values() for name, text in linked.items()}
    users = json.loads(links["MOCSHELF_USERS"])
    add_demo_user(client("cognito-idp", endpoint, settings), users["pool_id"], settings.demo_password)
    save(data)
    found = _described(known, endpoint, users, settings)
    found["api"] = found["web"] = (
        f"{endpoint}/_aws/execute-api/{_the(resources, 'AWS::ApiGatewayV2::Api')}/%24default"
    )
    folder.write(FUNCTIONS, {name: call for name, (call, _) in functions.items()})
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


def _resources(stacks: Any) -> Iterator[tuple[str, str]]:
    """Type and name of everything that is deployed."""
    for page in stacks.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if stack["StackName"].startswith(_STACKS):
                for some in stacks.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"]):
                    for one in some["StackResourceSummaries"]:
                        yield one["ResourceType"], one["PhysicalResourceId"]


def _the(resources: list[tuple[str, str]], kind: str) -> str:
    found = [name for one, name in resources if one == kind]
    if len(found) != 1:
        raise CannotContinue(f"{len(found)} resources are {kind}; there should be one.")
    return found[0]


def _functions(lambdas: Any, resources: list[tuple[str, str]]) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """For each of the manifest's names what invokes the version that takes the traffic, and what it is linked to."""
    found: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for kind, name in resources:
        if kind != "AWS::Lambda::Function":
            continue
        call = {"FunctionName": name}
        if any(alias["Name"] == _ALIAS for alias in lambdas.list_aliases(FunctionName=name)["Aliases"]):
            call["Qualifier"] = _ALIAS
        settings = lambdas.get_function_configuration(**call)
        if settings["Handler"].startswith(_MODULES):
            variables = settings.get("Environment", {}).get("Variables", {})
            links = {one: text for one, text in variables.items() if one.startswith("MOCSHELF_")}
            found[settings["Handler"].removeprefix(_MODULES).split(".")[0]] = (call, links)
    return found


def _described(known: dict[str, Any], endpoint: str, users: dict[str, str], settings: Settings) -> dict[str, Any]:
    given = known["given"]
    owner = given["owner"]
    return {
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
