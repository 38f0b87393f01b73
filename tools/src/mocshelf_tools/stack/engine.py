"""The search engine of a stack: one given by address, the embedded one, or none and why."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.java import Java, find_java
from mocshelf_tools.stack.opensearch import OpenSearch, is_ready
from mocshelf_tools.stack.opensearch_files import find_maven

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mocshelf_tools.stack.folder import DataFolder
    from mocshelf_tools.stack.processes import Processes

ADDRESS = "MOCSHELF_OPENSEARCH"
_PREPARE = "from mocshelf.indexing.reindexing import prepare; prepare()"
_READY_SECONDS = 180
_PREPARE_SECONDS = 60


class Engine:
    """Gets ready beside everything else. `server` is the embedded one, `url` where it is or will be.

    Both are None when there is none, and `problem` then says why to a person.
    """

    def __init__(self, folder: DataFolder, processes: Processes, port: int) -> None:
        self.server: OpenSearch | None = None
        self.url: str | None = None
        self.problem: str | None = None
        self._ended = threading.Event()
        self._given_up = False
        self._told: list[Callable[[], None]] = []
        try:
            self.url = _given()
            if self.url is None:
                self.server = OpenSearch(folder, processes, port, _usable_java())
                self.url = self.server.url
        except CannotContinue as problem:
            self.problem = str(problem)
            self._ended.set()

    @property
    def getting_ready(self) -> bool:
        return not self._ended.is_set()

    def start(self, environment: Mapping[str, str]) -> None:
        """Goes on in the background, until searches can be answered."""
        if self.url is not None:
            threading.Thread(target=self._get_ready, args=(dict(environment),), daemon=True).start()

    def wait(self, seconds: float = _READY_SECONDS) -> bool:
        """Whether it is ready, within so many seconds."""
        return self._ended.wait(seconds) and self.problem is None

    def when_ended(self, tell: Callable[[], None]) -> None:
        """Has `tell` called, from another thread, once it is ready or will not be."""

        def later() -> None:
            self._ended.wait()
            if not self._given_up:
                tell()

        threading.Thread(target=later, daemon=True).start()

    def give_up(self) -> None:
        self._given_up = True
        self._ended.set()

    def _get_ready(self, environment: dict[str, str]) -> None:
        try:
            self._reach()
            self.prepare(environment)
        except CannotContinue as problem:
            self.problem = str(problem)
        except (OSError, RuntimeError) as problem:
            # A stack that stops meanwhile pulls its folder away.
            self.problem = f"it could not be started: {problem}"
        self._ended.set()

    def _reach(self) -> None:
        if self.server is not None:
            self.server.start()
            if self._given_up:
                self.server.ask_to_end()
                return
            self.server.wait()
            return
        deadline = time.monotonic() + 10
        while not is_ready(str(self.url)):
            if time.monotonic() > deadline:
                raise CannotContinue(f"nothing that is ready answers at {self.url}, which {ADDRESS} names")
            time.sleep(0.2)

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Fills the indices that are missing, in a process of its own, which is linked like a function.

        A server that has just started takes longer over its first requests than functions wait, so they are repeated.
        """
        deadline = time.monotonic() + _PREPARE_SECONDS
        while not self._given_up:
            done = subprocess.run(
                [sys.executable, "-c", _PREPARE],
                env=dict(environment),
                cwd=paths.ROOT,
                capture_output=True,
                text=True,
            )
            if not done.returncode:
                self.problem = None
                return
            if time.monotonic() > deadline or (self.server is not None and not self.server.running()):
                last = (done.stderr.strip().splitlines() or ["?"])[-1]
                raise CannotContinue(f"its indices could not be made: {last.rpartition('Unavailable: ')[2]}")
            time.sleep(1)


def _given() -> str | None:
    """The address that the developer gave."""
    address = os.environ.get(ADDRESS, "").strip().rstrip("/")
    if not address:
        return None
    if urlsplit(address).scheme not in ("http", "https"):
        raise CannotContinue(f"{ADDRESS} must be an address like http://127.0.0.1:9200")
    return address


def _usable_java() -> Java:
    """The Java to run it with; CannotContinue without, or without Maven to get the program with."""
    find_maven()
    return find_java()
