"""Whether rows and objects agree: every key a row names has its object, and every final object a row."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

# Everything outside `incoming/`, where unchecked bytes wait and the sweep looks by itself.
_FINAL = ("mocs/", "images/", "wishlist/", "avatars/")

_NAMED = """
select object_key from moc_files
union all select image_key from gallery_images
union all select thumbnail_key from gallery_images
union all select image_key from wishlist_items where image_key is not null
union all select object_key from avatars
"""
_PROMISED = "select object_key from object_deletions"


@dataclass(frozen=True)
class Differences:
    """Keys, sorted: those that rows name and the bucket lacks, and those that no row knows of."""

    without_object: list[str]
    without_row: list[str]

    def __bool__(self) -> bool:
        return bool(self.without_object or self.without_row)


def differences(url: str, s3: Any, bucket: str) -> Differences:
    """Compares the database at `url` with the bucket; `s3` is a boto3 client.

    What differs is looked at a second time, because uploads and deletions go on in between.
    """
    first = _compared(url, s3, bucket)
    if not first:
        return first
    second = _compared(url, s3, bucket)
    return Differences(
        sorted({*first.without_object} & {*second.without_object}),
        sorted({*first.without_row} & {*second.without_row}),
    )


def _compared(url: str, s3: Any, bucket: str) -> Differences:
    import psycopg2

    objects = _keys(s3, bucket)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        # One snapshot for both: a key moves from one to the other within a transaction.
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor.execute(_NAMED)
        named = {key for (key,) in cursor}
        cursor.execute(_PROMISED)
        promised = {key for (key,) in cursor}
    return Differences(sorted(named - objects), sorted(objects - named - promised))


def _keys(s3: Any, bucket: str) -> set[str]:
    pages = s3.get_paginator("list_objects_v2")
    return {
        item["Key"]
        for prefix in _FINAL
        for page in pages.paginate(Bucket=bucket, Prefix=prefix)
        for item in page.get("Contents", ())
    }
