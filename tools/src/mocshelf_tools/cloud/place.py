"""Where a stage is deployed: an account and region of AWS, or the embedded AWS of the stage `local`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mocshelf_infra.stages import EDGE_REGION, Stage, UnknownStage, stage
from mocshelf_tools.problems import CannotContinue

Report = Callable[[str], None]

_LOCAL = "local"


@dataclass(frozen=True)
class Place:
    """One stage's place.

    `environment` is what SDKs and the CDK need to find it: nothing but the region for AWS, where a person's own
    credentials hold; address and keys for the embedded one. `given` are servers beside it, by the name of their link.
    """

    stage: Stage
    environment: Mapping[str, str]
    given: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def endpoint(self) -> str | None:
        """The embedded AWS's address; None for AWS."""
        return self.environment.get("AWS_ENDPOINT_URL")

    @property
    def regions(self) -> tuple[str, ...]:
        """The stage's own region, and the edge's where it has one."""
        edge = (EDGE_REGION,) if self.stage.edge is not None and self.stage.region != EDGE_REGION else ()
        return (self.stage.region, *edge)

    @property
    def process_environment(self) -> dict[str, str]:
        """The environment of a program that works there; of the caller's AWS settings only for AWS."""
        own = {name: value for name, value in os.environ.items() if not (self.endpoint and name.startswith("AWS_"))}
        return {**own, **self.environment}


def known(name: str) -> Stage:
    """The stage of that name; CannotContinue when there is none."""
    try:
        return stage(name)
    except UnknownStage as problem:
        raise CannotContinue(str(problem)) from None


def place_of(name: str, report: Report) -> Place:
    """The place of the stage of that name; the servers of `local` run afterwards. CannotContinue."""
    row = known(name)
    if row.name == _LOCAL:
        from mocshelf_tools.cloud import local_servers

        return local_servers.ensure(report)
    return Place(row, {"AWS_REGION": row.region, "AWS_DEFAULT_REGION": row.region})


def client(place: Place, service: str, region: str | None = None) -> Any:
    """A boto3 client for a service there, in the stage's own region unless another is named."""
    from botocore.config import Config

    return session(place).client(
        service,
        region_name=region or place.stage.region,
        endpoint_url=place.endpoint,
        config=Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard"}),
    )


def session(place: Place) -> Any:
    """A boto3 session with the credentials that hold there."""
    import boto3
    from botocore.session import Session

    if place.endpoint is None:
        return boto3.Session(region_name=place.stage.region)
    # The caller's profile and files must neither be used nor have to be right.
    blank = {name: (None, None, default, None) for name, default in _NO_FILES.items()}
    return boto3.Session(
        aws_access_key_id=place.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=place.environment["AWS_SECRET_ACCESS_KEY"],
        region_name=place.stage.region,
        botocore_session=Session(blank),
    )


_NO_FILES = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull, "ca_bundle": None}


def stacks(place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stage's stacks with their regions, oldest first, as CloudFormation describes them."""
    own = re.compile(rf"Mocshelf-{re.escape(place.stage.name)}-[a-z]+")
    found: list[tuple[str, dict[str, Any]]] = []
    for region in place.regions:
        pages = client(place, "cloudformation", region).get_paginator("describe_stacks").paginate()
        found += [(region, entry) for page in pages for entry in page["Stacks"] if own.fullmatch(entry["StackName"])]
    yield from sorted(found, key=lambda pair: str(pair[1]["CreationTime"]))


def outputs(place: Place) -> dict[str, str]:
    """What the stage's stacks put out, by name, without what they only export to each other.

    CannotContinue when the stage is not deployed.
    """
    described = [entry for _, entry in stacks(place)]
    if not described:
        raise not_deployed(place.stage)
    return {
        str(entry["OutputKey"]): str(entry["OutputValue"])
        for stack in described
        for entry in stack.get("Outputs", ())
        if not entry["OutputKey"].startswith("ExportsOutput")
    }


def not_deployed(row: Stage) -> CannotContinue:
    return CannotContinue(f"The stage {row.name} is not deployed. Deploy it: ./mocshelf deploy --stage {row.name}")
