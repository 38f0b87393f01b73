"""The table of costs adds up, and says of each stage what the table of stages says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.assembly import resources
from infra.conftest import Assemblies
from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.stages import Stage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "costs.md"
COLUMNS = ("dev", "staging", "production, idle", "production, 10,000 users")
STAGES = {column: stages.stage(column.partition(",")[0]) for column in COLUMNS}
HOURS = 730

Cells = dict[str, tuple[float, float]]


def table() -> tuple[dict[str, tuple[float, Cells]], list[float]]:
    """By its name the price and, by column, quantity and dollars of each row; and the sums."""
    rows: dict[str, tuple[float, Cells]] = {}
    sums: list[float] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 + len(COLUMNS) and re.fullmatch(r"[\d.]+", cells[2]):
            rows[cells[0]] = float(cells[2]), {c: _cell(cell) for c, cell in zip(COLUMNS, cells[3:], strict=True)}
        if cells[0].startswith("**Sum"):
            sums = [_number(cell.strip("*")) for cell in cells[3:]]
    return rows, sums


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _cell(text: str) -> tuple[float, float]:
    if text == "–":
        return 0, 0
    quantity, dollars = text.split(" → ")
    return _number(quantity), _number(dollars)


def test_every_cell_is_quantity_times_price() -> None:
    rows, _ = table()

    wrong = [
        (name, column)
        for name, (price, cells) in rows.items()
        for column, (quantity, dollars) in cells.items()
        if dollars != pytest.approx(quantity * price, abs=0.006)
    ]

    assert len(rows) > 30
    assert wrong == []


def test_the_sums_are_those_of_the_columns() -> None:
    rows, sums = table()

    added = [sum(cells[column][1] for _, cells in rows.values()) for column in COLUMNS]

    assert sums == pytest.approx(added, abs=0.005)


def _nats(stage: Stage) -> float:
    assert stage.network is not None
    return stage.network.nat_gateways * HOURS


def _endpoints(stage: Stage) -> float:
    assert stage.network is not None
    return len(stage.network.endpoints) * 2 * HOURS


def _nodes(node: str) -> Callable[[Stage], float]:
    def hours(stage: Stage) -> float:
        assert stage.cache is not None
        assert stage.search is not None
        counts = {
            stage.cache.node: stage.cache.shards * (1 + stage.cache.replicas),
            stage.search.node: stage.search.nodes,
            stage.search.master_node: stage.search.masters,
        }
        return counts.get(node, 0) * HOURS

    return hours


def _volumes(stage: Stage) -> float:
    assert stage.search is not None
    return stage.search.nodes * stage.search.volume


def _snapshots(stage: Stage) -> float:
    return sum(row.memory for row in manifest.FUNCTIONS if row.routes) / 1024 if stage.functions.snap_start else 0


def _idle_capacity(stage: Stage) -> float:
    assert stage.database is not None
    return (1 + stage.database.readers) * max(stage.database.minimum, 0.5) * HOURS


FOLLOWS: dict[str, Callable[[Stage], float]] = {
    "NAT gateways": _nats,
    "NAT, public addresses": _nats,
    "Interface endpoints: 3 in 2 zones": _endpoints,
    "Valkey, cache.t4g.micro": _nodes("cache.t4g.micro"),
    "Valkey, cache.r7g.large": _nodes("cache.r7g.large"),
    "OpenSearch, t3.small": _nodes("t3.small.search"),
    "OpenSearch, r6g.large": _nodes("r6g.large.search"),
    "OpenSearch masters, m6g.large": _nodes("m6g.large.search"),
    "OpenSearch, volumes": _volumes,
    "SnapStart, kept snapshots": _snapshots,
    "Aurora Serverless v2": _idle_capacity,
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_a_quantity_is_what_the_table_of_stages_makes_it(name: str) -> None:
    rows, _ = table()
    columns = COLUMNS[:3] if name == "Aurora Serverless v2" else COLUMNS

    for column in columns:
        assert rows[name][1][column][0] == pytest.approx(FOLLOWS[name](STAGES[column])), column


@pytest.mark.parametrize("column", COLUMNS)
def test_alarms_are_counted_as_they_are_charged(assembly: Assemblies, column: str) -> None:
    rows, _ = table()
    made = assembly(STAGES[column].name)

    metrics = sum(
        1 if "MetricName" in alarm else sum("MetricStat" in one for one in alarm["Metrics"])
        for stack in made.stacks()
        for _, alarm in resources(made.template(stack), "AWS::CloudWatch::Alarm")
    )

    assert rows["Alarms, a metric each"][1][column][0] == metrics
