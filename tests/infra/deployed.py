"""The functions of a template by their names in the manifest, and what their roles allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.assembly import Template, resources
from mocshelf import manifest

Statement = dict[str, Any]

ROWS = {row.name: row for row in manifest.FUNCTIONS}
# Everything but the migration is called through its alias.
CALLED = {name: row for name, row in ROWS.items() if not row.migrating}


@dataclass(frozen=True)
class Deployed:
    """A function in a template: its logical id, its properties, the id of its role."""

    row: manifest.Function
    id: str
    properties: dict[str, Any]

    @property
    def role(self) -> str:
        found: str = self.properties["Role"]["Fn::GetAtt"][0]
        return found

    @property
    def environment(self) -> dict[str, Any]:
        found: dict[str, Any] = self.properties["Environment"]["Variables"]
        return found


def functions(template: Template) -> dict[str, Deployed]:
    """Every function of the manifest by its name there; others are not ours to judge here."""
    found = {}
    for logical_id, properties in resources(template, "AWS::Lambda::Function"):
        name = str(properties.get("FunctionName", "")).rpartition("-")[2]
        if name in ROWS:
            found[name] = Deployed(ROWS[name], logical_id, properties)
    return found


def aliases(template: Template) -> dict[str, str]:
    """The logical id of each function's `live`, by the function's name."""
    names = {deployed.id: name for name, deployed in functions(template).items()}
    return {
        names[properties["FunctionName"]["Ref"]]: logical_id
        for logical_id, properties in resources(template, "AWS::Lambda::Alias")
    }


def documents(template: Template, role: str) -> Iterator[dict[str, Any]]:
    """The policy documents of a role: its own, and those attached to it."""
    for policy in template["Resources"][role]["Properties"].get("Policies", []):
        yield policy["PolicyDocument"]
    for _, properties in resources(template, "AWS::IAM::Policy"):
        if {"Ref": role} in properties["Roles"]:
            yield properties["PolicyDocument"]


def allowed(template: Template, role: str) -> Iterator[tuple[str, str, Statement]]:
    """Each action and resource that a role may use, with the statement that says so; resources as `text` has them."""
    for document in documents(template, role):
        for statement in document["Statement"]:
            if statement["Effect"] == "Allow":
                for action in _several(statement["Action"]):
                    for resource in _several(statement["Resource"]):
                        yield action, text(resource), statement


def text(value: Any, token: str = "") -> str:
    """A value of a template as one text; what CloudFormation fills in is `token`, or else named in brackets."""
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(text(part, token) for part in parts)
    if isinstance(value, str):
        return value
    return token or f"<{json.dumps(value, sort_keys=True)}>"


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
