"""The bucket: reading, writing and deleting objects, and the addresses clients get for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mocshelf.runtime import telemetry
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import resources
from mocshelf.runtime.snapshot import after_restore

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

    from upload.requests import Bucket

IMMUTABLE = "private, max-age=31536000, immutable"
NO_CACHE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Found:
    """An object's size in bytes."""

    size: int


class Storage:
    """The files bucket. What S3 says when it cannot be reached becomes Unavailable."""

    @cached_property
    def _store(self) -> S3Store:
        from obstore.store import S3Store

        client: dict[str, Any] = {"connect_timeout": "2s", "timeout": "10s"}
        options: dict[str, Any] = {"client_options": client}
        endpoint = resources.stage.endpoint
        if endpoint is not None:
            options["endpoint"] = endpoint
            options["virtual_hosted_style_request"] = False
            client["allow_http"] = True
        return S3Store(
            resources.files.bucket,
            region=resources.stage.region,
            # S3 compares the SHA-256 with the bytes it got and refuses the object when they differ.
            checksum_algorithm="SHA256",
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
            # Its own chain knows no endpoint of credentials with a token in the environment, as Lambda has.
            credential_provider=_credentials,
            **options,
        )

    def close(self) -> None:
        """Lets go of connections and credentials; the next use makes new ones."""
        vars(self).pop("_store", None)

    def head(self, key: str) -> Found | None:
        """The object's size, None when it is not there."""
        import obstore

        with _translated("storage.head", may_be_missing=True), telemetry.span("storage.head"):
            return Found(obstore.head(self._store, key)["size"])
        return None

    def read(self, key: str) -> bytes | None:
        """The object's bytes, None when it is not there."""
        import obstore

        with _translated("storage.read", may_be_missing=True), telemetry.span("storage.read"):
            return bytes(obstore.get(self._store, key).bytes())
        return None

    def write(self, key: str, data: bytes, *, content_type: str, cache_control: str = IMMUTABLE) -> None:
        """Stores the object whole, with a checksum that S3 verifies."""
        import obstore

        with _translated("storage.write"), telemetry.span("storage.write"):
            obstore.put(
                self._store,
                key,
                data,
                attributes={"Content-Type": content_type, "Cache-Control": cache_control},
                use_multipart=False,
            )

    def delete(self, keys: Sequence[str]) -> None:
        """Deletes objects; those that are not there are no error."""
        import obstore

        if keys:
            with _translated("storage.delete", may_be_missing=True), telemetry.span("storage.delete"):
                obstore.delete(self._store, list(keys))

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key under a prefix."""
        import obstore

        with _translated("storage.list"):
            for batch in obstore.list(self._store, prefix, chunk_size=1000):
                for item in batch:
                    yield item["path"]

    def sizes(self, prefix: str) -> dict[str, int]:
        """The size of every object under a prefix by its key, also of what is withheld until it is scanned."""
        import obstore

        with _translated("storage.list"):
            found = [item for batch in obstore.list(self._store, prefix, chunk_size=1000) for item in batch]
        return {item["path"]: item["size"] for item in found}

    def address(self, key: str) -> str:
        """An address that reads the object without a token, for one to two hours, stable for a quarter."""
        from upload.requests import download_url

        return download_url(bucket(), key, now=datetime.now(UTC))

    def attachment(self, key: str, filename: str) -> str:
        """An address as above that makes a browser save the object under this name."""
        from upload.requests import download_url

        return download_url(bucket(), key, now=datetime.now(UTC), filename=filename)


def bucket() -> Bucket:
    """What signing needs to know about the bucket."""
    from upload.requests import Bucket

    try:
        credentials = resources.credentials()
    except OSError as problem:
        telemetry.error("storage.no_credentials", problem)
        raise Unavailable from None
    return Bucket(
        name=resources.files.bucket,
        region=resources.stage.region,
        credentials=credentials,
        endpoint=resources.stage.endpoint,
    )


def _credentials() -> S3Credential:
    """What the store asks for again shortly before the end of what it has."""
    found = resources.credentials()
    return {
        "access_key_id": found.access_key,
        "secret_access_key": found.secret_key,
        "token": found.session_token,
        "expires_at": found.expires,
    }


@contextmanager
def _translated(event: str, *, may_be_missing: bool = False) -> Iterator[None]:
    """Turns the faults of S3 into Unavailable; that an object is missing may be no fault."""
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (BaseError, OSError) as problem:
        if may_be_missing and isinstance(problem, NotFoundError | FileNotFoundError):
            return
        telemetry.error(event, problem)
        raise Unavailable from None


files = Storage()
after_restore(files.close)
