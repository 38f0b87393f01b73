"""What a person sees while CloudFormation works: on a terminal a line that moves, elsewhere a line for each thing."""

from __future__ import annotations

from collections.abc import Callable

from mocshelf_tools.cloud.stack_events import Event
from mocshelf_tools.terminal import Terminal

_WORDS = {"CREATE": "made", "UPDATE": "changed", "DELETE": "removed", "IMPORT": "taken over"}
PathOf = Callable[[str, str], str]


class Progress:
    """Tells of events; `path_of(stack, resource)` is what a resource is called."""

    def __init__(self, terminal: Terminal, path_of: PathOf) -> None:
        self._terminal = terminal
        self._path_of = path_of
        self._begun: dict[str, Event] = {}
        self._done: dict[str, int] = {}

    @property
    def waiting_for(self) -> list[Event]:
        """What was begun and has not ended, oldest first."""
        return [event for event in self._begun.values() if not event.of_the_stack]

    def tell(self, event: Event) -> None:
        key = f"{event.stack}/{event.resource}"
        if not event.ended:
            self._begun.setdefault(key, event)
            self._terminal.progress(self._line(event, "..."))
            return
        begun = self._begun.pop(key, event)
        seconds = (event.at - begun.at).total_seconds()
        if event.of_the_stack:
            self._tell_of_the_stack(event, seconds)
            return
        self._done[event.stack] = self._done.get(event.stack, 0) + 1
        how = "failed" if event.failed else _WORDS.get(event.status.partition("_")[0], "done")
        if event.failed or not self._terminal.live:
            self._terminal.show(self._line(event, how))
        else:
            self._terminal.progress(self._line(event, how))

    def _tell_of_the_stack(self, event: Event, seconds: float) -> None:
        done = self._done.pop(event.stack, 0)
        how = event.status.replace("_", " ").lower()
        self._terminal.show(f"{short(event.stack):<10} {how:<26} {done:>4} resources {seconds:>7.1f} s")

    def _line(self, event: Event, how: str) -> str:
        kind = event.kind.removeprefix("AWS::")
        return f"{short(event.stack):<10} {how:<10} {kind:<34} {self.name_of(event)}"

    def name_of(self, event: Event) -> str:
        return self._path_of(event.stack, event.resource)


def short(stack: str) -> str:
    """`api` for `Mocshelf-production-api`."""
    return stack.rpartition("-")[2]
