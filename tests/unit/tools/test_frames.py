"""Values survive the way between the gateway and its workers, whatever their size."""

from __future__ import annotations

import asyncio
import math
import socket
import threading
from typing import Any

import pytest

from mocshelf_tools.gateway import frames


@pytest.mark.parametrize("value", [None, {}, {"body": "é\u0000\ud800"}, {"body": "x" * 3_000_000}, [1, "two"]])
def test_a_value_arrives_as_it_was_sent(value: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=ours.sendall, args=(frames.framed(frames.encode(value)),))
        sender.start()
        received = frames.receive(theirs)
        sender.join()

    assert received == value


def test_the_other_sides_end_is_noticed_between_and_within_values() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(frames.framed(b'"whole"') + frames.framed(b'"half"')[:-3])
        ours.close()

        assert frames.receive(theirs) == "whole"
        assert frames.receive(theirs) is None


def test_several_values_are_read_one_by_one() -> None:
    async def read() -> list[Any]:
        reader = asyncio.StreamReader()
        reader.feed_data(frames.framed(b"1") + frames.framed(b'{"two":2}'))
        return [await frames.read(reader), await frames.read(reader)]

    assert asyncio.run(read()) == [1, {"two": 2}]


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        frames.encode({"x": math.nan})
