"""What is assumed is named once, has a source, and is used."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import capacity
from capacity import assumptions

import mocshelf_infra


def test_every_assumption_is_used() -> None:
    folder = Path(str(capacity.__file__)).parent
    sources = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "assumptions.py")

    unused = [row.key for row in assumptions.TABLE if f'"{row.key}"' not in sources.replace("'", '"')]

    assert unused == []


def test_the_share_of_the_proxy_is_the_one_that_is_deployed() -> None:
    source = Path(str(mocshelf_infra.__file__)).parent / "constructs" / "data" / "proxy.py"

    found = re.search(r"^SHARE = (\d+)$", source.read_text(), re.MULTILINE)

    assert found is not None
    assert assumptions.value("proxy_share") == int(found[1])


def test_a_key_stands_for_one_figure_with_a_source() -> None:
    assert max(Counter(row.key for row in assumptions.TABLE).values()) == 1
    assert all(row.what and row.source and row.value > 0 for row in assumptions.TABLE)
