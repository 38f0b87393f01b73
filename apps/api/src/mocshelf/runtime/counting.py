"""What users did, counted for the operator once it is committed: what rolls back has not happened."""

from __future__ import annotations

from mocshelf.runtime import telemetry
from mocshelf.runtime.database import after_commit


def count(name: str, how_many: int = 1) -> None:
    """Adds to one of telemetry's `BUSINESS` metrics when the present transaction commits."""
    after_commit(lambda: telemetry.metric(name, how_many))


def count_file(*, picture: bool) -> None:
    """Counts a file that a user sent and that is now stored, and the picture that was drawn anew of it."""
    counted = {telemetry.FILES_UPLOADED: 1}
    if picture:
        counted[telemetry.IMAGES_PROCESSED] = 1
    after_commit(lambda: telemetry.metrics(counted))
