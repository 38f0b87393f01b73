"""The requests a client makes to the bucket by itself: reading one object, writing one object."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from upload.policy import post_policy
from upload.signing import Credentials, bucket_url, presign

READ_VALID = 7200  # seconds
_QUARTER = 900  # seconds
# What RFC 5987 allows without percent-encoding, beyond letters and digits.
_PLAIN = "!#$&+-.^_`|~"


@dataclass(frozen=True)
class Bucket:
    """A bucket and who signs for it; `endpoint` is None in the cloud."""

    name: str
    region: str
    credentials: Credentials
    endpoint: str | None = None


def download_url(
    bucket: Bucket, key: str, *, now: datetime, filename: str | None = None, content_type: str | None = None
) -> str:
    """An address that reads the object for at least an hour and three quarters.

    It is signed as of the current quarter of an hour, so that browsers that ask again keep what they have. With
    a `filename` a browser saves the object under it; a `content_type` replaces the one it was stored with.
    """
    query = {}
    if filename is not None:
        query["response-content-disposition"] = attachment(filename)
    if content_type is not None:
        query["response-content-type"] = content_type
    quarter = now.timestamp() // _QUARTER * _QUARTER
    return presign(
        *("GET", bucket.name, key),
        region=bucket.region,
        credentials=bucket.credentials,
        expires=READ_VALID,
        now=datetime.fromtimestamp(quarter, UTC),
        endpoint=bucket.endpoint,
        query=query,
    )


def upload_put(
    bucket: Bucket, key: str, *, content_type: str, size: int, sha256: bytes | None, now: datetime, expires: int
) -> tuple[str, dict[str, str]]:
    """The address to put one new object of so many bytes to, and the headers to send with them.

    `Content-Length` is signed too, but not among the headers: every HTTP client sets it by itself.
    """
    headers = {"Content-Type": content_type, "If-None-Match": "*"}
    if sha256 is not None:
        headers["x-amz-checksum-sha256"] = b64encode(sha256).decode()
    url = presign(
        *("PUT", bucket.name, key),
        region=bucket.region,
        credentials=bucket.credentials,
        expires=expires,
        now=now,
        endpoint=bucket.endpoint,
        signed_headers={**headers, "Content-Length": str(size)},
    )
    return url, headers


def upload_post(
    bucket: Bucket, key: str, *, content_type: str, size: int, sha256: bytes | None, now: datetime, expires: int
) -> tuple[str, dict[str, str]]:
    """The address to post a form to, and its fields; the bytes follow them as the part `file`."""
    fields = post_policy(
        *(bucket.name, key),
        content_type=content_type,
        size=size,
        sha256=sha256,
        region=bucket.region,
        credentials=bucket.credentials,
        expires=expires,
        now=now,
    )
    return bucket_url(bucket.name, region=bucket.region, endpoint=bucket.endpoint), fields


def attachment(filename: str) -> str:
    """A `Content-Disposition` for this name (RFC 6266), with an ASCII one for clients that read no other."""
    from unicodedata import normalize

    # Control characters end a header or start another one; no file needs them.
    name = "".join(character for character in filename if character.isprintable()) or "file"
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%' else character for character in plain).strip() or "file"
    if plain == name:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"
