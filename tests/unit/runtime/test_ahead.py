"""Work beside a function's start."""

from __future__ import annotations

from threading import Event, get_ident

import pytest

from mocshelf.runtime.ahead import Ahead


def test_the_result_is_waited_for() -> None:
    begun, may_end = Event(), Event()

    def work() -> int:
        begun.set()
        may_end.wait(10)
        return get_ident()

    ahead = Ahead(work)
    assert begun.wait(10)
    may_end.set()

    assert ahead.result() != get_ident()


def test_what_the_work_raises_is_raised_where_its_result_is_wanted() -> None:
    def work() -> int:
        raise OSError("The server is away.")

    ahead = Ahead(work)

    with pytest.raises(OSError, match="The server is away"):
        ahead.result()
