"""The profiles of load: how many visitors there are at each moment, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

MOST_USERS = 200
# Tokens are good for an hour, and nobody signs in twice.
MOST_MINUTES = 45.0


@dataclass(frozen=True)
class Profile:
    """`users` is the most at once, by the place; `shape` the share of them at shares of the time, straight between.

    `accounts` is how many people with a library of their own they are; several visitors may be the same person.
    """

    name: str
    about: str
    seconds: float
    accounts: int
    users: Mapping[str, int]
    shape: tuple[tuple[float, float], ...]


# The embedded AWS starts a process for each function, and answers some tens of requests a second.
PROFILES = {
    profile.name: profile
    for profile in (
        Profile("smoke", "a few visitors, to see that all works", 20, 2, {"dev": 4, "local": 2}, ((0, 1),)),
        Profile("ramp", "more and more", 180, 4, {"dev": 100, "local": 20}, ((0, 0.05), (0.85, 1), (1, 1))),
        Profile("sustained", "the same number all the time", 180, 4, {"dev": 30, "local": 8}, ((0, 1),)),
        Profile(
            "spike",
            "ten times as many at once, for a third of the time",
            90,
            4,
            {"dev": 100, "local": 20},
            ((0, 0.1), (1 / 3, 0.1), (1 / 3, 1), (2 / 3, 1), (2 / 3, 0.1), (1, 0.1)),
        ),
        Profile("soak", "the same number for long", 600, 4, {"dev": 20, "local": 6}, ((0, 1),)),
    )
}


def users_at(shape: tuple[tuple[float, float], ...], most: int, share: float) -> int:
    """The visitors when this share (0 to 1) of the time is over: one at least."""
    for (begin, low), (end, high) in pairwise((*shape, (1.0, shape[-1][1]))):
        if begin <= share < end:
            return max(1, round(most * (low + (high - low) * (share - begin) / (end - begin))))
    return max(1, round(most * shape[-1][1]))
