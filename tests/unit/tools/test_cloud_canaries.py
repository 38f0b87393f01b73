"""A deployment of CodeDeploy's that is under way is found, and stopped with a rollback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from mocshelf_infra.stages import stage
from mocshelf_tools.cloud import canaries
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import embedded
from unit.tools.small_server import Asked, Reply, serving


@dataclass
class CodeDeploy:
    """As much of its API as is asked here; the embedded AWS has none. A stop takes two looks to be over."""

    running: dict[str, list[str]] = field(default_factory=dict)
    stopped: list[object] = field(default_factory=list)
    looks: int = 0
    never_ends: bool = False
    known: bool = True
    ended: bool = False

    def __call__(self, asked: Asked) -> Reply:
        operation = asked.headers["x-amz-target"].rpartition(".")[2]
        if not self.known:
            return _refused("ApplicationDoesNotExistException")
        if operation == "ListDeploymentGroups":
            return Reply(200, {"deploymentGroups": list(self.running)})
        if operation == "ListDeployments":
            assert "Succeeded" not in asked.content["includeOnlyStatuses"]
            return Reply(200, {"deployments": self.running[asked.content["deploymentGroupName"]]})
        if operation == "StopDeployment":
            self.stopped.append(asked.content)
            return (
                _refused("DeploymentAlreadyCompletedException") if self.ended else Reply(200, {"status": "Pending"})
            )
        self.looks += 1
        over = self.looks > 2 and not self.never_ends
        return Reply(200, {"deploymentInfo": {"status": "Stopped" if over else "InProgress"}})


def _refused(code: str) -> Reply:
    return Reply(400, {"__type": code, "message": "no"})


@pytest.fixture
def service() -> CodeDeploy:
    return CodeDeploy({"mocs": ["d-1"], "parts": []})


@pytest.fixture
def place(service: CodeDeploy) -> Iterator[Place]:
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}
    with serving(service) as address:
        yield Place(stage("staging"), {"AWS_ENDPOINT_URL": address, **keys})


def test_what_is_under_way_is_stopped_with_a_rollback_and_waited_for(place: Place, service: CodeDeploy) -> None:
    found = canaries.under_way(place)
    canaries.stop(place, found, sleep=lambda _: None)

    assert found == ["d-1"]
    assert service.stopped == [{"deploymentId": "d-1", "autoRollbackEnabled": True}]
    assert service.looks == 3


def test_one_that_has_ended_meanwhile_is_no_problem(place: Place, service: CodeDeploy) -> None:
    service.ended = True

    canaries.stop(place, ["d-1"], sleep=lambda _: None)

    assert service.looks == 3


def test_one_that_does_not_stop_is_given_up(
    place: Place, service: CodeDeploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.never_ends = True
    monkeypatch.setattr(canaries, "_PATIENCE_SECONDS", 0)

    with pytest.raises(CannotContinue, match="d-1 does not stop"):
        canaries.stop(place, ["d-1"], sleep=lambda _: None)


def test_a_stage_without_an_application_or_without_canaries_has_none(place: Place, service: CodeDeploy) -> None:
    service.known = False

    assert canaries.under_way(place) == []
    # Nobody answers there, and nobody is asked.
    assert canaries.under_way(embedded()) == []
