"""Whether a run was good enough: thresholds by place, profile and group, and what breaks them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """The limits by group; those under `every` hold for each profile that says nothing else. CannotContinue."""
    try:
        tables = tomllib.loads(path.read_text())
    except OSError as problem:
        raise CannotContinue(f"{path} cannot be read: {problem.strerror}.") from None
    except tomllib.TOMLDecodeError as problem:
        raise CannotContinue(f"{path} is not TOML: {problem}.") from None
    found: dict[str, dict[str, float]] = {}
    for name in ("every", profile):
        for group, limits in _table(_table(tables, where, path), name, path).items():
            found[group] = {**found.get(group, {}), **_limits(limits, f"{path}: {where}.{name}.{group}")}
    if not found:
        raise CannotContinue(f"{path} has no thresholds for {where}.{profile}.")
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


def _table(tables: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise CannotContinue(f"{path}: {name} is not a table.")
    return found


def _limits(found: Any, name: str) -> Mapping[str, float]:
    if not isinstance(found, dict) or not set(found) <= set(_WORDS):
        raise CannotContinue(f"{name} may have {', '.join(_WORDS)}, and nothing else.")
    if wrong := [limit for limit in found.values() if type(limit) not in (int, float)]:
        raise CannotContinue(f"{name}: {wrong[0]!r} is not a number.")
    return found


def _value(seen: Figures, name: str) -> float | None:
    ratios = {"failures": seen.failure_ratio, "waits": seen.wait_ratio, "rate": seen.rate}
    found: float | None = ratios[name] if name in ratios else getattr(seen, name)
    return found
