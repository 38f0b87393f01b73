"""The alias `live` of each function of a stage: the version that takes its traffic, and moving it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mocshelf import manifest
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client

LIVE = "live"
_NEWEST = "$LATEST"
_WEIGHTS = "AdditionalVersionWeights"


def live(place: Place) -> dict[str, str]:
    """The version behind each function's alias, by name of the manifest; empty before a first deployment."""
    functions = client(place, "lambda")
    found = {row.name: _alias(functions, place.stage.function_name(row.name), place) for row in manifest.FUNCTIONS}
    return {name: str(alias["FunctionVersion"]) for name, alias in found.items() if alias is not None}


def versions(place: Place, function: str) -> list[str]:
    """The published versions of the function, oldest first."""
    with explained(place):
        return sorted(_versions(client(place, "lambda"), place.stage.function_name(function)), key=int)


def move(place: Place, function: str, version: str) -> None:
    """Gives all traffic of the function to that version."""
    with explained(place):
        client(place, "lambda").update_alias(
            FunctionName=place.stage.function_name(function),
            Name=LIVE,
            FunctionVersion=version,
            # A canary that was stopped halfway would go on taking its part.
            RoutingConfig={_WEIGHTS: {}},
        )


def forget(place: Place, oldest: Mapping[str, str]) -> None:
    """Deletes the versions of each function that are older than its `oldest`, and that no alias needs."""
    functions = client(place, "lambda")
    with explained(place):
        for name, limit in oldest.items():
            full = place.stage.function_name(name)
            aliases = functions.list_aliases(FunctionName=full)["Aliases"]
            needed = {alias["FunctionVersion"] for alias in aliases}
            needed |= {one for alias in aliases for one in (alias.get("RoutingConfig") or {}).get(_WEIGHTS, {})}
            for version in list(_versions(functions, full)):
                if int(version) < int(limit) and version not in needed:
                    functions.delete_function(FunctionName=full, Qualifier=version)


def _versions(functions: Any, full: str) -> Iterator[str]:
    for page in functions.get_paginator("list_versions_by_function").paginate(FunctionName=full):
        yield from (one["Version"] for one in page["Versions"] if one["Version"] != _NEWEST)


def _alias(functions: Any, full: str, place: Place) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    with explained(place):
        try:
            found: dict[str, Any] = functions.get_alias(FunctionName=full, Name=LIVE)
        except ClientError as problem:
            if code_of(problem) == "ResourceNotFoundException":
                return None
            raise
    return found
