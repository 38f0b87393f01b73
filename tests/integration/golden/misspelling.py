"""Words of the library as hasty fingers type them: a letter added, left out, changed or swapped."""

from __future__ import annotations

import random
import string

from integration.golden import library
from mocshelf.runtime.finding import words


def misspelled(count: int, seed: int = 2024) -> list[str]:
    """Searches of one to three words from one MOC, a typo or two in them, in any order; the same on every run."""
    chance = random.Random(seed)
    mocs = library.mocs()
    searches = []
    for _ in range(count):
        moc = chance.choice(mocs)
        known = words(f"{moc['title']} {' '.join(moc['tags'])} {moc['description']}").needed
        typed = chance.sample(known, min(chance.randint(1, 3), len(known)))
        for _ in range(chance.randint(1, 2)):
            place = chance.randrange(len(typed))
            typed[place] = _typo(typed[place], chance)
        searches.append(" ".join(typed))
    return searches


def _typo(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    letter = chance.choice(string.ascii_lowercase)
    head, tail = word[:place], word[place:]
    return chance.choice(
        [head + letter + tail, head + tail[1:], head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]]
    )
