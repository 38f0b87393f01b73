"""The benchmarks' folder on the path, as `./mocshelf bench` puts it there, and times that nobody had to measure."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks"))


@pytest.fixture(scope="session")
def times() -> Any:
    """Every kind takes 4 ms, half of it this process's; it holds a connection for 2 ms and PostgreSQL works 1 ms."""
    from capacity.mix import MIX
    from capacity.recorder import Hold, Sample
    from capacity.times import Pool, Times, spread

    hold = Hold(wall=2.0, cpu=0.5, statements=1)
    calls = {"database": 1, "cache": 2}
    sample = Sample(
        wall=4.0,
        cpu=2.0,
        database_cpu=1.0,
        delayed=0.0,
        away=0.0,
        answer_bytes=1000,
        calls=calls,
        holds=(hold,),
    )
    spreads = {
        kind.name: {"requests": 1, **{name: spread([1.0]) for name in ("wall", "cpu", "held", "database_cpu")}}
        for kind in MIX
    }
    pool = Pool(3, 20.0, tuple(float(number) for number in range(100)), (100.0, 140.0))
    return Times({kind.name: [sample] for kind in MIX}, 1.0, spreads, "in a test", pool)


@pytest.fixture(scope="session")
def demand(times: Any) -> Any:
    from capacity.demand import demand

    return demand(times)
