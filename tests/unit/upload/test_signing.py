"""Signatures, held against botocore's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from mocshelf.runtime.resources import Credentials
from upload.signing import bucket_url, presign, presign_query, sign_request

NOW = datetime(2026, 3, 1, 12, 8, 5, tzinfo=UTC)
LASTING = Credentials("AKIDEXAMPLE", "wJalr/XUtn+FEMI", None)
TEMPORARY = Credentials("ASIAEXAMPLE", "wJalr/XUtn+FEMI", "IQoJb3JpZ2lu+/==")
KEYS = [
    "incoming/5d6f/f6e1/a7f2",
    "mocs/a b/c+d.pdf",
    "images/Château d'Été (1).webp",
    "wishlist/ü/日本語.webp",
    "avatars/100%25/~a_b-c.d/?x=1&y=2#z",
    "a//b/./../c",
    "plus+and=equals:colon,comma;semi@at!$*",
    "🏰",
]


@pytest.fixture(autouse=True)
def botocore_at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    # Patched because botocore's signers take the time from the clock and nowhere else.
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: NOW.replace(tzinfo=None))


def theirs(credentials: Credentials) -> BotocoreCredentials:
    return BotocoreCredentials(credentials.access_key, credentials.secret_key, credentials.session_token)


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True))


def presigned_by_botocore(
    method: str, url: str, credentials: Credentials, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    request = AWSRequest(method, url, headers=dict(headers), params=dict(query))
    signer = botocore.auth.S3SigV4QueryAuth(theirs(credentials), "s3", "eu-central-1", expires=3600)
    signer.add_auth(request)
    return str(request.url)


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4566", "https://s3.example:9000/"])
@pytest.mark.parametrize("credentials", [LASTING, TEMPORARY])
@pytest.mark.parametrize("key", KEYS)
def test_a_presigned_address_is_the_one_botocore_gives(
    key: str, credentials: Credentials, endpoint: str | None
) -> None:
    query = {"response-content-disposition": "attachment; filename=\"a b.pdf\"; filename*=UTF-8''%C3%A4", "x": ""}
    headers = {"Content-Type": "text/plain", "If-None-Match": "*", "x-amz-checksum-sha256": "n4bQ+/="}

    ours = presign(
        *("PUT", "files", key),
        region="eu-central-1",
        credentials=credentials,
        expires=3600,
        now=NOW,
        endpoint=endpoint,
        signed_headers=headers,
        query=query,
    )

    expected = presigned_by_botocore("PUT", ours.partition("?")[0], credentials, query, headers)
    assert parameters(ours) == parameters(expected)


@pytest.mark.parametrize("key", KEYS)
def test_the_whole_address_is_the_one_boto3_gives(key: str) -> None:
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url="http://127.0.0.1:4566",
        aws_access_key_id=LASTING.access_key,
        aws_secret_access_key=LASTING.secret_key,
        config=Config(signature_version="s3v4"),
    )
    expected = client.generate_presigned_url("get_object", Params={"Bucket": "files", "Key": key}, ExpiresIn=7200)

    ours = presign(
        *("GET", "files", key),
        region="eu-central-1",
        credentials=LASTING,
        expires=7200,
        now=NOW,
        endpoint="http://127.0.0.1:4566",
    )

    assert ours.partition("?")[0] == expected.partition("?")[0]
    assert parameters(ours) == parameters(expected)


@pytest.mark.parametrize("credentials", [LASTING, TEMPORARY])
def test_a_database_token_is_the_one_botocore_gives(credentials: Credentials) -> None:
    query = {"Action": "connect", "DBUser": "mocshelf_app"}
    request = AWSRequest("GET", "https://db.example:5432/", params=dict(query))
    botocore.auth.SigV4QueryAuth(theirs(credentials), "rds-db", "eu-central-1", expires=900).add_auth(request)

    ours = presign_query(
        *("GET", "https://db.example:5432/", query),
        service="rds-db",
        region="eu-central-1",
        credentials=credentials,
        expires=900,
        now=NOW,
    )

    assert parameters(ours) == parameters(str(request.url))


@pytest.mark.parametrize("credentials", [LASTING, TEMPORARY])
@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://sqs.eu-central-1.amazonaws.com/"),
        ("POST", "http://127.0.0.1:4566"),
        ("GET", "https://search.example:443/mocs_v1%20x/_doc/a%2Fb?b=2&a=1&a=0&flag="),
    ],
)
def test_a_signed_request_is_the_one_botocore_signs(method: str, url: str, credentials: Credentials) -> None:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.SendMessageBatch",
        "X-A": " a  b ",
    }
    body = '{"MessageBody": "ä"}'.encode()
    request = AWSRequest(method, url, headers=dict(headers), data=body)
    botocore.auth.SigV4Auth(theirs(credentials), "sqs", "eu-central-1").add_auth(request)

    ours = sign_request(
        *(method, url, headers, body), service="sqs", region="eu-central-1", credentials=credentials, now=NOW
    )

    assert ours == dict(request.headers.items())


def test_a_bucket_is_in_the_host_in_the_cloud_and_in_the_path_at_an_endpoint() -> None:
    cloud = bucket_url("files", region="eu-central-1")
    local = bucket_url("files", region="eu-central-1", endpoint="http://127.0.0.1:4566")

    assert cloud == "https://files.s3.eu-central-1.amazonaws.com/"
    assert local == "http://127.0.0.1:4566/files/"


def test_a_time_in_another_zone_is_the_same_time() -> None:
    from datetime import timedelta, timezone

    there = NOW.astimezone(timezone(timedelta(hours=9)))

    both = {
        presign("GET", "files", "k", region="r", credentials=LASTING, expires=60, now=now) for now in (NOW, there)
    }

    assert len(both) == 1


def test_signing_needs_nothing_heavy() -> None:
    program = "import sys, upload.requests; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

    loaded = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert "upload" in loaded
    assert not {"botocore", "boto3", "requests", "email", "http", "ssl", "python_multipart"} & set(loaded)
