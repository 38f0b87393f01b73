"""Reading `python -X importtime`."""

from __future__ import annotations

from mocshelf_tools.lambdas.imports import Imported, parsed, slowest

REPORT = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 |   encodings.aliases
import time:       200 |        300 | encodings
import time:        10 |         10 |     a.b.c
import time:        20 |         30 |   a.b
import time:         5 |          5 |   a.d
import time:         1 |         36 | a
"""


def test_each_module_knows_who_imports_it() -> None:
    assert parsed(REPORT) == [
        Imported("encodings.aliases", 100, 100, ("encodings",)),
        Imported("encodings", 200, 300, ()),
        Imported("a.b.c", 10, 10, ("a", "a.b")),
        Imported("a.b", 20, 30, ("a",)),
        Imported("a.d", 5, 5, ("a",)),
        Imported("a", 1, 36, ()),
    ]


def test_the_slowest_are_those_with_the_most_time_of_their_own() -> None:
    assert [one.module for one in slowest(parsed(REPORT), 3)] == ["encodings", "encodings.aliases", "a.b"]
