"""What a typed search text means: its words, and the question they make for OpenSearch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

# Brick sizes are written in many ways: `2 x 4`, `2X4`, `2×4`, `2 by 4` and `1 x 2 x 5` become `2x4` and `1x2x5`.
# Python, Java and PostgreSQL read this pattern alike; BRICK replaces what it finds, in each of them.
_BLANKS = r"[ \t\r\n\u00a0]"
BRICKS = rf"(?<=[0-9])(?:{_BLANKS}*[xX\u00d7]{_BLANKS}*|{_BLANKS}+[bB][yY]{_BLANKS}+)(?=[0-9])"
BRICK = "x"

# What separates words, as Java writes it. Both engines see words with blanks between them and split alike.
GAPS = r"[^\p{L}\p{M}\p{N}]+"
GAP = " "

# How the index reads texts, and so how it reads questions: in words as `words` and PostgreSQL's `fold` make them.
ANALYSIS = {
    "char_filter": {
        "bricks": {"type": "pattern_replace", "pattern": BRICKS, "replacement": BRICK},
        "gaps": {"type": "pattern_replace", "pattern": GAPS, "replacement": GAP},
    },
    "analyzer": {
        "folded": {
            "type": "custom",
            "char_filter": ["bricks", "gaps"],
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding"],
        }
    },
    "normalizer": {"lower": {"type": "custom", "filter": ["lowercase"]}},
}

WINDOW = 10_000  # matches that can be paged, in either engine

# Longer questions say no more, and every word costs a look-up.
MOST_WORDS = 20

# Both engines forgive an edit (a letter added, left out, changed or swapped with the next) from FORGIVING letters
# on and two from FORGIVING_TWICE on. Shorter words are too like each other, and numbers mean what they say.
FORGIVING, FORGIVING_TWICE, LONGEST = 4, 8, 32

# The document fields that are searched, and what a word in them counts. PostgreSQL has the same numbers.
FIELDS = {
    "moc_instructions": {"title": 3, "tags": 2, "description": 1},
    "gallery_images": {"title": 3, "tags": 2, "description": 1},
    "gallery_albums": {"title": 3, "description": 1},
    "wishlist_items": {"title": 3, "category": 2, "description": 1},
}
SPELLED_DIFFERENTLY = 0.5  # of what the word would count
MAY_OCCUR = 0.5
WHOLE_TITLE = 1

# A user's spelling can be near to many words of other users: the engine looks at so many before it filters.
_LOOK_ALIKES = 200

_SORTS = {"updatedAt": "updatedAt", "createdAt": "createdAt", "title": "title.sort", "partsCount": "partsCount"}

Clause = dict[str, object]


@dataclass(frozen=True)
class Words:
    """The words that a match must have, and single letters that only make it a better one."""

    needed: tuple[str, ...]
    extra: tuple[str, ...] = ()

    @property
    def edits(self) -> list[int]:
        """How many edits each needed word forgives."""
        return [edits(word) for word in self.needed]


@dataclass(frozen=True)
class Sought:
    """A search of one user in one index; `filters` are exact values by document field, those given."""

    alias: str
    owner: str
    text: str
    limit: int
    offset: int
    filters: Mapping[str, object] = field(default_factory=dict)
    without: str | None = None  # a document field that must be empty
    sort: str | None = None  # else the best matches come first
    order: str = "desc"

    @property
    def words(self) -> Words:
        return words(self.text)


def words(text: str) -> Words:
    """The words of a text as it was typed, each once; what is no letter or digit only separates them.

    A single letter is needed only when there is nothing else: `king's castle` must find `Kings Castle`.
    """
    plain = re.sub(BRICKS, BRICK, unicodedata.normalize("NFKC", text)).lower()
    without_marks = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    found = list(dict.fromkeys(re.findall(r"[^\W_]+", without_marks)))[:MOST_WORDS]
    needed = tuple(word for word in found if len(word) > 1 or word.isdigit())
    if not needed:
        return Words(tuple(found))
    return Words(needed, tuple(word for word in found if word not in needed))


def given(filters: Mapping[str, object]) -> dict[str, object]:
    """The filters that are set."""
    return {name: value for name, value in filters.items() if value is not None}


def edits(word: str) -> int:
    """How many edits the word forgives; none when it has a digit: 2x4 is not 2x3."""
    if not FORGIVING <= len(word) <= LONGEST or any(c.isnumeric() for c in word):
        return 0
    return 2 if len(word) >= FORGIVING_TWICE else 1


def question(sought: Sought) -> dict[str, object]:
    """The body of the search for OpenSearch. Every word must occur in some field and counts by the best of them.

    Constant weights instead of word statistics: these would be of all users' documents, and PostgreSQL, which
    answers when the engine is away, gives the same numbers.
    """
    fields = FIELDS[sought.alias]
    typed = sought.words
    window = max(min(sought.limit, WINDOW - sought.offset), 0)
    filters: list[Clause] = [{"term": {name: _as_indexed(name, value)}} for name, value in sought.filters.items()]
    bool_query: Clause = {
        "filter": [{"term": {"userId": sought.owner}}, *filters],
        "must": [_anywhere(word, fields) for word in typed.needed],
        "should": [
            _constant({"term": {"title.sort": sought.text.lower()}}, WHOLE_TITLE),
            *(_constant(_in_any(word, fields), MAY_OCCUR) for word in typed.extra),
        ],
    }
    if sought.without:
        bool_query["must_not"] = [{"exists": {"field": sought.without}}]
    return {
        "from": sought.offset if window else 0,
        "size": window,
        "track_total_hits": True,
        "track_scores": True,
        "_source": False,
        "query": {"bool": bool_query},
        "sort": _sorting(sought),
    }


def _as_indexed(name: str, value: object) -> object:
    """The value as the index has it: texts are composed there, what only filters is not."""
    if name.endswith(".exact") and isinstance(value, str):
        return unicodedata.normalize("NFKC", value)
    return value


def _sorting(sought: Sought) -> list[Clause]:
    if sought.sort is None:
        return [{"_score": "desc"}, {"updatedAt": "desc"}, {"id": "asc"}]
    return [
        {_SORTS[sought.sort]: {"order": sought.order, "missing": "_last"}},
        {"id": sought.order},
    ]


def _anywhere(word: str, fields: Mapping[str, int]) -> Clause:
    """The word in any field, as typed or nearly so; it counts by the heaviest."""
    ways = [_constant(_match(name, word, 0), weight) for name, weight in fields.items()]
    forgiven = edits(word)
    if forgiven:
        ways += [
            _constant(_match(name, word, forgiven), weight * SPELLED_DIFFERENTLY) for name, weight in fields.items()
        ]
    return {"dis_max": {"queries": ways}}


def _in_any(word: str, fields: Mapping[str, int]) -> Clause:
    return {"bool": {"should": [_match(name, word, 0) for name in fields]}}


def _match(name: str, word: str, forgiven: int) -> Clause:
    rule: dict[str, object] = {"query": word, "operator": "and"}
    if forgiven:
        rule |= {"fuzziness": forgiven, "max_expansions": _LOOK_ALIKES}
    return {"match": {name: rule}}


def _constant(query: Clause, weight: float) -> Clause:
    return {"constant_score": {"filter": query, "boost": weight}}
