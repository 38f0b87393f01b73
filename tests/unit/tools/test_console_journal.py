"""What the console remembers, and how it is streamed: bounded, in order, resumed, never waiting for a slow reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from mocshelf_tools.console.journal import LOG, REQUEST, Journal
from mocshelf_tools.console.stream import events, place_of
from unit.tools.console_parts import in_a_loop

SMALL = {REQUEST: 2, LOG: 3}


def filled(journal: Journal, *kinds: str) -> Journal:
    for kind in kinds:
        journal.add(kind, f'{{"n":{journal.last + 1}}}')
    return journal


def numbers(journal: Journal, after: int = 0) -> list[int]:
    return [entry.number for entry in journal.after(after)]


async def told(stream: AsyncIterator[bytes]) -> str:
    async with asyncio.timeout(2):
        return (await anext(stream)).decode()


def test_each_kind_keeps_its_last_entries_and_they_stay_in_order() -> None:
    journal = filled(Journal(SMALL), REQUEST, LOG, LOG, REQUEST, LOG, LOG, REQUEST, LOG)

    assert numbers(journal) == [4, 5, 6, 7, 8]
    assert numbers(journal, after=6) == [7, 8]
    assert numbers(journal, after=8) == []


def test_a_flood_of_one_kind_leaves_the_others_and_the_memory_alone() -> None:
    journal = filled(Journal(), REQUEST, *[LOG] * 5000)

    assert numbers(journal)[0] == 1
    assert len(numbers(journal)) == 1 + 2000


@pytest.mark.parametrize(
    "last_id", ["", "x", "{run}", "{run}-", "{run}-x", "{run}--1", "{run}-9", "other-1", "{run}-²"]
)
def test_a_place_that_is_none_of_this_run_is_none(last_id: str) -> None:
    journal = filled(Journal(), REQUEST)

    assert place_of(journal, last_id.replace("{run}", journal.run)) is None
    assert place_of(journal, f"{journal.run}-1") == 1


@in_a_loop
async def test_what_is_remembered_comes_first_and_then_what_happens() -> None:
    journal = filled(Journal(), REQUEST, LOG)
    stream = events(journal, "")

    assert await told(stream) == "retry: 1000\n\n"
    assert await told(stream) == (
        f'id: {journal.run}-1\nevent: request\ndata: {{"n":1}}\n\n'
        f'id: {journal.run}-2\nevent: log\ndata: {{"n":2}}\n\n'
    )
    later = asyncio.create_task(told(stream))
    await asyncio.sleep(0)
    filled(journal, LOG).wake()
    assert await later == f'id: {journal.run}-3\nevent: log\ndata: {{"n":3}}\n\n'


@in_a_loop
async def test_who_comes_back_gets_only_what_is_new_and_hears_of_what_it_missed() -> None:
    journal = filled(Journal(SMALL), REQUEST, LOG, LOG, LOG, LOG)
    resumed = events(journal, f"{journal.run}-1")

    await told(resumed)

    assert await told(resumed) == 'event: lost\ndata: {"count":1}\n\n'
    assert (await told(resumed)).startswith(f"id: {journal.run}-3\n")


@in_a_loop
async def test_who_was_here_before_a_restart_is_told_to_begin_anew() -> None:
    journal = filled(Journal(), REQUEST)
    stream = events(journal, "0a1b2c3d-7")

    await told(stream)

    assert await told(stream) == "event: reset\ndata: {}\n\n"
    assert (await told(stream)).startswith(f"id: {journal.run}-1\n")


@in_a_loop
async def test_a_reader_that_is_slow_holds_nothing_and_misses_the_oldest() -> None:
    journal = filled(Journal(SMALL), LOG)
    stream = events(journal, "")
    await told(stream)
    await told(stream)

    # It does not read while this happens.
    filled(journal, *[LOG] * 1000).wake()

    assert await told(stream) == 'event: lost\ndata: {"count":997}\n\n'
    rest = await told(stream)
    assert rest.count("event: log") == 3
    assert f"id: {journal.run}-1001\n" in rest


@in_a_loop
async def test_a_quiet_stream_is_kept_alive_and_ends_with_the_journal() -> None:
    journal = Journal()
    stream = events(journal, "", heartbeat=0.01)

    await told(stream)
    assert await told(stream) == ":\n\n"
    journal.close()

    with pytest.raises(StopAsyncIteration):
        while True:
            await told(stream)
