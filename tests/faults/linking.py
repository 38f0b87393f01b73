"""Links this process to one stack after another, which a function never needs."""

from __future__ import annotations

import os

from mocshelf.runtime import cache, database, search
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.resources import resources
from mocshelf.runtime.storage import files


def relink(links: dict[str, str]) -> None:
    """Forgets the links and connections of the stack before."""
    # The only link that a stack may be without.
    os.environ.pop("MOCSHELF_SEARCH", None)
    os.environ.update(links)
    for name in [one for one in resources.__dict__ if not one.startswith("_")]:
        del resources.__dict__[name]
    files.__dict__.pop("_store", None)
    database.close()
    search.close()
    cache._state = cache._State()
    cache.breaker, search.breaker = Breaker("cache"), Breaker("search")
