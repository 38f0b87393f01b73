"""Functions of a stage with the alias `live`, made by hand: a deployment takes longer than most tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from mocshelf_tools.cloud import aliases
from mocshelf_tools.cloud.place import Place, client


@contextmanager
def functions(place: Place, *names: str) -> Iterator[None]:
    """Each with version 1 live."""
    service = client(place, "lambda")
    for name in names:
        full = place.stage.function_name(name)
        service.create_function(
            FunctionName=full,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="index.handler",
            Code={"ZipFile": _code(f"{name} first")},
            Publish=True,
        )
        service.create_alias(FunctionName=full, Name=aliases.LIVE, FunctionVersion="1")
    try:
        yield
    finally:
        for name in names:
            service.delete_function(FunctionName=place.stage.function_name(name))


def publish(place: Place, *names: str) -> None:
    """New code of each goes live, as after a deployment."""
    service = client(place, "lambda")
    for name in names:
        full = place.stage.function_name(name)
        newest = int(aliases.versions(place, name)[-1])
        service.update_function_code(FunctionName=full, ZipFile=_code(f"{name} after {newest}"))
        aliases.move(place, name, service.publish_version(FunctionName=full)["Version"])


def _code(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", f"def handler(event, context):\n    return {text!r}\n")
    return content.getvalue()
