"""What a function is linked to: one typed object, read once from its environment."""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Named tuples, because Python makes a dataclass five times as slowly, and every start makes all of these.
Link = TypeVar("Link", bound=NamedTuple)


class MissingLink(RuntimeError):
    """A function was started without a resource that it reaches for, or with an unreadable one."""


class Stage(NamedTuple):
    """Where this code runs; `endpoint` is the embedded AWS and None in the cloud."""

    name: str
    region: str
    version: str = "0.0.0"
    endpoint: str | None = None


class Database(NamedTuple):
    """PostgreSQL; `auth` is `iam` behind RDS Proxy and `trust` for the embedded server on loopback."""

    host: str
    port: int
    name: str
    user: str
    auth: str = "iam"
    tls: bool = True


class Owner(NamedTuple):
    """PostgreSQL, as the account that may change the schema; without a `secret` the server takes the user's word.

    `secret` is the address in Secrets Manager of a JSON object with username and password.
    """

    host: str
    port: int
    name: str
    secret: str | None = None
    user: str = "postgres"
    tls: bool = True


class Files(NamedTuple):
    """The bucket that holds every object."""

    bucket: str


class Queue(NamedTuple):
    """An SQS queue."""

    url: str


class Cache(NamedTuple):
    """Valkey or Redis."""

    host: str
    port: int
    tls: bool = True


class Search(NamedTuple):
    """OpenSearch; requests are signed where `auth` is `iam`, and not where it is `none`."""

    url: str
    auth: str = "iam"


class Users(NamedTuple):
    """The Cognito user pool and the app client that signs users in."""

    pool_id: str
    client_id: str


class Origin(NamedTuple):
    """What CloudFront sends with each request where a stage is behind it: `secret` is the secret's name."""

    secret: str


class Tunnels(NamedTuple):
    """Ports of 127.0.0.1 that lead to servers, by `host:port`: for code that runs outside the network they are in.

    `patience` is how many times longer an answer may take through them.
    """

    ports: Mapping[str, int]
    patience: float = 1.0


class Credentials(NamedTuple):
    """AWS credentials of this process, as signatures need them; None for those that nobody said an end of."""

    access_key: str
    secret_key: str
    session_token: str | None
    expires: datetime | None = None


class Resources:
    """Every link by name; reading one that is not there raises MissingLink with its name.

    Each link is a JSON object in an environment variable of its name, `MOCSHELF_DATABASE` for `database`.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @cached_property
    def stage(self) -> Stage:
        return self._link("stage", Stage)

    @cached_property
    def database(self) -> Database:
        return self._link("database", Database)

    @cached_property
    def owner(self) -> Owner:
        return self._link("owner", Owner)

    @cached_property
    def files(self) -> Files:
        return self._link("files", Files)

    @cached_property
    def processing_queue(self) -> Queue:
        return self._link("processing_queue", Queue)

    @cached_property
    def index_queue(self) -> Queue:
        return self._link("index_queue", Queue)

    @cached_property
    def cache(self) -> Cache:
        return self._link("cache", Cache)

    @cached_property
    def search(self) -> Search:
        return self._link("search", Search)

    @cached_property
    def users(self) -> Users:
        return self._link("users", Users)

    @cached_property
    def origin(self) -> Origin:
        return self._link("origin", Origin)

    @cached_property
    def tunnels(self) -> Tunnels:
        return self._link("tunnels", Tunnels) if self.linked("tunnels") else Tunnels({})

    def way(self, host: str, port: int) -> tuple[str, int]:
        """Where a connection to a server goes: to the server, or to the tunnel that leads there.

        In certificates and signatures it has its own name all the same.
        """
        local = self.tunnels.ports.get(f"{host}:{port}")
        return (host, port) if local is None else ("127.0.0.1", local)

    def linked(self, name: str) -> bool:
        """Whether the stage has this resource at all; some have no search engine."""
        return _variable(name) in self._environment

    def require(self, *names: str) -> None:
        """Fails now, with the resource's name, instead of at the first request that needs it."""
        for name in names:
            getattr(self, name)

    def credentials(self) -> Credentials:
        """The process's AWS credentials as they are now; OSError when they cannot be had.

        They are in the environment, or behind an address there: a process that was restored from a snapshot would
        have those of the moment when that was taken.
        """
        endpoint = self._environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        if endpoint and "AWS_ACCESS_KEY_ID" not in self._environment:
            from mocshelf.runtime.container import borrowed

            return borrowed(endpoint, self._endpoint_token)
        try:
            return Credentials(
                self._environment["AWS_ACCESS_KEY_ID"],
                self._environment["AWS_SECRET_ACCESS_KEY"],
                self._environment.get("AWS_SESSION_TOKEN"),
            )
        except KeyError as missing:
            raise MissingLink(f"This process has no AWS credentials: {missing.args[0]} is not set.") from None

    def _endpoint_token(self) -> str | None:
        """What the endpoint of credentials knows us by; in a file it may change."""
        path = self._environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        if path:
            with open(path, encoding="ascii") as file:
                return file.read().strip()
        return self._environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")

    def trace_header(self) -> str:
        """Lambda's X-Ray header of the present invocation, empty when there is none."""
        return self._environment.get("_X_AMZN_TRACE_ID", "")

    def trace_daemon(self) -> tuple[str, int] | None:
        """Where X-Ray segments go, None outside Lambda."""
        host, _, port = self._environment.get("AWS_XRAY_DAEMON_ADDRESS", "").partition(":")
        return (host, int(port)) if host and port.isdigit() else None

    def starts_for_a_request(self) -> bool:
        """Whether Lambda starts this process because someone waits; not for a snapshot, nor to have one in store."""
        return self._environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "on-demand"

    def function_name(self) -> str:
        return self._environment.get("AWS_LAMBDA_FUNCTION_NAME", "mocshelf")

    def _link(self, name: str, kind: type[Link]) -> Link:
        text = self._environment.get(_variable(name))
        if text is None:
            raise MissingLink(f"The resource {name!r} is not linked: {_variable(name)} is not set.")
        try:
            values: dict[str, Any] = json.loads(text)
            known = {**kind._field_defaults, **values}
            if missing := [name for name in kind._fields if name not in known]:
                raise ValueError("it lacks " + ", ".join(missing))
            return kind._make(known[name] for name in kind._fields)
        except (ValueError, TypeError, AttributeError) as problem:
            raise MissingLink(f"The resource {name!r} cannot be read from {_variable(name)}: {problem}.") from None


def _variable(name: str) -> str:
    return f"MOCSHELF_{name.upper()}"


resources = Resources(os.environ)
