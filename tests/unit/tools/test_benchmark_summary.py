"""The summary of the benchmarks: what is met, what is missed, and what was not measured."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mocshelf_tools.commands.bench import BENCHMARKS
from unit.tools.benchmarks import FOLDER, module

stored, summary, targets = module("stored"), module("summary"), module("targets")

COLD = targets.Target("A start", "cold", "Mocshelf", most=520, beside=("bare", "Node"))
IMAGE = targets.Target("A picture", "image", "Mocshelf", times=1, beside=("two calls",))
GATEWAY = targets.Target("The gateway", "gateway", "through it", most=3, minus="in process")
SIZES = targets.Target("The largest", "sizes", None, "KB", most=300)


def results(name: str, **medians: float) -> dict[str, Any]:
    """One result; its contenders' names are written with `_` for a blank."""
    contenders = {key.replace("_", " "): stored.Figures(3, value, value, value) for key, value in medians.items()}
    return {name: stored.Result("A title", "ms", "2026-01-02", "2 cores", contenders, [])}


def verdict(target: Any, found: dict[str, Any]) -> str:
    return str(summary.judged(target, found).verdict)


def test_what_is_within_its_target_is_met_and_what_is_over_it_is_missed() -> None:
    assert verdict(COLD, results("cold", bare=284, Mocshelf=520)) == "met"
    assert verdict(COLD, results("cold", bare=284, Mocshelf=520.5)) == "missed"


def test_a_multiple_is_of_the_yardstick_in_the_same_result() -> None:
    assert verdict(IMAGE, results("image", two_calls=700, Mocshelf=690)) == "met"
    assert verdict(IMAGE, results("image", two_calls=680, Mocshelf=690)) == "missed"


def test_what_a_layer_adds_is_the_difference() -> None:
    row = summary.judged(GATEWAY, results("gateway", in_process=1.5, through_it=4))

    assert (row.ours, row.verdict) == ("2.50 ms", "met")
    assert verdict(GATEWAY, results("gateway", in_process=1, through_it=4.1)) == "missed"


def test_the_largest_of_all_must_keep_the_limit() -> None:
    assert verdict(SIZES, results("sizes", health=45, uploads=299)) == "met"
    assert verdict(SIZES, results("sizes", health=45, uploads=301)) == "missed"


@pytest.mark.parametrize("target", [COLD, IMAGE, GATEWAY, SIZES])
def test_a_missing_result_is_said(target: Any) -> None:
    row = summary.judged(target, {})

    assert (row.ours, row.verdict, row.beside) == ("-", "not measured", "")
    assert "≤" in row.target


def test_a_missing_contender_is_neither_met_nor_missed() -> None:
    assert verdict(COLD, results("cold", bare=284)) == "not measured"
    assert verdict(GATEWAY, results("gateway", through_it=4)) == "not measured"
    assert verdict(IMAGE, results("image", Mocshelf=690)) == "not measured"


def test_yardsticks_stand_beside_it_and_one_that_was_left_out_does_not() -> None:
    row = summary.judged(COLD, results("cold", bare=200, Mocshelf=300))

    assert row.beside == "bare 200 ms (1.50 ×)"


def test_the_page_has_every_target_and_every_result_with_its_notes() -> None:
    found = results("cold", bare=284, Mocshelf=600)
    found["other"] = stored.Result(
        "Others", "MB", "2026-01-02", "9 cores", found["cold"].contenders, ["No Node here."]
    )

    page = summary.page(found)

    assert [target.what for target in targets.TARGETS if f"| {target.what} |" not in page] == []
    assert re.search(r"Cold start.*\| 600 ms \| ≤ 520 ms.* \| missed \| ", page)
    assert "No Node here." in page
    assert "| Mocshelf | 3 | 600.00 | 600.00 | 600.00 | 2.11 |" in page
    assert "9 cores" in page


def test_targets_are_about_benchmarks_that_there_are() -> None:
    shown = {name for path in FOLDER.glob("*.py") for name in re.findall(r'show\(\s*"([\w-]+)"', path.read_text())}

    assert {target.result for target in targets.TARGETS} - shown == set()
    assert [name for name in BENCHMARKS if not any((FOLDER / place).exists() for place in (f"{name}.py", name))] == []
