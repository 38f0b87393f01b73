"""CodeDeploy's deployments of a stage that are under way, and stopping them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue

_UNDER_WAY = ["Created", "Queued", "InProgress", "Baking", "Ready"]
_ENDED = {"Succeeded", "Failed", "Stopped"}
_PATIENCE_SECONDS = 5 * 60
_LOOK_SECONDS = 2.0


def under_way(place: Place) -> list[str]:
    """The ids of the deployments that have not ended; none in a stage that moves its traffic without CodeDeploy."""
    if place.stage.functions.canary is None:
        return []
    service, application = client(place, "codedeploy"), f"mocshelf-{place.stage.name}"
    with explained(place):
        return [
            str(one)
            for group in _groups(service, application)
            for page in service.get_paginator("list_deployments").paginate(
                applicationName=application, deploymentGroupName=group, includeOnlyStatuses=_UNDER_WAY
            )
            for one in page["deployments"]
        ]


def stop(place: Place, deployments: list[str], sleep: Callable[[float], None] = time.sleep) -> None:
    """Stops them, each with a rollback, and returns when they have ended. CannotContinue when one does not."""
    service = client(place, "codedeploy")
    with explained(place):
        for one in deployments:
            _stop(service, one)
        given_up = time.monotonic() + _PATIENCE_SECONDS
        for one in deployments:
            while service.get_deployment(deploymentId=one)["deploymentInfo"]["status"] not in _ENDED:
                if time.monotonic() > given_up:
                    raise CannotContinue(
                        f"CodeDeploy's deployment {one} does not stop. Look at it in AWS and run this again; "
                        "nothing else was changed."
                    )
                sleep(_LOOK_SECONDS)


def _stop(service: Any, deployment: str) -> None:
    from botocore.exceptions import ClientError

    try:
        service.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    except ClientError as problem:
        # It ended by itself since it was listed.
        if code_of(problem) != "DeploymentAlreadyCompletedException":
            raise


def _groups(service: Any, application: str) -> list[str]:
    from botocore.exceptions import ClientError

    try:
        pages = list(service.get_paginator("list_deployment_groups").paginate(applicationName=application))
    except ClientError as problem:
        if code_of(problem) == "ApplicationDoesNotExistException":
            return []
        raise
    return [str(group) for page in pages for group in page["deploymentGroups"]]
