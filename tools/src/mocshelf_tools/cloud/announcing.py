"""What to say when a stage is deployed: where it is, how to sign in, what to do next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mocshelf_tools.cloud.assembly import templates
from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, outputs

# Outputs of the stacks that a person wants to see.
_SHOWN = {
    "API": "ApiUrl",
    "Web": "SiteAddress",
    "Sign in": "SignInDomain",
    "User pool": "UserPoolId",
    "App client": "ClientId",
}


def of_aws(place: Place, seconds: float) -> list[str]:
    """For a stage in an account."""
    with explained(place):
        found = outputs(place)
    name = place.stage.name
    rows = {title: found[output] for title, output in _SHOWN.items() if output in found}
    lines = _table(name, {**rows, "Region": place.stage.region}, seconds)
    if "ApiUrl" in found:
        lines += ["\nIt answers:", f"  curl {shlex.quote(found['ApiUrl'] + '/health')}"]
    return [
        *lines,
        f"\nThe first user is in docs/deploy.md; ./mocshelf logs --stage {name} --follow shows what happens.",
    ]


def of_this_machine(place: Place, known: Mapping[str, Any], folder: Path, seconds: float) -> list[str]:
    """For the stage in the embedded AWS; `known` is what its commands know of it."""
    demo = known["demo"]
    name = place.stage.name
    rows = {
        "Web": f"{known['web']}/",
        "API": known["api"],
        "Sign in": f"{demo['email']}   {demo['password']}",
        "AWS": f"{place.endpoint}   region {place.stage.region}",
        "PostgreSQL": known["postgres"],
    }
    lines = _table(name, rows, seconds)
    lines.append(f"\nNot in this stage: {', '.join(absent(place))}.")
    lacking = left_out(place, folder)
    if lacking:
        lines += ["Left out, because the embedded AWS lacks them:", *(f"  {line}" for line in lacking)]
    return [
        *lines,
        "\nGo on with:",
        f"  API={shlex.quote(known['api'])}",
        f'  AUTH="Authorization: Bearer $(./mocshelf token --stage {name})"',
        '  curl "$API/api/mocs" -H "$AUTH"',
        f"It runs on in the background; ./mocshelf remove --stage {name} ends it.",
    ]


def absent(place: Place) -> list[str]:
    """What other stages have and the settings of this one do not ask for."""
    stage = place.stage
    has = {
        "a network and its bastion": stage.network,
        "CloudFront and WAF": stage.edge,
        "alarms and the dashboard": stage.watch,
        "a budget": stage.budget,
        "gradual deployments": stage.functions.canary,
        "X-Ray": stage.functions.tracing or None,
    }
    return [name for name, settings in has.items() if settings is None]


def left_out(place: Place, folder: Path) -> list[str]:
    """The types of the stage's templates that it leaves out, each with how many there are."""
    kinds = Counter(
        resource["Type"] for template in templates(folder) for resource in template.content["Resources"].values()
    )
    return [f"{kinds[kind]:>3}  {kind}" for kind in place.stage.left_out if kinds[kind]]


def _table(name: str, rows: Mapping[str, str], seconds: float) -> list[str]:
    head = f"\nThe stage {name} is deployed ({seconds:.1f} s).\n"
    return [head, *(f"  {title:<12}{text}" for title, text in rows.items())]
