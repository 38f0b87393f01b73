"""How long a function's cold start takes, how long its first and second invocation, and how much memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mocshelf import manifest
from mocshelf_tools.lambdas.environment import Environment
from mocshelf_tools.lambdas.layout import Layout

# A function with this much memory has one processor, and with less its part of one (AWS Lambda's documentation,
# "Configure Lambda function memory").
WHOLE_PROCESSOR = 1769  # MB


@dataclass(frozen=True)
class ColdStart:
    """Seconds, and bytes; `init` is from the start of the process until it asks for its first event."""

    init: float
    first: float
    second: float
    peak_memory: int
    throttled_by: str

    @property
    def answered(self) -> float:
        """Seconds until the first answer."""
        return self.init + self.first


def share_of(row: manifest.Function) -> float:
    """How much of one processor Lambda gives the function; it may have more than one, which nothing here uses."""
    return min(1.0, row.memory / WHOLE_PROCESSOR)


def cold_start(
    layout: Layout,
    row: manifest.Function,
    links: Mapping[str, str],
    event: Callable[[], object],
    *,
    share: float = 1.0,
    check: Callable[[object], None] = lambda _: None,
) -> ColdStart:
    """Starts the function and has it answer two events, whose answers `check` may look at. Raises FunctionFailed."""
    events = event(), event()
    with Environment(layout, row, links, share=share) as environment:
        first, second = (environment.invoke(one) for one in events)
        peak = environment.peak_memory()
    for answer in (first, second):
        check(answer.result)
    return ColdStart(environment.init_seconds, first.seconds, second.seconds, peak, environment.throttled_by)
