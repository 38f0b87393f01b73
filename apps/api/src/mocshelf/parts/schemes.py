"""Whose numbers a list holds: the format says it, the file proves it, or the user declares it. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from file_validator.faults import Fault, Kind, Refused, refusal
from file_validator.identify import Identity
from mocshelf.parts import colours

DECLARED = ("rebrickable", "bricklink", "ldraw", "lego", "unknown")
_CHOICES = ("rebrickable", "bricklink", "ldraw", "lego")
_READINGS_SHOWN = 3
# What a list of a format is called, with its article; all of these say whose numbers they hold.
_LISTS = {
    "rebrickable-csv": "a Rebrickable list",
    "bricklink-xml": "a BrickLink list",
    "brickstore-bsx": "a BrickStore list",
    "studio-csv": "a Studio parts list",
    "studio-io": "a Studio model",
    "ldraw": "an LDraw model",
    "lxf": "a LEGO Digital Designer model",
    "lxfml": "a LEGO Digital Designer model",
    "lego-pab-json": "a Pick-a-Brick list",
    "brickowl-csv": "a BrickOwl order",
    "brickset-csv": "a Brickset inventory",
    "lego-pab-csv": "a Pick-a-Brick list",
    "csv": "our own export",
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A record whose colour is a number that nothing in the record explains; `name` is a colour name beside it."""

    at: str
    line: int | None
    color_id: int
    name: str


def refuse_conflict(identity: Identity, scheme: str | None) -> None:
    """Refuses a declared scheme that differs from the one the format has."""
    decided = identity.color_scheme
    if scheme is None or decided is None or scheme == decided:
        return
    what = _LISTS.get(identity.format, f"a {identity.format} list")
    if decided == "row":
        raise conflict(f"This is {what}, and each of its lines says whose numbers it has. Leave the scheme out.")
    if decided == "none":
        raise conflict(f"This is {what}, which has no colours. Leave the scheme out.")
    site = colours.SITES[decided]
    raise conflict(f"This is {what}, so its colours are {site}'s. Leave the scheme out.")


def conflict(message: str) -> Refused:
    """The refusal of a declared scheme; the message says what the file has instead."""
    return refusal(Kind.CONTENT, "SCHEME_CONFLICT", message, field="scheme")


def proven(records: Sequence[Numbered]) -> str | None:
    """The one scheme in whose table every number has the name that stands beside it."""
    named = [record for record in records if record.name]
    if not named:
        return None
    fitting = [scheme for scheme in _CHOICES if all(_fits(scheme, record) for record in named)]
    return fitting[0] if len(fitting) == 1 else None


def required(records: Sequence[Numbered]) -> Refused:
    """The refusal of numbers that could be anyone's, with what they would mean at each site."""
    message = "The colours are numbers and the file does not say whose. Choose Rebrickable, BrickLink or LDraw."
    faults = [Fault(Kind.CONTENT, "SCHEME_REQUIRED", message, field="scheme")]
    for scheme in _CHOICES:
        known = sum(colours.name_of(scheme, record.color_id) is not None for record in records)
        said = f"{colours.SITES[scheme]} has {known:,} of the {len(records):,} colours in the file."
        faults.append(Fault(Kind.CONTENT, "SCHEME_REQUIRED", said, field="scheme"))
    different: dict[int, Numbered] = {}
    for record in records:
        different.setdefault(record.color_id, record)
    for record in list(different.values())[:_READINGS_SHOWN]:
        said = f"{record.at}: colour {record.color_id} is {_readings(record.color_id)}"
        faults.append(Fault(Kind.CONTENT, "SCHEME_REQUIRED", said, line=record.line, field="scheme"))
    return Refused(faults, message=message)


def _readings(color_id: int) -> str:
    """`Red at Rebrickable, Orange at BrickLink`."""
    names = ((colours.name_of(scheme, color_id), colours.SITES[scheme]) for scheme in _CHOICES)
    return ", ".join(f"{name} at {site}" for name, site in names if name) or "unknown everywhere"


def _fits(scheme: str, record: Numbered) -> bool:
    name = colours.name_of(scheme, record.color_id)
    return name is not None and colours.folded(name) == colours.folded(record.name)
