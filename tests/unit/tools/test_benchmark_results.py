"""What a benchmark leaves behind: its figures as JSON, to be read again without measuring."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unit.tools.benchmarks import module

stored, table, svg = module("stored"), module("table"), module("svg")


def test_figures_that_were_shown_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stored, "RESULTS", tmp_path)
    monkeypatch.setattr(svg, "RESULTS", tmp_path)

    table.show("cold", "A start", {"bare": [3.0, 1.0, 2.0], "Mocshelf": [4, 6]}, notes=["Node is missing."])

    (name, result), *others = stored.read_all(tmp_path).items()
    assert (name, others) == ("cold", [])
    assert result.contenders["bare"] == stored.Figures(3, 1.0, 2.0, 3.0)
    assert result.contenders["Mocshelf"] == stored.Figures(2, 4, 5, 6)
    assert (result.title, result.unit, result.notes) == ("A start", "ms", ["Node is missing."])
    assert f"{os.cpu_count()} cores" in result.machine
    assert (tmp_path / "cold.svg").exists()
    assert capsys.readouterr().out.count("Node is missing.") == 1


def test_a_result_says_its_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "RESULTS", tmp_path)
    monkeypatch.setattr(svg, "RESULTS", tmp_path)

    table.show("memory", "Peaks", {"Mocshelf": [1.23456]}, unit="MB")

    result = stored.read_all(tmp_path)["memory"]
    assert (result.unit, result.contenders["Mocshelf"].median) == ("MB", 1.235)
