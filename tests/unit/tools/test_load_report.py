"""What a run came to, as text, Markdown, JSON and a picture."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mocshelf_tools.load import plots, report
from mocshelf_tools.load.report import Run
from mocshelf_tools.load.samples import Sample, Seen
from mocshelf_tools.load.verdict import Breach
from unit.tools.load_runs import run

GOOD = Run("dev", "spike", 50, 4, run(), [])
BAD = replace(
    GOOD, seen=run(Sample(5, "open: a MOC", 1, "failed", "500 <b>")), breaches=[Breach("open", "failures", 0.1, 0.0)]
)
SVG = "{http://www.w3.org/2000/svg}"


def lines(text: str) -> list[list[str]]:
    """The picture's lines as the numbers of their points."""
    drawn = ElementTree.fromstring(text).iter(f"{SVG}path")
    return [
        one.get("d", "").replace("M", " ").replace("L", " ").split() for one in drawn if one.get("fill") == "none"
    ]


def texts(text: str) -> list[str]:
    return [str(one.text or "") for one in ElementTree.fromstring(text).iter(f"{SVG}text")]


def test_the_terminal_sees_a_row_a_name_and_that_all_is_well() -> None:
    rows = [line.split() for line in report.printed(GOOD).splitlines()]

    assert rows[1] == ["browse:", "the", "shelf", "10", "0", "0", "13", "28", "28", "1.0"]
    assert rows[4] == ["all", "30", "0", "0", "15", "29", "30", "3.0"]
    assert report.printed(GOOD).endswith("\nGood: within the thresholds of dev, spike.\n")


def test_the_terminal_sees_what_failed_and_which_threshold_broke() -> None:
    said = report.printed(BAD)

    assert "1 × open: a MOC: 500 <b>\n" in said
    assert said.endswith(
        "Not good enough for the thresholds of dev, spike:\n"
        "- open, failures: 10.00% of the requests failed; 0.00% are allowed\n"
    )


def test_a_report_is_text_picture_and_figures(tmp_path: Path) -> None:
    path = report.write(BAD, tmp_path / "new" / "folder")

    text, figures = path.read_text(), json.loads((path.parent / "figures.json").read_text())
    assert "| all | 31 | 1 | 0 | 15 | 29 | 30 | 3.1 |" in text
    assert "![Dev, spike, over time](timeline.svg)" in text
    assert "- open, failures: 10.00%" in text
    assert figures["groups"]["open"]["failures"] == 1
    assert figures["breaches"] == [{"group": "open", "limit": "failures", "found": 0.1}]
    assert "dev, spike: up to 50 visitors" in texts((path.parent / "timeline.svg").read_text())


def test_the_page_has_one_section_a_profile_in_one_order(tmp_path: Path) -> None:
    page = tmp_path / "load.md"
    page.write_text(f"# Load\n\n{report.START}\n{report.END}\n\nAfter.\n")

    for one in (GOOD, replace(GOOD, where="local", profile="smoke"), replace(GOOD, profile="ramp")):
        report.write_docs(one, page)
    report.write_docs(replace(GOOD, users=9), page)

    text = page.read_text()
    heads = [line for line in text.splitlines() if line.startswith("### ")]
    assert heads == ["### dev, ramp", "### dev, spike", "### local, smoke"]
    assert text.count("up to 9 visitors") == 1
    assert text.count("| browse | 10 | 0 | 0 | 13 | 28 | 28 | 1.0 |") == 3
    assert "`./mocshelf load --profile smoke --stage local`" in text
    assert text.startswith("# Load\n")
    assert text.endswith("\n\nAfter.\n")
    assert (tmp_path / "load" / "dev-spike.svg").exists()


def test_the_picture_has_a_line_each_for_visitors_requests_times_and_faults() -> None:
    visitors, requests, *times_and_faults = lines(plots.timeline("a < b", run()))

    assert len(visitors) == 2 * 11
    assert len(requests) == 2 * 10
    assert len(times_and_faults) == 4
    assert "a < b" in texts(plots.timeline("a < b", run()))


def test_a_second_without_an_answer_interrupts_the_line_of_times() -> None:
    seen = run()
    quiet = Seen([one for one in seen.samples if not 4 <= one.at < 6], seen.seconds)

    drawn = ElementTree.fromstring(plots.timeline("", quiet)).iter(f"{SVG}path")
    p50 = [one.get("d", "") for one in drawn if one.get("fill") == "none"][3]

    assert p50.count("M") == 2


@pytest.mark.parametrize("seen", [Seen([], []), run(seconds=600)], ids=["nothing", "long"])
def test_a_run_of_any_length_can_be_drawn(seen: Seen) -> None:
    assert all(len(line) <= 2 * 601 for line in lines(plots.timeline("", seen)))
    assert len(lines(plots.timeline("", seen))[1]) <= 2 * 100
