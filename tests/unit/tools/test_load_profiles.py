"""How many visitors there are, at each moment of a profile."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mocshelf_tools.load import report
from mocshelf_tools.load.profiles import MOST_USERS, PROFILES, users_at


def shape(name: str, most: int, steps: int = 90) -> list[int]:
    return [users_at(PROFILES[name].shape, most, step / steps) for step in range(steps + 1)]


def test_a_spike_is_ten_times_as_many_at_once_and_then_over() -> None:
    found = shape("spike", 50)

    assert (found[0], found[29], found[30], found[59], found[60], found[90]) == (5, 5, 50, 50, 5, 5)


def test_a_ramp_goes_up_step_by_step_and_stays() -> None:
    found = shape("ramp", 40)

    assert found == sorted(found)
    assert (found[0], found[-1]) == (2, 40)
    assert max(after - before for before, after in pairwise(found)) == 1
    assert found[77:] == [40] * 14


@pytest.mark.parametrize("name", ["smoke", "sustained", "soak"])
def test_the_others_have_the_same_number_all_the_time(name: str) -> None:
    assert set(shape(name, 7)) == {7}


@pytest.mark.parametrize("name", PROFILES)
def test_somebody_is_always_there_and_never_more_than_allowed(name: str) -> None:
    profile = PROFILES[name]

    assert min(shape(name, 1)) == 1
    for most in profile.users.values():
        assert max(shape(name, most)) == most <= MOST_USERS
        assert profile.accounts <= MOST_USERS


def test_the_page_says_what_the_profiles_are() -> None:
    page = report.PAGE.read_text()

    for name, one in PROFILES.items():
        numbers = (f"{one.seconds:.0f}", str(one.users["dev"]), str(one.users["local"]), str(one.accounts))
        assert f"| `{name}` | {' | '.join(numbers)} | {one.about} |\n" in page
    assert page.count(report.START) == page.count(report.END) == 1
