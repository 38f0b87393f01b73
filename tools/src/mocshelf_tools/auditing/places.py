"""Where the auditor looks: the PostgreSQL, the bucket and the queues that this process is linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocshelf_tools.auditing import store

if TYPE_CHECKING:
    from mocshelf.runtime.database import Connection

AT_ONCE = 12  # requests to S3 beside each other


@dataclass(frozen=True, slots=True)
class Places:
    """`connect` opens a connection of the auditor's own; `s3` and `sqs` are boto3 clients, `queues` URLs by name."""

    connect: Callable[[], Connection]
    s3: Any
    bucket: str
    sqs: Any = None
    queues: tuple[tuple[str, str], ...] = ()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """The database as it is at one moment, for as long as the block takes."""
        with closing(self.connect()) as conn:
            # A key moves between tables within a transaction, so all of them are read as of one moment.
            conn.set_session(isolation_level="REPEATABLE READ", readonly=True)
            store.take_time(conn)
            yield conn


def linked() -> Places:
    """The places of this process's links; MissingLink when there are none, Unavailable when PostgreSQL is away."""
    from mocshelf.runtime import database
    from mocshelf.runtime.resources import resources

    queues = [name for name in ("processing_queue", "index_queue") if resources.linked(name)]
    return Places(
        connect=lambda: database.connect(resources.database),
        s3=_client("s3"),
        bucket=resources.files.bucket,
        sqs=_client("sqs"),
        queues=tuple((name, getattr(resources, name).url) for name in queues),
    )


def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    from mocshelf.runtime.resources import resources

    keys = resources.credentials()
    config = Config(
        signature_version="s3v4" if service == "s3" else "v4",
        connect_timeout=3,
        read_timeout=20,
        retries={"total_max_attempts": 3},
        max_pool_connections=AT_ONCE,
        # Bytes that do not match their checksum are a finding, not a failure of the client.
        response_checksum_validation="when_required",
    )
    return boto3.client(
        service,
        endpoint_url=resources.stage.endpoint,
        region_name=resources.stage.region,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.session_token,
        config=config,
    )
