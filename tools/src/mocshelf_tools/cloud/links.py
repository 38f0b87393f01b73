"""What the deployed functions of a stage are linked to."""

from __future__ import annotations

import json
from typing import Any

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, client, not_deployed

_PREFIX = "MOCSHELF_"


def environment(place: Place) -> dict[str, str]:
    """The links of all functions together, as they read them. CannotContinue when the stage is not deployed."""
    own = place.stage.function_name("")
    links: dict[str, str] = {}
    with explained(place):
        for page in client(place, "lambda").get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                # Names of functions have no hyphen, so this is not `mocshelf-dev-ada-mocs`.
                if function["FunctionName"].startswith(own) and "-" not in function["FunctionName"][len(own) :]:
                    variables = function.get("Environment", {}).get("Variables", {})
                    links.update({name: text for name, text in variables.items() if name.startswith(_PREFIX)})
    if not links:
        raise not_deployed(place.stage)
    return links


def link(place: Place, name: str) -> dict[str, Any] | None:
    """What functions know of the resource of that name; None when the stage has none."""
    text = environment(place).get(f"{_PREFIX}{name.upper()}")
    content: dict[str, Any] | None = None if text is None else json.loads(text)
    return content
