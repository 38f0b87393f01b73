"""Going back: which functions would get which older version, and giving it to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mocshelf_tools.cloud import aliases, releases
from mocshelf_tools.cloud.place import Place, not_deployed
from mocshelf_tools.problems import CannotContinue

SCHEMA_STAYS = (
    "The schema stays as it is: migrations suit the code before them. Rows, files and settings stay too. "
    "The next deployment of new code moves traffic on again."
)


@dataclass(frozen=True)
class Move:
    """A function whose traffic goes to another version."""

    function: str
    now: str
    to: str


def moves(place: Place, function: str | None, to: str | None) -> list[Move]:
    """What going back would move. CannotContinue when there is nothing to go back to."""
    live = aliases.live(place)
    if not live:
        raise not_deployed(place.stage)
    if to is not None and function is None:
        raise CannotContinue("--to is a version of one function; name it with --function.")
    if function is not None and function not in live:
        raise CannotContinue(f"There is no function {function!r} in this stage. There are {', '.join(sorted(live))}.")
    wanted = _before(place, live, function) if to is None or function is None else {function: to}
    found = [Move(name, live[name], version) for name, version in sorted(wanted.items())]
    for move in found:
        _check(place, move)
    return found


def left_over(place: Place) -> list[Move]:
    """What a deployment that was stopped has moved all the same: functions whose turn had ended."""
    live = aliases.live(place)
    wanted = releases.unfinished(releases.recorded(place), live)
    return [Move(name, live[name], version) for name, version in sorted(wanted.items())]


def _before(place: Place, live: Mapping[str, str], function: str | None) -> dict[str, str]:
    chosen = live if function is None else {function: live[function]}
    wanted = releases.before(releases.recorded(place), chosen)
    if not wanted:
        what = f"the function {function}" if function else f"the stage {place.stage.name}"
        raise CannotContinue(
            f"No release before this one is known of {what}, so there is nothing to go back to. "
            f"./mocshelf releases --stage {place.stage.name} lists those that are; an older commit can be deployed."
        )
    return wanted


def _check(place: Place, move: Move) -> None:
    """CannotContinue unless the version is there, and another than the live one."""
    if move.to == move.now:
        raise CannotContinue(f"{move.function} has version {move.to} live already.")
    there = aliases.versions(place, move.function)
    if move.to not in there:
        raise CannotContinue(
            f"{move.function} has no version {move.to}; there are {', '.join(there)}. Nothing was changed."
        )


def roll_back(place: Place, wanted: Sequence[Move]) -> None:
    """Moves the traffic, and notes that as a release."""
    for move in wanted:
        aliases.move(place, move.function, move.to)
    known, now = releases.recorded(place), aliases.live(place)
    codes = [release.code for release in known if release.versions == now]
    releases.note(place, codes[-1] if codes else f"back from {known[-1].code}" if known else releases.UNKNOWN)


def written(wanted: Sequence[Move]) -> Iterator[str]:
    """A line for each."""
    for move in wanted:
        yield f"  {move.function:<12}{move.now:>6} → {move.to}"
