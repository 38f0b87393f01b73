"""What Locust runs: visitors as the plan says, in its numbers and for its time."""

from __future__ import annotations

from typing import Any

from locust import LoadTestShape, events

from load.recorder import Recorder
from load.visitor import PLAN, Visitor
from mocshelf_tools.load.profiles import users_at

__all__ = ["Shape", "Visitor"]

# Far more than there ever are: who is to come comes at once.
_A_SECOND = 500


class Shape(LoadTestShape):
    """The plan's shape, stretched over its time."""

    def tick(self) -> tuple[int, float] | None:
        share = self.get_run_time() / PLAN.seconds  # type: ignore[no-untyped-call]  # Locust's own
        return None if share >= 1 else (users_at(PLAN.shape, PLAN.users, share), _A_SECOND)


def _record(environment: Any, **_rest: Any) -> None:
    Recorder(PLAN, environment).start()


events.test_start.add_listener(_record)  # type: ignore[no-untyped-call]  # Locust's own
