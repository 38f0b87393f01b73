"""Rotating the value by which the API knows CloudFront: never is one sent that is not accepted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from infra.rotating import FIRST, FOURTH, SECOND, THIRD, Gap, World
from mocshelf_infra.functions import rotate_origin
from mocshelf_infra.functions.rotate_origin import NotRotated

STEPS = ("create", "set", "test", "finish")
AN_HOUR = 3600


def rotate(world: World, token: str, *steps: str) -> None:
    rotation = world.rotation(token)
    for step in steps or STEPS:
        getattr(rotation, step)()
        world.check()


def test_a_rotation_ends_with_a_new_value_that_alone_is_sent() -> None:
    world = World()

    rotate(world, SECOND)

    value = world.values[SECOND]
    assert len(value) == 64
    assert world.sent() == {value}
    assert world.labels[-1][1] == {"AWSCURRENT": SECOND, "AWSPREVIOUS": FIRST, "AWSPENDING": SECOND}


@pytest.mark.parametrize("lag", [0, 4, 60])
@pytest.mark.parametrize("spreading", [1, 240, 700])
def test_rotations_leave_no_gap_however_late_others_are(lag: float, spreading: float) -> None:
    world = World(lag=lag, spreading=spreading)
    world.pass_time(AN_HOUR)

    for token in (SECOND, THIRD, FOURTH):
        rotate(world, token)
        world.pass_time(AN_HOUR)

    assert world.sent() == {world.values[FOURTH]}


def test_the_world_of_these_tests_sees_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    # What this leaves out is what the code is for.
    monkeypatch.setattr(rotate_origin, "PAUSE", 0)
    monkeypatch.setattr(rotate_origin.Rotation, "_ask", lambda *_: None)
    world = World()
    world.pass_time(20)

    with pytest.raises(Gap):
        rotate(world, SECOND)


@pytest.mark.parametrize("repeated", STEPS)
def test_a_step_may_be_repeated(repeated: str) -> None:
    world = World()

    for step in STEPS:
        rotate(world, SECOND, step)
        if step == repeated:
            rotate(world, SECOND, step)

    assert world.sent() == {world.values[SECOND]}
    assert world.labels[-1][1]["AWSPREVIOUS"] == FIRST


@pytest.mark.parametrize("done", range(1, len(STEPS)))
def test_a_rotation_that_broke_off_is_carried_on_by_its_next_try(done: int) -> None:
    world = World()
    rotate(world, SECOND, *STEPS[:done])
    world.pass_time(AN_HOUR)

    rotate(world, SECOND)

    assert world.sent() == {world.values[SECOND]}


def test_a_value_that_cloudfront_got_before_its_rotation_broke_off_is_taken_up_again() -> None:
    world = World()
    rotate(world, SECOND, "create", "set")
    world.pass_time(AN_HOUR)

    # Somebody has given the rotation up, and started another one.
    rotate(world, THIRD)
    world.pass_time(AN_HOUR)

    assert world.values[THIRD] == world.values[SECOND]
    assert world.sent() == {world.values[THIRD]}


def test_a_deployment_between_the_steps_puts_an_older_value_back_and_leaves_no_gap() -> None:
    world = World()
    rotate(world, SECOND, "create", "set")
    world.deploy()

    with pytest.raises(NotRotated, match="not the new value everywhere"):
        rotate(world, SECOND, "test")

    rotate(world, SECOND)
    assert world.sent() == {world.values[SECOND]}


def test_a_deployment_just_before_the_end_leaves_a_value_that_is_still_accepted() -> None:
    world = World()
    rotate(world, SECOND, "create", "set", "test")
    world.deploy()

    rotate(world, SECOND, "finish")
    world.pass_time(AN_HOUR)
    assert world.sent() == {"value-one"}

    rotate(world, THIRD)
    world.pass_time(AN_HOUR)
    assert world.sent() == {world.values[THIRD]}


def test_cloudfront_is_not_told_while_the_copy_is_late() -> None:
    world = World(lag=1_000)

    with pytest.raises(NotRotated, match="copy"):
        rotate(world, SECOND, "create", "set")

    assert "update_distribution" not in world.asked
    world.pass_time(AN_HOUR)


def test_cloudfront_is_not_told_while_the_api_does_not_accept_the_value() -> None:
    world = World()
    world.answers = False

    with pytest.raises(NotRotated, match=r"origin.t.example answered 502"):
        rotate(world, SECOND, "create", "set")

    assert "update_distribution" not in world.asked
    world.pass_time(AN_HOUR)


def test_a_distribution_changed_at_the_same_moment_is_left_alone() -> None:
    world = World()
    rotate(world, SECOND, "create")
    world.interrupting = True

    with pytest.raises(ClientError, match="PreconditionFailed"):
        rotate(world, SECOND, "set")

    assert world.sent() == {"value-one"}
    world.pass_time(AN_HOUR)
