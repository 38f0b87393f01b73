"""Emptying the buckets that go with a stack: CloudFormation deletes empty ones only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mocshelf_tools.problems import CannotContinue


def empty(s3: Any, bucket: str, report: Callable[[int], None]) -> None:
    """Deletes every object with all its versions; `report` hears how many so far. CannotContinue."""
    from botocore.exceptions import ClientError

    deleted = 0
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if not found:
                continue
            keys = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            for problem in answer.get("Errors", ()):
                raise CannotContinue(f"{problem['Key']} in {bucket} cannot be deleted: {problem.get('Message')}")
            deleted += len(keys)
            report(deleted)
    except ClientError as problem:
        # It was deleted by an earlier try of this removal.
        if problem.response["Error"]["Code"] != "NoSuchBucket":
            raise
