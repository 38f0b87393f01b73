"""The queries of the runbooks can be asked of the database as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mocshelf.runtime import database
from mocshelf_tools.stack.stack import Stack

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
QUERY = re.compile(r'db query --stage S (?:--write )?"([^"]+)"')


def queries() -> list[str]:
    found = [query for path in RUNBOOKS.glob("*.md") for query in QUERY.findall(path.read_text(encoding="utf-8"))]
    return sorted(query.replace("PID", "0") for query in found)


def test_there_are_queries_to_check() -> None:
    assert len(queries()) > 10


@pytest.mark.parametrize("query", queries())
@pytest.mark.usefixtures("stack")
def test_a_query_of_a_runbook_can_be_asked(query: str) -> None:
    with database.transaction() as conn:
        database.execute(conn, f"explain {query}")


def test_the_query_that_sends_changes_again_fits_every_kind(stack: Stack) -> None:
    text = (RUNBOOKS / "search-red.md").read_text(encoding="utf-8")
    moc = next(query for query in QUERY.findall(text) if query.startswith("insert"))
    kinds = re.findall(r"`'(\w+)'` from `(\w+)`", text)

    assert [kind for kind, _ in kinds] == ["image", "album", "wishlist"]
    for kind, relation in kinds:
        with database.transaction() as conn:
            database.execute(
                conn, "explain " + moc.replace("'moc'", f"'{kind}'").replace("moc_instructions", relation)
            )
