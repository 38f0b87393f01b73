"""Whether rows and objects agree: every key a row names has its object, and every final object a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Differences:
    """Keys, sorted: those that rows name and the bucket lacks, and those that no row knows of."""

    without_object: list[str]
    without_row: list[str]

    def __bool__(self) -> bool:
        return bool(self.without_object or self.without_row)


def differences(url: str, s3: Any, bucket: str) -> Differences:
    """Compares the database at `url` with the bucket; `s3` is a boto3 client."""
    import psycopg2

    from mocshelf_tools.auditing.objects import unmatched
    from mocshelf_tools.auditing.places import Places

    found = unmatched(Places(connect=lambda: psycopg2.connect(url), s3=s3, bucket=bucket))
    return Differences(
        [pair.key for pair in found if pair.missing],
        [pair.key for pair in found if pair.orphaned],
    )
