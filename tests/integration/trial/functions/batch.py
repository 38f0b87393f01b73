"""Writes down the bodies of the messages it gets; those that say so fail the first time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    failed = []
    for record in event["Records"]:
        count = record["attributes"]["ApproximateReceiveCount"]
        with Path(os.environ["TRIAL_NOTES"]).open("a") as notes:
            notes.write(f"{record['body']} {count}\n")
        if record["body"] == "fails once" and count == "1":
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
