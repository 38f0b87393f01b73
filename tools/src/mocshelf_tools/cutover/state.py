"""The state machine of a cutover: what follows from what was seen, and why. It does nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Phase = Literal["checking", "shifting", "soaking", "finished", "rolling_back", "rolled_back"]
ENDED: tuple[Phase, ...] = ("finished", "rolled_back")
ALL = 100


@dataclass(frozen=True)
class Plan:
    """Green's share in percent, step by step; `soak` and `pending` are seconds."""

    steps: tuple[int, ...] = (10, 50, ALL)
    soak: float = 1800
    pending: float = 600

    def after(self, green: int) -> int:
        """The step that comes next; 100 when none does."""
        return next((step for step in self.steps if step > green), ALL)


@dataclass(frozen=True)
class State:
    """Where a cutover is. `green` is the share Route 53 had when last seen, `target` the one it is to have.

    `soaked` counts healthy seconds of this step, `waited` the seconds a change has not reached all name servers.
    """

    phase: Phase = "checking"
    green: int = 0
    target: int = 0
    soaked: float = 0
    waited: float = 0
    paused: bool = False
    reason: str = ""

    @property
    def ended(self) -> bool:
        return self.phase in ENDED


@dataclass(frozen=True)
class Checked:
    """The parity check before a step has ended."""

    passed: bool
    reason: str


@dataclass(frozen=True)
class Seen:
    """What Route 53 has: green's share, None for records that are not ours; `in_sync` on all name servers."""

    green: int | None
    in_sync: bool = True


@dataclass(frozen=True)
class Watched:
    """A look at both sides after `seconds`. Without `certain` nothing speaks against green, and nothing for it.

    `green_better`: of two sides that are both unhealthy green fails less. `blue_down`: nothing of it answers.
    """

    seconds: float
    green_healthy: bool = True
    blue_healthy: bool = True
    green_better: bool = False
    blue_down: bool = False
    certain: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """What a person wants."""

    wish: Literal["pause", "resume", "rollback"]
    by: str


Event = Checked | Seen | Watched | Asked


def started(plan: Plan) -> State:
    return State(target=plan.after(0), reason="started; both sides are compared before the first step")


def follow(state: State, event: Event, plan: Plan) -> State:
    """The state after the event; its `reason` says why whenever the phase is another."""
    if state.ended and not (isinstance(event, Asked) and event.wish == "rollback"):
        return state
    if isinstance(event, Asked):
        return _asked(state, event)
    if isinstance(event, Seen):
        return _seen(state, event)
    if isinstance(event, Watched):
        return _watched(state, event, plan)
    return _checked(state, event)


def rebuilt(seen: Seen, watched: Watched, plan: Plan) -> State:
    """The state when the stored one is lost or cannot be read: from what Route 53 has, and blue when unsure."""
    if seen.green == 0:
        return State("rolled_back", reason="the state was lost; Route 53 sends everything to blue")
    if seen.green in plan.steps and watched.green_healthy and watched.certain:
        return State(
            "soaking", seen.green, seen.green, reason="the state was lost; green is healthy, so this step soaks anew"
        )
    share = "records that are not ours" if seen.green is None else f"{seen.green} % at green"
    return _back(State(green=seen.green or 0), f"the state was lost and Route 53 has {share}: blue, to be sure")


def _asked(state: State, event: Asked) -> State:
    if event.wish == "rollback":
        return _back(state, f"{event.by} asked for it")
    if state.phase == "rolling_back":
        return state
    paused = event.wish == "pause"
    return replace(state, paused=paused, reason=f"{'paused' if paused else 'resumed'} by {event.by}")


def _seen(state: State, event: Seen) -> State:
    if state.phase == "rolling_back":
        done = event.green == 0 and event.in_sync
        return replace(state, phase="rolled_back", green=0, target=0) if done else state
    if state.phase == "shifting" and event.green == state.target:
        if not event.in_sync:
            # Some name servers have it already: whatever follows starts from there.
            return replace(state, green=state.target)
        reason = f"{event.green} % at green on all name servers"
        return replace(state, phase="soaking", green=state.target, soaked=0, waited=0, reason=reason)
    if event.green == state.green:
        return state
    found = "records that are not ours" if event.green is None else f"{event.green} %"
    return _back(state, f"Route 53 has {found} where {state.green} % was to be: somebody else changes it")


def _watched(state: State, event: Watched, plan: Plan) -> State:
    if state.phase == "rolling_back":
        return state
    if not event.green_healthy and not event.green_better:
        return _back(state, event.reason)
    # Blue answers nobody, so whoever is sent there is lost; that is no step, and it waits for no soak.
    if event.blue_down and 0 < state.green < ALL and not (state.phase == "shifting" and state.target == ALL):
        return replace(state, phase="shifting", target=ALL, waited=0, reason=f"blue is down: {event.reason}")
    if state.phase == "shifting":
        waited = state.waited + event.seconds
        if waited > plan.pending:
            return _back(state, f"Route 53 has not taken the change over for {waited:.0f} s")
        return replace(state, waited=waited)
    if state.phase == "soaking" and not state.paused and event.certain and event.green_healthy:
        return _soaked(replace(state, soaked=state.soaked + event.seconds), plan)
    return state


def _soaked(state: State, plan: Plan) -> State:
    if state.soaked < plan.soak:
        return state
    if state.green == ALL:
        return replace(state, phase="finished", reason=f"healthy for {state.soaked:.0f} s with all traffic")
    reason = f"healthy for {state.soaked:.0f} s at {state.green} %"
    return replace(state, phase="checking", target=plan.after(state.green), reason=reason)


def _checked(state: State, event: Checked) -> State:
    if state.phase != "checking":
        return state
    if not event.passed:
        return _back(state, event.reason)
    if state.paused:
        return state
    return replace(state, phase="shifting", waited=0, reason=event.reason)


def _back(state: State, reason: str) -> State:
    return replace(state, phase="rolling_back", target=0, paused=False, reason=reason)
