"""Resource linking: a function that reaches for a resource gets exactly its permissions, and its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from mocshelf import manifest


class Linkable(Protocol):
    """Something a function can be linked to."""

    def address(self) -> Mapping[str, object]:
        """What the function reads as `resources.<name>`; tokens are allowed."""
        ...

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """Gives the role what this row of the manifest does with the resource, and no more."""
        ...


Links = Mapping[str, Linkable]


@dataclass(frozen=True)
class Given:
    """A server beside the embedded AWS, or a plain fact such as the stage itself: an address without permissions."""

    content: Mapping[str, object]

    def address(self) -> Mapping[str, object]:
        return self.content

    def grant(self, row: manifest.Function, role: iam.IRole) -> None:
        """There is nobody to ask for permission."""


def link(stack: cdk.Stack, row: manifest.Function, role: iam.IRole, links: Links) -> dict[str, str]:
    """Grants what the row reaches for and returns the environment variables that say where it is.

    KeyError when the stage lacks a resource that is not optional.
    """
    names = [*row.reach, *(name for name in row.optional if name in links)]
    for name in names:
        links[name].grant(row, role)
    return {f"MOCSHELF_{name.upper()}": stack.to_json_string(dict(links[name].address())) for name in names}
