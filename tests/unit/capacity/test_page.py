"""The page's tables can be made again without touching its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from capacity import main, page, report
from capacity.cold_starts import cold_start
from capacity.model import needs
from capacity.page import END, PAGE, figure, filled, mark, table
from capacity.simulation import Simulation
from capacity.trials import Trial

from mocshelf_tools.problems import CannotContinue

TEXT = f"Words.\n{mark('one')}\nold\n{END}\nMore.\n{mark('two')}\n{END}\nLast.\n"


def simulated(demand: Any, rate: float, seconds: float = 20) -> Trial:
    needed = needs(demand, rate, 0.5)
    seen = Simulation(demand, rate, needed.connections, 0.5).run(1, seconds)
    return Trial(needed, seen, 1, 0.0, seen)


@pytest.fixture(scope="module")
def parts(times: Any, demand: Any) -> dict[str, str]:
    """As a run makes them, after a shorter simulation."""
    trials = [simulated(demand, rate) for rate in (10, 100)]
    return report.parts(report.Findings(times, demand, 0.5, "as a test says", trials))


def test_parts_go_to_their_places_again_and_again() -> None:
    once = filled(TEXT, {"one": "first", "two": "second"})

    assert once == f"Words.\n{mark('one')}\nfirst\n{END}\nMore.\n{mark('two')}\nsecond\n{END}\nLast.\n"
    assert filled(once, {"one": "old", "two": "2"}).replace("2\n", "") == TEXT


def test_a_page_that_does_not_know_a_part_is_left_alone() -> None:
    with pytest.raises(ValueError, match="two"):
        filled(TEXT, {"one": "first"})
    with pytest.raises(ValueError, match="ends"):
        filled(TEXT.replace(f"{END}\nLast", "Last"), {"one": "", "two": ""})


def test_the_page_has_a_place_for_every_part(parts: dict[str, str]) -> None:
    assert filled(PAGE.read_text(encoding="utf-8"), parts).count(END) == len(parts)


def test_every_table_is_whole(parts: dict[str, str]) -> None:
    for name, part in parts.items():
        lines = [line for line in part.splitlines() if line.startswith("|")]
        assert len(lines) > 3, name
        assert len({line.count("|") for line in lines}) == 1, name


def test_a_rate_that_a_stage_cannot_answer_has_a_star(times: Any, demand: Any) -> None:
    found = report.Findings(times, demand, 0.5, "as a test says", [simulated(demand, 5000, 0.1)])

    lines = report.parts(found)["dollars"].splitlines()[2:]

    assert [line.count("*") for line in lines] == [1, 0, 1, 0, 1, 0, 0]


def test_figures_have_three_digits_that_count() -> None:
    assert [figure(one) for one in (0, 0.00123, 0.512, 7.25, 41.47, 1234.5)] == [
        *("0", "0.0012", "0.51", "7.25", "41.5", "1,234"),
    ]


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [("x", 1)]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_a_cold_start_is_the_measured_one_where_there_is_one(tmp_path: Path) -> None:
    assert cold_start(tmp_path) == (0.5, "200 ms and 300 ms, both assumed")

    (tmp_path / "cold.json").write_text(json.dumps({"contenders": {"Mocshelf": {"median": 260.4}}}))

    assert cold_start(tmp_path)[0] == pytest.approx(0.4604)
    assert "260 ms by `./mocshelf bench cold`" in cold_start(tmp_path)[1]


def test_a_file_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")

    with pytest.raises(CannotContinue, match=r"other\.json has no service times of this mix"):
        main(tmp_path / "other.json")


def test_the_page_says_nothing_twice() -> None:
    names = [line for line in page.PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("<!-- generated")]

    assert len(names) == len(set(names)) > 5
