"""The signed policy of a form upload: what a browser may post to the bucket, and until when.

The method is described in "Browser-based uploads using POST" of the S3 API reference.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from upload.signing import ALGORITHM, Credentials, Scope


def post_policy(
    bucket: str,
    key: str,
    *,
    content_type: str,
    size: int,
    sha256: bytes | None,
    region: str,
    credentials: Credentials,
    expires: int,
    now: datetime,
) -> dict[str, str]:
    """The form fields that let a browser post one object: this key, type, size in bytes and, if given, digest."""
    scope = Scope.of(now, region, "s3")
    fields = {"key": key, "Content-Type": content_type}
    if sha256 is not None:
        fields["x-amz-checksum-algorithm"] = "SHA256"
        fields["x-amz-checksum-sha256"] = b64encode(sha256).decode()
    fields["x-amz-algorithm"] = ALGORITHM
    fields["x-amz-credential"] = f"{credentials.access_key}/{scope}"
    fields["x-amz-date"] = scope.stamp
    if credentials.session_token:
        fields["x-amz-security-token"] = credentials.session_token
    conditions: list[object] = [{"bucket": bucket}, ["content-length-range", size, size]]
    conditions += [{name: value} for name, value in fields.items()]
    end = (now.astimezone(UTC) + timedelta(seconds=expires)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    fields["policy"] = b64encode(json.dumps({"expiration": end, "conditions": conditions}).encode()).decode()
    fields["x-amz-signature"] = scope.sign(credentials, fields["policy"])
    return fields
