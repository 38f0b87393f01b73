"""Who works on a cutover: one run at a time, which says every so often that it is still there."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import State
from mocshelf_tools.cutover.store import Overtaken, Record, Store, Unreadable, now
from mocshelf_tools.problems import CannotContinue

_LOOKS = 12


def elapsed() -> float:
    """Seconds by a clock that nobody sets, and that goes on while a laptop sleeps where there is such a one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass
class Lease:
    """The right to write the next link of the chain, as run `holder` of the person `by`."""

    store: Store
    settings: Settings
    holder: str
    by: str
    number: int = 0
    written: float = 0
    _alive: int | None = None
    # Links whose answer was lost: they may be in the chain all the same.
    _tried: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def new(cls, store: Store, settings: Settings, by: str, number: int) -> Lease:
        return cls(store, settings, uuid.uuid4().hex[:12], by, number)

    @property
    def due(self) -> bool:
        return elapsed() - self.written >= self.settings.lease / 3

    @property
    def sure(self) -> bool:
        """Whether nobody else can have taken it over: they wait for the whole time from the last sign of life."""
        return elapsed() - self.written < self.settings.lease * 2 / 3

    def write(self, state: State) -> None:
        """Puts an entry into the log. Overtaken."""
        self._append(Record(self.number + 1, "entry", self.holder, self.by, now(), state, self.settings))

    def keep(self, state: State) -> None:
        """Says that this run is still there, and how far it is. Overtaken."""
        before = self._alive
        self._append(Record(self.number + 1, "alive", self.holder, self.by, now(), state, self.settings))
        self._alive = self.number
        if before is not None:
            self.store.drop(before)

    def release(self, state: State) -> None:
        """Lets others go on at once. Overtaken."""
        self._append(Record(self.number + 1, "entry", "", self.by, now(), state, self.settings))

    def request(self) -> Record | None:
        """What somebody else has written into the chain of this run; None when nothing. Overtaken when it is lost."""
        found = self.store.after(self.number)
        if found is None:
            return None
        own = isinstance(found, Record) and (found.by, found.at) in self._tried
        if not own and (isinstance(found, Unreadable) or found.holder != self.holder):
            raise Overtaken
        self.number = found.number
        self._tried.clear()
        return None if own or isinstance(found, Unreadable) else found

    def _append(self, record: Record) -> None:
        # Counted from before the request: others count from when they have seen it, which is later.
        begun = elapsed()
        self._tried.append((record.by, record.at))
        self.store.append(record)
        self.number, self.written = record.number, begun
        self._tried.clear()


def idle(store: Store, newest: Record, sleep: Callable[[float], None] = time.sleep) -> Record | None:
    """The newest link once its run is surely gone; None when it is alive.

    The clocks of two machines may differ, so no time of day is compared: a run is gone when it has written nothing
    for the whole lease while this one looked on.
    """
    if not newest.holder or newest.state.ended:
        return newest
    begun = elapsed()
    while elapsed() - begun < newest.settings.lease:
        sleep(newest.settings.lease / _LOOKS)
        found = store.newest()
        if not isinstance(found, Record) or found.number != newest.number:
            return None
    return newest


def busy(record: Record) -> CannotContinue:
    return CannotContinue(
        f"{record.by} works on this cutover (last heard of at {record.at}). `pause`, `resume` and `rollback` reach "
        "that run from here; another one cannot begin beside it."
    )


def take(lease: Lease, state: State) -> None:
    """Makes this run the one that works. CannotContinue when another was faster."""
    try:
        lease.write(state)
    except Overtaken:
        raise CannotContinue(
            "Somebody else has begun to work on this cutover just now. See: cutover status"
        ) from None
    newest = lease.store.newest()
    # A link can be made in a gap that a deleted sign of life has left: then newer ones follow it.
    if newest is None or newest.number != lease.number:
        lease.store.drop(lease.number)
        raise CannotContinue("Somebody else works on this cutover. See: cutover status")


def ask(store: Store, newest: Record, state: State, by: str) -> bool:
    """Writes a person's wish for the run that works; False when it wrote meanwhile, so that one asks again."""
    try:
        store.append(replace(newest, number=newest.number + 1, kind="entry", by=by, at=now(), state=state))
    except Overtaken:
        return False
    return True
