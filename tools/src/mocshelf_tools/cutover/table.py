"""What a person sees while a cutover runs: a table that stays in its place, or a line for each change."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator

from mocshelf_tools.cutover.running import View
from mocshelf_tools.cutover.state import ALL, State
from mocshelf_tools.cutover.watching import Figures, Looked
from mocshelf_tools.terminal import Terminal

_BAR = 24
_UNKNOWN = "–"


class Board:
    """Shows views. What has happened is said above the table and stays."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._lines = 0
        self._said: tuple[str, int, bool, str] | None = None
        self._trouble = ""

    def show(self, view: View) -> None:
        state = view.state
        said = (state.phase, state.target, state.paused, state.reason)
        news = []
        if said != self._said:
            news.append(sentence(state))
            self._said = said
        if view.trouble and view.trouble != self._trouble:
            news.append(f"Trouble, and the watching goes on: {view.trouble}")
        self._trouble = view.trouble
        self._clear()
        for line in news:
            self._terminal.show(line)
        if self._terminal.live and not state.ended:
            # A line that wraps would be two, and the table would not stay in its place.
            width = shutil.get_terminal_size().columns
            lines = [line[: width - 1] for line in table(view)]
            _write("".join(f"{line}\n" for line in lines))
            self._lines = len(lines)

    def _clear(self) -> None:
        if self._lines:
            _write(f"\x1b[{self._lines}A\x1b[J")
            self._lines = 0


def sentence(state: State) -> str:
    """Where a cutover is, and why."""
    what = {
        "checking": f"Comparing both sides before {state.target} %",
        "shifting": f"Moving green to {state.target} %",
        "soaking": f"Watching green at {state.green} %",
        "finished": "Finished: all traffic is at green",
        "rolling_back": "Going back to blue",
        "rolled_back": "Rolled back: all traffic is at blue",
    }[state.phase]
    return f"{what}{' (paused)' if state.paused else ''}: {state.reason}"


def table(view: View) -> Iterator[str]:
    """The table, line by line."""
    state, plan = view.state, view.settings.plan
    figures = f"{'errors':>8}{'p95 ms':>8}"
    yield f"  {'':<7}{'weight':>7}{'probes':>8}{figures}{'requests':>10}{figures}  verdict"
    yield _side("blue", ALL - state.green, view.blue, view.watched.blue_healthy)
    yield _side("green", state.green, view.green, view.watched.green_healthy)
    part = min(1.0, state.soaked / plan.soak) if plan.soak else 1.0
    bar = "█" * round(part * _BAR) + "░" * (_BAR - round(part * _BAR))
    steps = " → ".join(f"[{step}]" if step == state.green else str(step) for step in (0, *plan.steps))
    yield f"  {steps}   {bar} {_minutes(state.soaked)} of {_minutes(plan.soak)}{'  paused' if state.paused else ''}"
    if view.watched.reason:
        yield f"  {view.watched.reason}"


def _side(name: str, weight: int, looked: Looked, healthy: bool) -> str:
    probes, counted = looked.probes, looked.metrics
    known = (f"{counted.requests:,}", f"{counted.rate:.1%}", _p95(counted)) if counted else (_UNKNOWN,) * 3
    return (
        f"  {name:<7}{weight:>5} %{probes.requests:>8}{probes.rate:>8.1%}{_p95(probes):>8}"
        f"{known[0]:>10}{known[1]:>8}{known[2]:>8}  {'healthy' if healthy else 'UNHEALTHY'}"
    )


def _p95(figures: Figures) -> str:
    return _UNKNOWN if figures.p95 is None else f"{figures.p95:,.0f}"


def _write(text: str) -> None:
    # Nobody looks on at a terminal that was closed, and the watching goes on.
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
