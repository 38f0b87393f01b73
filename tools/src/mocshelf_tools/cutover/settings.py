"""What one cutover was started with. It is stored with the state, so that another machine goes on with the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from mocshelf_tools.cutover.state import Plan

VOLATILE = ("requestId", "timestamp", "version", "service", "uptime", "url", "expiresAt")


@dataclass(frozen=True)
class Thresholds:
    """From when on a side is unhealthy. Rates are shares of 1; a look sends `requests` to each path.

    A side fails when its error rate is over `error_rate` and over `error_ratio` times the other's, or its p95 over
    `p95_ms` and over `p95_ratio` times the other's. Fewer than `least_errors` errors never count, and metrics only
    from `least_requests` requests in `metric_minutes` on. Over `error_rate_most` or `p95_most_ms` it fails whatever
    the other does, and after `down_looks` looks without one answer it is down.
    """

    error_rate: float = 0.01
    error_ratio: float = 2.0
    p95_ms: float = 500
    p95_ratio: float = 1.5
    least_errors: int = 3
    least_requests: int = 50
    metric_minutes: int = 5
    requests: int = 5
    looks: int = 6
    down_looks: int = 2
    error_rate_most: float = 0.1
    p95_most_ms: float = 3000
    timeout: float = 5


@dataclass(frozen=True)
class Settings:
    """One cutover; times in seconds. `blue_at` and `green_at` are addresses to probe when not https://HOST."""

    blue: str
    green: str
    name: str
    zone_id: str
    ttl: int = 60
    plan: Plan = field(default_factory=Plan)
    interval: float = 10
    lease: float = 60
    blue_at: str | None = None
    green_at: str | None = None
    blue_metrics: str | None = None
    green_metrics: str | None = None
    probes: tuple[str, ...] = ("/health",)
    ignored: tuple[str, ...] = VOLATILE
    requests: str | None = None
    thresholds: Thresholds = Thresholds()

    def written(self) -> dict[str, Any]:
        """As JSON has it, without what is a default."""
        mine, usual = asdict(self), asdict(Settings(self.blue, self.green, self.name, self.zone_id))
        always = ("blue", "green", "name", "zone_id")
        return {key: value for key, value in mine.items() if key in always or value != usual[key]}

    @classmethod
    def read(cls, given: dict[str, Any]) -> Settings:
        """What `written` gave. KeyError, TypeError or ValueError for anything else."""
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in given.items()
        }
        if "plan" in fields:
            plan = fields["plan"]
            fields["plan"] = Plan(tuple(plan["steps"]), plan["soak"], plan["pending"])
        if "thresholds" in fields:
            fields["thresholds"] = Thresholds(**fields["thresholds"])
        return cls(**fields)
