"""Environments of the functions, each a process, forked from one that has imported the handlers.

COUNT WAVES PAUSE: in each wave every environment makes one request, all at the same moment, PAUSE seconds after the
wave before. One that still waits for an answer when a wave comes sits it out. Each opens its connection with its
first request and keeps it until the last one of all is done, as an environment that is frozen does. Prints a line of
JSON for each.
"""

from __future__ import annotations

import dataclasses
import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
import time
import traceback
from typing import NoReturn

from integration.front_door import front_door
from mocshelf.runtime import database
from mocshelf.testing import Client
from mocshelf_tools.stack.processes import end_with_parent
from saturation.user import User

FUNCTIONS = ("mocs", "wishlist")
WARMING = 40  # requests before all others
NICE = 10
LONGEST = 60  # seconds that the last environment may need after the last wave
_MOMENT = struct.Struct("d")


def main(count: int, waves: int, pause: float) -> None:
    client = front_door({name: importlib.import_module(f"mocshelf.functions.{name}").handler for name in FUNCTIONS})
    # Functions log to standard output, which is for results here.
    results = os.dup(1)
    os.dup2(2, 1)
    _warm(client)
    # In the cloud the servers have machines of their own; here they go first.
    os.nice(NICE)
    begin, told = os.pipe()
    said, say = os.pipe()
    end, ended = os.pipe()
    tie = end_with_parent(signal.SIGKILL)
    # What is shared stays shared: a collection would write into every page.
    gc.collect()
    gc.freeze()
    children = []
    for number in range(count):
        children.append(os.fork())
        if not children[-1]:
            if tie:
                tie()
            # An end that is kept open here would keep the others waiting.
            for one in (told, said, ended):
                os.close(one)
            _be(User(client, number), begin, say, end, waves, pause)
    os.close(say)
    os.write(told, _MOMENT.pack(time.monotonic() + 0.2) * count)
    for line in _lines(said, count, time.monotonic() + waves * pause + LONGEST):
        os.write(results, line)
    os.close(ended)
    for child in children:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def _warm(client: Client) -> None:
    """Has everything imported and built that a request needs: the cores of this machine are for the waves."""
    user = User(client, 0)
    for _ in range(WARMING):
        user.act()
    database.close()


def _be(user: User, begin: int, say: int, end: int, waves: int, pause: float) -> NoReturn:
    """The life of one environment."""
    try:
        (moment,) = _MOMENT.unpack(os.read(begin, _MOMENT.size))
        for wave in range(waves):
            due = moment + wave * pause
            if time.monotonic() < due + pause:
                time.sleep(max(0.0, due - time.monotonic()))
                user.act()
        line = json.dumps(dataclasses.asdict(user.seen)).encode() + b"\n"
        assert len(line) <= select.PIPE_BUF, "longer lines would mix with those of others"
        os.write(say, line)
        os.read(end, 1)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _lines(said: int, count: int, deadline: float) -> list[bytes]:
    """As many lines as there are environments, or fewer when some have none to say by the deadline."""
    content = b""
    while content.count(b"\n") < count and select.select([said], [], [], max(0.0, deadline - time.monotonic()))[0]:
        more = os.read(said, 65536)
        if not more:
            break
        content += more
    return content.splitlines(keepends=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
