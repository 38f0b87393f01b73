"""Putting the web app where a stage shows it from: the bucket that its CloudFront reads, or a folder here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_infra.stages import EDGE_REGION
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.web.settings import Settings

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.terminal import Terminal
    from mocshelf_tools.web.release import File


def publish(place: Place, report: Callable[[str], None]) -> None:
    """Publishes the checkout's app to the stage; nothing happens where it has no CloudFront. CannotContinue."""
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import client, outputs
    from mocshelf_tools.web.release import release
    from mocshelf_tools.web.vendor import libraries

    if place.stage.edge is None:
        return
    files = libraries(report)
    with explained(place):
        known = outputs(place)
        report("Publishing the web app")
        put(client(place, "s3", EDGE_REGION), known["SiteBucket"], release(settings_of(place, known), files))


def publish_here(place: Place, data: Path, terminal: Terminal) -> None:
    """Puts the app where the stage on this machine shows it from. Without npm the stage goes on as it is."""
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import outputs
    from mocshelf_tools.web.release import release
    from mocshelf_tools.web.released import FOLDER, keep
    from mocshelf_tools.web.vendor import libraries

    try:
        files = libraries(terminal.step)
    except CannotContinue as problem:
        terminal.show(f"{problem}\nThe stage goes on with the pages that it has, if any.")
        return
    with explained(place):
        settings = settings_of(place, outputs(place))
    terminal.step("Publishing the web app")
    keep(release(settings, files), data / FOLDER)


def settings_of(place: Place, known: Mapping[str, str], api: str = "") -> Settings:
    """What pages must know of a stage, from what its stacks put out."""
    domain = known.get("SignInDomain") if place.endpoint is None else None
    return Settings(
        cognito=place.endpoint or f"https://cognito-idp.{place.stage.region}.amazonaws.com",
        client_id=known["ClientId"],
        login=domain and f"https://{domain}",
        api=api,
    )


def put(s3: Any, bucket: str, files: Sequence[File]) -> None:
    """Puts the files in their order; what can never change and is there already is left."""
    there = {
        one["Key"]
        for answer in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="v/")
        for one in answer.get("Contents", ())
    }
    for file in files:
        if file.key not in there:
            s3.put_object(
                Bucket=bucket,
                Key=file.key,
                Body=file.content,
                ContentType=file.content_type,
                CacheControl=file.cache,
            )
