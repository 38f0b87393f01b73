"""Releases are remembered, and a stage goes back to the ones before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.cloud_stage import place
from integration.live_functions import functions, publish
from mocshelf_tools.cloud import aliases, releases, rolling_back
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.stack import Stack


@pytest.fixture
def stage(stack: Stack) -> Iterator[Place]:
    """Two functions in their first release."""
    where = place(stack, "dev-back")
    with functions(where, "mocs", "gallery"):
        releases.finish(where)
        yield where
        releases.remove(where)


def deploy(where: Place, *names: str) -> None:
    """What the command does around a deployment of new code of these functions."""
    releases.note(where, releases.UNKNOWN)
    publish(where, *names)
    releases.finish(where)


def back(where: Place, function: str | None = None, to: str | None = None) -> None:
    rolling_back.roll_back(where, rolling_back.moves(where, function, to))


def test_only_what_the_last_deployment_moved_goes_back(stage: Place) -> None:
    deploy(stage, "mocs", "gallery")
    deploy(stage, "mocs")

    back(stage)

    assert aliases.live(stage) == {"mocs": "2", "gallery": "2"}


def test_going_back_twice_goes_back_two_releases_and_then_no_further(stage: Place) -> None:
    deploy(stage, "mocs", "gallery")
    deploy(stage, "mocs")

    back(stage)
    back(stage)

    assert aliases.live(stage) == {"mocs": "1", "gallery": "1"}
    with pytest.raises(CannotContinue, match="nothing to go back to"):
        back(stage)


def test_going_back_after_a_mistake_was_replaced_does_not_return_to_it(stage: Place) -> None:
    deploy(stage, "mocs")
    back(stage)
    deploy(stage, "mocs")

    back(stage)

    assert aliases.live(stage)["mocs"] == "1"


def test_one_function_goes_back_alone_and_the_others_may_follow(stage: Place) -> None:
    deploy(stage, "mocs", "gallery")

    back(stage, "gallery")
    alone = aliases.live(stage)
    back(stage)

    assert alone == {"mocs": "2", "gallery": "1"}
    assert aliases.live(stage) == {"mocs": "1", "gallery": "1"}


def test_a_deployment_that_never_ended_well_is_taken_back_to_what_was_before_it(stage: Place) -> None:
    deploy(stage, "mocs")
    releases.note(stage, releases.UNKNOWN)
    publish(stage, "mocs")

    back(stage)

    assert aliases.live(stage) == {"mocs": "2", "gallery": "1"}


def test_a_version_can_be_named_even_a_newer_one(stage: Place) -> None:
    deploy(stage, "mocs")

    back(stage, "mocs", "1")
    back(stage, "mocs", "2")

    assert aliases.live(stage)["mocs"] == "2"


@pytest.mark.parametrize(
    ("function", "to", "why"),
    [
        ("mocs", "9", "mocs has no version 9; there are 1, 2. Nothing was changed."),
        ("mocs", "2", "mocs has version 2 live already"),
        ("nothing", None, "There are gallery, mocs"),
        (None, "1", "name it with --function"),
        ("gallery", None, "nothing to go back to"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    stage: Place, function: str | None, to: str | None, why: str
) -> None:
    deploy(stage, "mocs")

    with pytest.raises(CannotContinue, match=why):
        back(stage, function, to)

    assert aliases.live(stage) == {"mocs": "2", "gallery": "1"}


def test_a_version_that_is_gone_stops_all_of_it(stage: Place) -> None:
    deploy(stage, "mocs", "gallery")
    client(stage, "lambda").delete_function(FunctionName="mocshelf-dev-back-mocs", Qualifier="1")

    with pytest.raises(CannotContinue, match="Nothing was changed"):
        back(stage)

    assert aliases.live(stage) == {"mocs": "2", "gallery": "2"}


def test_versions_are_kept_for_the_last_releases_and_deleted_after(stage: Place) -> None:
    for _ in range(releases.KEPT + 1):
        deploy(stage, "mocs")

    assert len(releases.recorded(stage)) == releases.KEPT
    assert aliases.versions(stage, "mocs") == ["3", "4", "5"]
    assert aliases.versions(stage, "gallery") == ["1"]


def test_the_last_part_of_a_canarys_traffic_goes_back_too(stage: Place) -> None:
    deploy(stage, "mocs")
    service = client(stage, "lambda")
    aliases.move(stage, "mocs", "1")
    service.update_alias(
        FunctionName="mocshelf-dev-back-mocs",
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}},
    )

    aliases.move(stage, "mocs", "1")

    alias = service.get_alias(FunctionName="mocshelf-dev-back-mocs", Name="live")
    assert not (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")


def test_nothing_is_written_down_twice_and_nothing_before_a_first_deployment(stack: Stack, stage: Place) -> None:
    releases.note(stage, "again")
    empty = place(stack, "dev-none")
    releases.note(empty, "none")

    assert len(releases.recorded(stage)) == 1
    assert releases.recorded(empty) == []
    with pytest.raises(CannotContinue, match="is not deployed"):
        rolling_back.moves(empty, None, None)


def test_a_stage_that_is_removed_forgets_its_releases(stage: Place) -> None:
    releases.remove(stage)
    releases.remove(stage)

    assert releases.recorded(stage) == []
