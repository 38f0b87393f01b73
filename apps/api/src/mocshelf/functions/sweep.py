"""The scheduled sweep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from mocshelf import manifest
from mocshelf.runtime import database, telemetry
from mocshelf.runtime.resources import resources
from mocshelf.runtime.store import outbox_age
from mocshelf.uploads.sweep import sweep

ROW = manifest.function("sweep")
DAILY_HOUR = 3  # UTC, when fewest people upload

resources.require(*ROW.reach)


def handler(event: Mapping[str, object], _context: object) -> dict[str, int]:
    """Once a day, and when the event says `{"incoming": true}`, it also looks through everything incoming."""
    telemetry.begin(str(event.get("id", "")))
    now = datetime.now(UTC)
    daily = now.hour == DAILY_HOUR and now.minute < (ROW.schedule or 0)
    done = sweep(incoming=daily or bool(event.get("incoming")))
    # Also the sign that the sweep came to its end: an alarm hears when it is missing.
    telemetry.metric(telemetry.OUTBOX_AGE, database.run(outbox_age, read_only=True), "Seconds")
    return done
