"""The web app in a bucket: with types and caching that browsers keep to, and releases beside each other."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf_tools.web.publishing import put
from mocshelf_tools.web.release import File, release
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.vendor import libraries


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"site-{uuid.uuid4()}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return name


def test_objects_say_what_they_are_and_how_long_they_hold(s3: Any, bucket: str) -> None:
    files = release(Settings("https://cognito.example", "client"), libraries(lambda _: None))

    put(s3, bucket, files)

    page = s3.get_object(Bucket=bucket, Key="index.html")
    module = s3.get_object(Bucket=bucket, Key=files[0].key)
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert module["CacheControl"] == "public, max-age=31536000, immutable"
    assert module["ContentType"].startswith("text/javascript")
    assert module["Body"].read() == files[0].content


def test_a_new_release_leaves_the_modules_of_pages_that_are_open(s3: Any, bucket: str) -> None:
    put(s3, bucket, [File("v/1/app/main.js", b"old", "immutable"), File("index.html", b"old", "no-cache")])

    put(s3, bucket, [File("v/2/app/main.js", b"new", "immutable"), File("index.html", b"new", "no-cache")])

    assert s3.get_object(Bucket=bucket, Key="v/1/app/main.js")["Body"].read() == b"old"
    assert s3.get_object(Bucket=bucket, Key="index.html")["Body"].read() == b"new"


def test_what_cannot_have_changed_is_not_sent_again(s3: Any, bucket: str) -> None:
    files = [File("v/1/app/main.js", b"one", "immutable"), File("index.html", b"page", "no-cache")]
    put(s3, bucket, files)
    before = s3.head_object(Bucket=bucket, Key="v/1/app/main.js")["LastModified"]

    put(s3, bucket, [File("v/1/app/main.js", b"never", "immutable"), *files[1:]])

    assert s3.get_object(Bucket=bucket, Key="v/1/app/main.js")["Body"].read() == b"one"
    assert s3.head_object(Bucket=bucket, Key="v/1/app/main.js")["LastModified"] == before
