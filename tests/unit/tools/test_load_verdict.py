"""Thresholds: what keeps them, what breaks them, and files that are not understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf_tools.load import samples, verdict
from mocshelf_tools.load.profiles import PROFILES
from mocshelf_tools.load.samples import Sample
from mocshelf_tools.problems import CannotContinue
from unit.tools.load_runs import run

FAULTS = (Sample(1, "open: a MOC", 1, "failed", "500"), Sample(1, "open: a MOC", 1, "wait", "503"))


def broken(limits: dict[str, dict[str, float]], *more: Sample) -> list[str]:
    return [str(one) for one in verdict.breaches(limits, samples.by_group(run(*more)))]


def test_a_limit_that_is_reached_is_kept() -> None:
    kept = {"p50": 15.0, "p95": 29.0, "p99": 30.0, "failures": 0.0, "waits": 0.0, "rate": 3.0}

    assert broken({"all": kept}) == []


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("p50", 14, "all, p50: half of the answers took longer than 15 ms; 14 ms are allowed"),
        ("p95", 28, "all, p95: one answer in 20 took longer than 29 ms; 28 ms are allowed"),
        ("p99", 0, "all, p99: one answer in 100 took longer than 30 ms; 0 ms are allowed"),
        ("failures", 0.03, "all, failures: 3.12% of the requests failed; 3.00% are allowed"),
        ("waits", 0, "all, waits: 3.12% of the requests were asked to wait; 0.00% are allowed"),
        ("rate", 3.3, "all, rate: 3.2 requests a second; 3.3 are the least"),
    ],
)
def test_a_limit_that_is_broken_is_named_with_what_was_found(limit: str, value: float, words: str) -> None:
    assert broken({"all": {limit: value}}, *FAULTS) == [words]


def test_a_group_without_a_right_answer_keeps_nothing() -> None:
    assert broken({"upload": {"p95": 100, "failures": 0}}) == [
        "upload, p95: there was no right answer",
        "upload, failures: there was no right answer",
    ]


def test_a_profile_has_limits_of_its_own_and_shares_the_others(tmp_path: Path) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text("[dev.every]\nall = {p50 = 1}\nopen = {p50 = 2, p95 = 9}\n[dev.spike]\nopen = {p50 = 3}\n")

    assert verdict.limits_of("dev", "spike", path) == {"all": {"p50": 1}, "open": {"p50": 3, "p95": 9}}
    assert verdict.limits_of("dev", "ramp", path) == {"all": {"p50": 1}, "open": {"p50": 2, "p95": 9}}


def test_fewer_visitors_need_fewer_requests_and_are_answered_as_fast() -> None:
    limits = {"all": {"rate": 30.0, "p95": 100.0}}

    assert verdict.for_users(limits, 0.1) == {"all": {"rate": 3.0, "p95": 100.0}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dev = [", "is not TOML"),
        ("dev = 1", "dev is not a table"),
        ("dev.smoke = 1", "smoke is not a table"),
        ("", "has no thresholds for dev.smoke"),
        ("[dev.every]\nall = {p50 = '1'}", "dev.every.all: '1' is not a number"),
        ("[dev.every]\nall = {p90 = 1}", "dev.every.all may have p50, p95, p99, failures, waits, rate, and nothing"),
    ],
)
def test_what_is_not_understood_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "thresholds.toml"
    path.write_text(text)

    with pytest.raises(CannotContinue, match=words):
        verdict.limits_of("dev", "smoke", path)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotContinue, match=r"cannot be read: No such file or directory\.$"):
        verdict.limits_of("dev", "smoke", tmp_path / "none.toml")


@pytest.mark.parametrize("where", ["dev", "local", "deployed"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_thresholds_everywhere(where: str, profile: str) -> None:
    assert verdict.limits_of(where, profile)["all"]["failures"] < 0.01
