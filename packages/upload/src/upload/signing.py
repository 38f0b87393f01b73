"""AWS Signature Version 4: of requests by header, of addresses by query.

Written with the standard library, because botocore's signers take 330 ms to import. The method is described in
"AWS Signature Version 4 for API requests" of the IAM user guide and in the S3 API reference.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Protocol
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
_EMPTY = hashlib.sha256(b"").hexdigest()
_PORTS = {"https": 443, "http": 80}


class Credentials(Protocol):
    """AWS credentials; the session token is None for keys that last."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def session_token(self) -> str | None: ...


class Scope(NamedTuple):
    """What a signature is good for: one day, one region, one service."""

    stamp: str
    region: str
    service: str

    @classmethod
    def of(cls, now: datetime, region: str, service: str) -> Scope:
        return cls(now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), region, service)

    def __str__(self) -> str:
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"

    def sign(self, credentials: Credentials, text: str) -> str:
        key = f"AWS4{credentials.secret_key}".encode()
        for part in str(self).split("/"):
            key = _hmac(key, part)
        return _hmac(key, text).hex()


def sign_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str,
    region: str,
    credentials: Credentials,
    now: datetime,
) -> dict[str, str]:
    """The headers to send: those given, all of them signed, and those that prove who sends them.

    The client must send `Host` as the URL has it. Not for S3, which wants a further header.
    """
    scope = Scope.of(now, region, service)
    sent = {**headers, "X-Amz-Date": scope.stamp}
    if credentials.session_token:
        sent["X-Amz-Security-Token"] = credentials.session_token
    pairs = [
        (name, value) for name, _, value in (pair.partition("=") for pair in urlsplit(url).query.split("&")) if name
    ]
    canonical = _canonical(method, url, pairs, sent, hashlib.sha256(body).hexdigest(), service)
    signature = scope.sign(credentials, _text(scope, canonical))
    who = f"{credentials.access_key}/{scope}"
    sent["Authorization"] = f"{ALGORITHM} Credential={who}, SignedHeaders={_names(sent)}, Signature={signature}"
    return sent


def presign_query(
    method: str,
    url: str,
    query: Mapping[str, str],
    *,
    service: str,
    region: str,
    credentials: Credentials,
    expires: int,
    now: datetime,
    headers: Mapping[str, str] | None = None,
) -> str:
    """The URL, which has no query yet, with this one and a signature, good for `expires` seconds from `now`.

    Whoever uses it must send the headers given here, and exactly these values.
    """
    scope, headers = Scope.of(now, region, service), headers or {}
    everything = {
        **query,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": scope.stamp,
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": _names(headers),
    }
    if credentials.session_token:
        everything["X-Amz-Security-Token"] = credentials.session_token
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in everything.items())
    # Who presigns for S3 does not know the bytes yet; other services sign that there are none.
    canonical = _canonical(method, url, pairs, headers, UNSIGNED if service == "s3" else _EMPTY, service)
    signature = scope.sign(credentials, _text(scope, canonical))
    return f"{url}?{'&'.join(f'{name}={value}' for name, value in pairs)}&X-Amz-Signature={signature}"


def presign(
    method: str,
    bucket: str,
    key: str,
    *,
    region: str,
    credentials: Credentials,
    expires: int,
    now: datetime,
    endpoint: str | None = None,
    signed_headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> str:
    """An address that does `method` on one object without further proof, for `expires` seconds from `now`."""
    url = f"{bucket_url(bucket, region=region, endpoint=endpoint)}{quote(key, safe='/~')}"
    return presign_query(
        *(method, url, query or {}),
        service="s3",
        region=region,
        credentials=credentials,
        expires=expires,
        now=now,
        headers=signed_headers,
    )


def bucket_url(bucket: str, *, region: str, endpoint: str | None = None) -> str:
    """The bucket's address with a slash at the end: in the path at an endpoint of one's own, else in the host."""
    if endpoint is not None:
        return f"{endpoint.rstrip('/')}/{bucket}/"
    return f"https://{bucket}.s3.{region}.amazonaws.com/"


def _canonical(
    method: str, url: str, pairs: Iterable[tuple[str, str]], headers: Mapping[str, str], payload: str, service: str
) -> str:
    """The request in the one form that both sides sign; `pairs` are percent-encoded already."""
    parts = urlsplit(url)
    lines = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    lines["host"] = parts.hostname or ""
    if parts.port is not None and parts.port != _PORTS.get(parts.scheme):
        lines["host"] += f":{parts.port}"
    # S3 takes the path as it is sent; every other service wants it encoded once more.
    path = parts.path if service == "s3" else quote(parts.path, safe="/-_.~")
    query = "&".join(f"{name}={value}" for name, value in sorted(pairs))
    listed = "".join(f"{name}:{lines[name]}\n" for name in sorted(lines))
    return "\n".join([method, path or "/", query, listed, _names(headers), payload])


def _names(headers: Mapping[str, str]) -> str:
    return ";".join(sorted({"host", *map(str.lower, headers)}))


def _text(scope: Scope, canonical: str) -> str:
    return "\n".join([ALGORITHM, scope.stamp, str(scope), hashlib.sha256(canonical.encode()).hexdigest()])


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
