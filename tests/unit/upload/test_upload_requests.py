"""What clients are handed: addresses to read from and requests to write with."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from mocshelf.runtime.resources import Credentials
from upload.requests import Bucket, attachment, download_url, upload_post, upload_put

NOW = datetime(2026, 3, 1, 12, 8, 5, tzinfo=UTC)
KEY = "incoming/alice/session/file"
DIGEST = hashlib.sha256(b"bytes").digest()
BUCKET = Bucket("files", "eu-central-1", Credentials("AKID", "secret", "token"))


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_an_address_stays_the_same_within_a_quarter_of_an_hour() -> None:
    quarter = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    addresses = [download_url(BUCKET, KEY, now=quarter + timedelta(seconds=seconds)) for seconds in (0, 1, 899)]
    later = download_url(BUCKET, KEY, now=quarter + timedelta(seconds=900))

    assert len(set(addresses)) == 1
    assert later != addresses[0]


def test_an_address_is_signed_as_of_the_quarter_and_good_for_two_hours() -> None:
    found = parameters(download_url(BUCKET, KEY, now=NOW))

    assert found["X-Amz-Date"] == "20260301T120000Z"
    assert found["X-Amz-Expires"] == "7200"
    assert found["X-Amz-SignedHeaders"] == "host"


def test_an_address_can_rename_and_retype_the_object() -> None:
    found = parameters(download_url(BUCKET, KEY, now=NOW, filename="a.pdf", content_type="application/pdf"))

    assert found["response-content-disposition"] == 'attachment; filename="a.pdf"'
    assert found["response-content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("10278 police.pdf", 'attachment; filename="10278 police.pdf"'),
        ("Château.pdf", "attachment; filename=\"Chateau.pdf\"; filename*=UTF-8''Ch%C3%A2teau.pdf"),
        ("日本.pdf", "attachment; filename=\".pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf"),
        ("日本", "attachment; filename=\"file\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
        ('a";x="b.pdf', "attachment; filename=\"a_;x=_b.pdf\"; filename*=UTF-8''a%22%3Bx%3D%22b.pdf"),
        ("100%41\\.pdf", "attachment; filename=\"100_41_.pdf\"; filename*=UTF-8''100%2541%5C.pdf"),
        ("a\r\nSet-Cookie: b.pdf", 'attachment; filename="aSet-Cookie: b.pdf"'),
        ("\x00\u202e", 'attachment; filename="file"'),
        ("'(*).pdf", 'attachment; filename="\'(*).pdf"'),
    ],
)
def test_no_file_name_can_say_more_than_a_name(filename: str, expected: str) -> None:
    assert attachment(filename) == expected


def test_a_name_with_half_a_character_is_still_a_header() -> None:
    value = attachment("a\ud800é.pdf")

    assert value.isascii()
    assert value.startswith('attachment; filename="')


def test_a_put_binds_size_type_digest_and_that_nothing_is_there() -> None:
    url, headers = upload_put(
        BUCKET, KEY, content_type="application/pdf", size=5, sha256=DIGEST, now=NOW, expires=3600
    )

    assert headers == {
        "Content-Type": "application/pdf",
        "If-None-Match": "*",
        "x-amz-checksum-sha256": base64.b64encode(DIGEST).decode(),
    }
    signed = parameters(url)["X-Amz-SignedHeaders"]
    assert signed == "content-length;content-type;host;if-none-match;x-amz-checksum-sha256"
    assert parameters(url)["X-Amz-Date"] == "20260301T120805Z"


def test_a_put_without_a_digest_asks_for_none() -> None:
    url, headers = upload_put(BUCKET, KEY, content_type="text/csv", size=5, sha256=None, now=NOW, expires=60)

    assert headers == {"Content-Type": "text/csv", "If-None-Match": "*"}
    assert parameters(url)["X-Amz-SignedHeaders"] == "content-length;content-type;host;if-none-match"


def test_another_size_has_another_signature() -> None:
    urls = {
        upload_put(BUCKET, KEY, content_type="text/csv", size=size, sha256=None, now=NOW, expires=60)[0]
        for size in (5, 6)
    }

    assert len(urls) == 2


def test_a_post_binds_key_type_size_and_digest() -> None:
    url, fields = upload_post(
        BUCKET, KEY, content_type="application/pdf", size=5, sha256=DIGEST, now=NOW, expires=3600
    )

    policy = json.loads(base64.b64decode(fields["policy"]))
    bound = {name: value for name, value in fields.items() if name not in ("policy", "x-amz-signature")}
    assert url == "https://files.s3.eu-central-1.amazonaws.com/"
    assert policy["expiration"] == "2026-03-01T13:08:05.000Z"
    assert ["content-length-range", 5, 5] in policy["conditions"]
    assert {"bucket": "files"} in policy["conditions"]
    assert all({name: value} in policy["conditions"] for name, value in bound.items())
    assert bound["x-amz-checksum-sha256"] == base64.b64encode(DIGEST).decode()
    assert bound["x-amz-checksum-algorithm"] == "SHA256"
    assert bound["x-amz-security-token"] == "token"


def test_a_post_of_lasting_keys_without_digest_has_no_such_fields() -> None:
    bucket = Bucket("files", "eu-central-1", Credentials("AKID", "secret", None), "http://127.0.0.1:4566")

    url, fields = upload_post(bucket, KEY, content_type="text/csv", size=5, sha256=None, now=NOW, expires=60)

    assert url == "http://127.0.0.1:4566/files/"
    assert set(fields) == {
        *("key", "Content-Type", "policy"),
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"),
    }


def test_a_policy_is_signed_as_botocore_does() -> None:
    _, fields = upload_post(BUCKET, KEY, content_type="text/csv", size=5, sha256=DIGEST, now=NOW, expires=60)

    request = AWSRequest("POST", "https://files.example/")
    request.context["timestamp"] = "20260301T120805Z"
    signer = botocore.auth.S3SigV4PostAuth(BotocoreCredentials("AKID", "secret", "token"), "s3", "eu-central-1")

    assert fields["x-amz-signature"] == signer.signature(fields["policy"], request)
    assert fields["x-amz-credential"] == signer.scope(request)
