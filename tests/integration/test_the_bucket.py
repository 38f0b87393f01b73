"""The bucket behind the storage module: what it takes, what it refuses, what it says when it is not there."""

from __future__ import annotations

from typing import Any

import pytest

from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import Files, Stage, resources
from mocshelf.runtime.storage import Storage


def test_what_is_written_is_read_listed_and_deleted(stack: Any, s3: Any, alice: str) -> None:
    key = f"mocs/{alice}/a b+ü.pdf"
    storage = Storage()

    storage.write(key, b"bytes", content_type="application/pdf")

    stored = s3.head_object(Bucket=stack.endpoints.bucket, Key=key, ChecksumMode="ENABLED")
    head = storage.head(key)
    assert head is not None
    assert (head.size, storage.read(key)) == (5, b"bytes")
    assert list(storage.keys(f"mocs/{alice}/")) == [key]
    assert storage.sizes(f"mocs/{alice}/") == {key: 5}
    assert stored["ContentType"] == "application/pdf"
    assert stored["ChecksumSHA256"]
    storage.delete([key, f"mocs/{alice}/never"])
    assert storage.read(key) is None
    assert storage.head(key) is None


def test_a_write_that_cannot_be_stored_is_never_silent(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(resources), "files", Files("no-such-bucket"))

    with pytest.raises(Unavailable):
        Storage().write("mocs/x", b"bytes", content_type="text/plain")


def test_storage_that_cannot_be_reached_is_unavailable(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(resources), "stage", Stage("local", "eu-central-1", endpoint="http://127.0.0.1:1"))

    with pytest.raises(Unavailable):
        Storage().read("mocs/x")
