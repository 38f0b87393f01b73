"""Whether a run was good enough: thresholds by place, profile and group, and what breaks them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.load.samples import Figures
from mocshelf_tools.problems import CannotContinue

THRESHOLDS = paths.ROOT / "tests" / "load" / "thresholds.toml"
_WORDS = {
    "p50": "half of the answers took longer than {found:,.0f} ms; {limit:,.0f} ms are allowed",
    "p95": "one answer in 20 took longer than {found:,.0f} ms; {limit:,.0f} ms are allowed",
    "p99": "one answer in 100 took longer than {found:,.0f} ms; {limit:,.0f} ms are allowed",
    "failures": "{found:.2%} of the requests failed; {limit:.2%} are allowed",
    "waits": "{found:.2%} of the requests were asked to wait; {limit:.2%} are allowed",
    "rate": "{found:,.1f} requests a second; {limit:,.1f} are the least",
}


@dataclass(frozen=True)
class Breach:
    """A limit that was broken: of which group, which one, and how."""

    group: str
    limit: str
    found: float | None
    allowed: float

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.group}, {self.limit}: there was no right answer"
        return f"{self.group}, {self.limit}: " + _WORDS[self.limit].format(found=self.found, limit=self.allowed)


Limits = Mapping[str, Mapping[str, float]]


def limits_of(where: str, profile: str, path: Path = THRESHOLDS) -> Limits:
    """The limits by group; those under `every` hold for each profile unless it has its own. CannotContinue."""
    try:
        tables = tomllib.loads(path.read_text())
    except OSError as problem:
        raise CannotContinue(f"{path} cannot be read: {problem.strerror}.") from None
    except tomllib.TOMLDecodeError as problem:
        raise CannotContinue(f"{path} is not TOML: {problem}.") from None
    found = {**_table(tables, where, path).get("every", {}), **_table(tables, where, path).get(profile, {})}
    if not found:
        raise CannotContinue(f"{path} has no thresholds for {where}.{profile}.")
    for group, limits in found.items():
        if not isinstance(limits, dict) or not set(limits) <= set(_WORDS):
            raise CannotContinue(f"{path}: {where}.{profile}.{group} may have {', '.join(_WORDS)}, and nothing else.")
    return found


def for_users(limits: Limits, share: float) -> Limits:
    """The limits for this share of the profile's visitors, who send this share of its requests."""
    return {
        group: {name: limit * share if name == "rate" else limit for name, limit in allowed.items()}
        for group, allowed in limits.items()
    }


def breaches(limits: Limits, groups: Mapping[str, Figures]) -> list[Breach]:
    """Every limit that is broken; a group that nobody asked anything of breaks all of its own."""
    found = []
    for group, allowed in limits.items():
        seen = groups.get(group)
        for name, limit in allowed.items():
            value = None if seen is None else _value(seen, name)
            if value is None or (value < limit if name == "rate" else value > limit):
                found.append(Breach(group, name, value, limit))
    return found


def _table(tables: Mapping[str, object], where: str, path: Path) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    found = tables.get(where, {})
    if not isinstance(found, dict):
        raise CannotContinue(f"{path}: {where} is not a table.")
    return found


def _value(seen: Figures, name: str) -> float | None:
    ratios = {"failures": seen.failure_ratio, "waits": seen.wait_ratio, "rate": seen.rate}
    found: float | None = ratios[name] if name in ratios else getattr(seen, name)
    return found
