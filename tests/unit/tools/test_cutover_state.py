"""Whatever happens in whatever order: no weights at an unhealthy green, never none at all, and always a way back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mocshelf_tools.cutover.state import (
    ALL,
    Asked,
    Checked,
    Event,
    Plan,
    Seen,
    State,
    Watched,
    follow,
    rebuilt,
    started,
)

PLAN = Plan(steps=(10, 50, ALL), soak=60, pending=100)
FINE = Watched(10)
BREACH = Watched(10, green_healthy=False, reason="5 % of requests failed")
BOTH_ILL = Watched(10, green_healthy=False, blue_healthy=False, green_better=True)
BLUE_DOWN = Watched(10, blue_healthy=False, blue_down=True, reason="blue: all failed")

looks = st.builds(
    Watched,
    seconds=st.floats(0, 70),
    green_healthy=st.booleans(),
    blue_healthy=st.booleans(),
    certain=st.booleans(),
    reason=st.just("seen"),
)
events: st.SearchStrategy[Event] = st.one_of(
    looks,
    st.just(BLUE_DOWN),
    st.just(BOTH_ILL),
    st.builds(Checked, st.booleans(), st.just("compared")),
    st.builds(Seen, st.sampled_from([None, 0, 3, 10, 50, 100]), st.booleans()),
    st.builds(Asked, st.sampled_from(["pause", "resume", "rollback"]), st.just("ada")),
)


class World:
    """Route 53, and a run that does what the state says after each event, or is refused by it."""

    def __init__(self) -> None:
        self.state = started(PLAN)
        self.green = 0

    def take(self, event: Event, *, works: bool = True, in_sync: bool = True) -> None:
        self.state = follow(self.state, event, PLAN)
        if works:
            self.act()
            self.state = follow(self.state, Seen(self.green, in_sync), PLAN)

    def act(self) -> None:
        if self.state.phase == "shifting" and self.green == self.state.green:
            self.green = self.state.target
        elif self.state.phase == "rolling_back":
            self.green = 0

    @property
    def blue(self) -> int:
        return ALL - self.green


def soaking(green: int, soaked: float = 0) -> State:
    return State("soaking", green, green, soaked)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(events, st.booleans()), max_size=40))
def test_no_order_of_events_leaves_traffic_at_an_unhealthy_green(happened: list[tuple[Event, bool]]) -> None:
    world = World()

    for event, works in happened:
        world.take(event, works=works)

        assert 0 <= world.green <= ALL
        assert world.green + world.blue == ALL
        assert 0 <= world.state.target <= ALL
        if works and isinstance(event, Watched) and not event.green_healthy and not event.green_better:
            assert world.green == 0 or world.state.phase == "finished"


steps: st.SearchStrategy[Event] = st.one_of(
    st.just(FINE),
    st.just(BLUE_DOWN),
    st.just(Watched(60)),
    st.just(Checked(True, "compared")),
    st.builds(Asked, st.sampled_from(["pause", "resume"]), st.just("ada")),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(steps, st.booleans()), max_size=40))
def test_no_order_of_events_leaves_users_at_a_blue_that_is_down(happened: list[tuple[Event, bool]]) -> None:
    world = World()

    for event, in_sync in happened:
        had_users = world.green > 0
        world.take(event, in_sync=in_sync)

        # Also while a step has not reached all name servers.
        assert event != BLUE_DOWN or not had_users or world.green == ALL


@settings(max_examples=500, deadline=None)
@given(st.lists(events, max_size=40))
def test_a_rollback_reaches_blue_from_everywhere(happened: list[Event]) -> None:
    world = World()
    for event in happened:
        world.take(event)

    world.take(Asked("rollback", "ada"))

    assert (world.green, world.state.phase) == (0, "rolled_back")


@settings(max_examples=300, deadline=None)
@given(st.lists(events, max_size=40))
def test_every_change_of_phase_says_why(happened: list[Event]) -> None:
    state = started(PLAN)

    for event in happened:
        before, state = state, follow(state, event, PLAN)

        assert state.phase == before.phase or state.reason


@given(st.sampled_from([None, 0, 3, 10, 50, 99, 100]), looks)
def test_a_lost_state_is_blue_when_unsure(green: int | None, look: Watched) -> None:
    state = rebuilt(Seen(green), look, PLAN)

    sure = green in PLAN.steps and look.green_healthy and look.certain
    assert state.phase == ("soaking" if sure else "rolled_back" if green == 0 else "rolling_back")


def test_a_healthy_cutover_goes_through_all_steps() -> None:
    world, seen = World(), [0]

    while not world.state.ended:
        world.take(Checked(True, "alike") if world.state.phase == "checking" else FINE)
        if world.green != seen[-1]:
            seen.append(world.green)

    assert (seen, world.state.phase) == ([0, 10, 50, 100], "finished")


def test_a_step_is_held_for_the_whole_soak() -> None:
    before = follow(soaking(10, 49), FINE, PLAN)
    after = follow(before, FINE, PLAN)

    assert (before.phase, after.phase, after.target) == ("soaking", "checking", 50)


def test_what_nobody_could_see_does_not_count_as_healthy() -> None:
    assert follow(soaking(10), replace(FINE, certain=False), PLAN).soaked == 0


def test_a_pause_holds_the_step_and_a_breach_ends_the_pause() -> None:
    paused = follow(soaking(50, 59), Asked("pause", "ada"), PLAN)

    assert follow(paused, FINE, PLAN) == paused
    assert follow(paused, BREACH, PLAN).phase == "rolling_back"


def test_a_paused_cutover_makes_no_step_though_the_sides_are_alike() -> None:
    paused = State("checking", 10, 50, paused=True)

    assert follow(paused, Checked(True, "alike"), PLAN) == paused


def test_a_change_that_is_pending_is_no_step_yet() -> None:
    pending = follow(State("shifting", 10, 50), Seen(50, in_sync=False), PLAN)

    assert pending == State("shifting", 50, 50)
    assert follow(pending, Seen(50), PLAN).phase == "soaking"


def test_a_change_that_somebody_takes_back_while_it_is_pending_is_not_made_again() -> None:
    pending = follow(State("shifting", 0, 10), Seen(10, in_sync=False), PLAN)

    assert follow(pending, Seen(0), PLAN).phase == "rolling_back"


def test_a_blue_that_goes_down_while_a_change_is_pending_gets_no_user_back() -> None:
    pending = follow(State("shifting", 10, 50), Seen(50, in_sync=False), PLAN)
    moved = follow(pending, BLUE_DOWN, PLAN)

    assert follow(moved, Seen(50), PLAN) == moved
    assert (moved.phase, moved.target) == ("shifting", ALL)


def test_a_change_that_stays_pending_goes_back() -> None:
    assert follow(State("shifting", 10, 50, waited=95), FINE, PLAN).phase == "rolling_back"


def test_weights_that_somebody_else_has_set_are_not_built_on() -> None:
    assert follow(soaking(50), Seen(10), PLAN).phase == "rolling_back"
    assert follow(soaking(50), Seen(None), PLAN).phase == "rolling_back"
    # Reading may be behind, so that blue has everything is not believed until it was written.
    assert follow(soaking(50), Seen(0), PLAN).phase == "rolling_back"


def test_when_both_sides_are_ill_users_stay_at_the_better_one() -> None:
    assert follow(soaking(50), BOTH_ILL, PLAN) == soaking(50)
    assert follow(soaking(50), replace(BOTH_ILL, green_better=False), PLAN).phase == "rolling_back"


def test_when_blue_is_down_users_go_to_the_green_that_answers() -> None:
    moved = follow(soaking(10), BLUE_DOWN, PLAN)

    assert (moved.phase, moved.target) == ("shifting", ALL)


def test_before_the_first_step_a_blue_that_is_down_moves_nobody() -> None:
    assert follow(started(PLAN), BLUE_DOWN, PLAN) == started(PLAN)


def test_sides_that_answer_differently_go_back() -> None:
    state = follow(State("checking", 10, 50), Checked(False, "title differs"), PLAN)

    assert (state.phase, state.reason) == ("rolling_back", "title differs")
