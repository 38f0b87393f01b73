"""What a search finds, whichever engine answers: ids with their scores and how many there are in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from mocshelf.runtime import cache, telemetry
from mocshelf.runtime.database import Row
from mocshelf.runtime.finding import WINDOW, Sought, question

CACHED_SECONDS = 120

Ask = Callable[[Mapping[str, object]], list[Row]]


@dataclass(frozen=True)
class Matches:
    """A page of matches: scores by id in the order of the answer, and the total of all pages."""

    scores: dict[str, float]
    total: int

    @property
    def ids(self) -> list[str]:
        return list(self.scores)

    def of(self, rows: list[Row]) -> tuple[list[Row], int]:
        """The rows in the order of the matches, each with its `score`, and the total.

        A match whose row has gone since is left out and taken off the total.
        """
        by_id = {str(row["id"]): row for row in rows}
        found = [{**by_id[match], "score": score} for match, score in self.scores.items() if match in by_id]
        return found, self.total - (len(self.scores) - len(found))


def matches(sought: Sought, ask: Ask) -> Matches:
    """Asks OpenSearch, and PostgreSQL (`ask`: rows of `id`, `score` and `total`) when it does not answer.

    Past the window there are no matches but the same total. A text without a word finds nothing.
    """
    if not sought.words.needed:
        return Matches({}, 0)
    from mocshelf.runtime import search

    found = search.find(sought.alias, question(sought))
    if found is not None:
        return Matches(found.scores, found.total)
    return _from_database(sought, ask)


def kept_matches(domain: str, what: str, sought: Sought, ask: Ask) -> Matches:
    """The same, for two minutes from the owner's cache; the rows are read anew each time."""
    telemetry.metric(telemetry.SEARCHES_RUN)
    found = cache.kept(sought.owner, domain, what, CACHED_SECONDS, lambda: asdict(matches(sought, ask)))
    return Matches(**found)


def _from_database(sought: Sought, ask: Ask) -> Matches:
    window = max(min(sought.limit, WINDOW - sought.offset), 0)
    rows = ask(_values(replace(sought, limit=window))) if window else []
    # Every row carries the total, so a page past the end has to ask for the first match.
    counted = rows or (ask(_values(replace(sought, limit=1, offset=0))) if sought.offset else [])
    total = counted[0]["total"] if counted else 0
    return Matches({str(row["id"]): row["score"] for row in rows}, total)


def _values(sought: Sought) -> dict[str, object]:
    typed = sought.words
    return {
        "user_id": sought.owner,
        "typed": sought.text,
        "words": list(typed.needed),
        "edits": typed.edits,
        "extra": list(typed.extra),
        "limit": sought.limit,
        "offset": sought.offset,
    }
