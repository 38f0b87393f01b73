"""Figures of two sides become a verdict: what is a breach, and what is only noise."""

from __future__ import annotations

from mocshelf_tools.cutover.settings import Settings, Thresholds
from mocshelf_tools.cutover.state import Plan, Watched
from mocshelf_tools.cutover.watching import Figures, Looked, percentile, verdict

FINE = Figures(30, 0, 80)
LIMITS = Thresholds()


def judged(green: Looked, blue: Looked | None = None, *, certain: bool = True) -> Watched:
    return verdict(blue or Looked(FINE), green, LIMITS, 10, certain=certain)


def test_two_healthy_sides_are_healthy() -> None:
    seen = judged(Looked(FINE))

    assert seen.green_healthy
    assert seen.blue_healthy
    assert seen.certain


def test_errors_that_blue_does_not_have_are_a_breach() -> None:
    seen = judged(Looked(FINE, Figures(1000, 30, 90)), Looked(FINE, Figures(1000, 10, 90)))

    assert not seen.green_healthy
    assert seen.reason == "green: 3.0% of 1,000 requests failed, the other side 1.0% (CloudWatch)"


def test_errors_that_blue_has_as_well_are_none_until_there_are_many() -> None:
    assert judged(Looked(FINE, Figures(1000, 30)), Looked(FINE, Figures(1000, 20))).green_healthy
    assert not judged(Looked(FINE, Figures(1000, 500)), Looked(FINE, Figures(1000, 500))).green_healthy


def test_two_lost_probes_are_noise_and_three_are_not() -> None:
    assert judged(Looked(Figures(30, 2, 80))).green_healthy
    assert not judged(Looked(Figures(30, 3, 80))).green_healthy


def test_a_side_that_is_slower_than_the_other_and_slow_is_a_breach() -> None:
    assert not judged(Looked(Figures(30, 0, 600))).green_healthy
    assert judged(Looked(Figures(30, 0, 400))).green_healthy
    assert judged(Looked(Figures(30, 0, 600)), Looked(Figures(30, 0, 500))).green_healthy


def test_few_requests_in_cloudwatch_say_nothing() -> None:
    assert judged(Looked(FINE, Figures(49, 49))).green_healthy


def test_a_side_without_traffic_is_not_healthy_when_its_probes_fail() -> None:
    assert not judged(Looked(Figures(30, 30))).green_healthy


def test_good_metrics_do_not_outweigh_probes_that_fail() -> None:
    assert not judged(Looked(Figures(30, 10, 80), Figures(10_000, 0, 80))).green_healthy


def test_without_probes_nothing_is_certain() -> None:
    assert not judged(Looked(Figures(0, 0), Figures(10_000, 0, 80))).certain


def test_of_two_ill_sides_the_one_that_fails_less_is_better() -> None:
    worse, better = Looked(Figures(30, 30)), Looked(Figures(30, 6, 80))

    assert judged(better, worse).green_better
    assert not judged(worse, better).green_better
    assert not judged(worse, worse).green_better


def test_blue_is_down_only_while_green_answers() -> None:
    down = Looked(Figures(30, 30, None, down=True))

    assert judged(Looked(FINE), down).blue_down
    assert not judged(down, down).blue_down


def test_the_95th_of_a_hundred_is_the_95th() -> None:
    assert percentile([float(one) for one in range(1, 101)], 0.95) == 95
    assert percentile([7.0], 0.95) == 7


def test_settings_come_back_as_they_were_written() -> None:
    given = Settings(
        "a.x", "b.x", "www.x", "Z1", plan=Plan((5, 100), 9, 8), probes=("/a", "/b"), thresholds=Thresholds(looks=3)
    )

    assert Settings.read(given.written()) == given
    assert Settings.read(Settings("a.x", "b.x", "www.x", "Z1").written()) == Settings("a.x", "b.x", "www.x", "Z1")
