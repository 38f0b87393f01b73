"""The conditional headers: If-Match, which asks for a version, and Idempotency-Key, which names a request."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mocshelf.runtime.errors import Detail, PreconditionFailed

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*')


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What If-Match allows: any version (no header, or `*`), or one of the listed ones."""

    versions: frozenset[str] | None = None

    def check(self, version: int | str) -> None:
        """PreconditionFailed when the current version is none of those asked for."""
        if self.versions is not None and str(version) not in self.versions:
            raise PreconditionFailed("It has been changed since you read it. Read it again, then repeat.")


def if_match(header: str | None, details: list[Detail]) -> IfMatch:
    """Reads the header (RFC 9110, 13.1.1); weak tags never match, so they are dropped."""
    if header is None or header.strip() == "*":
        return IfMatch()
    versions = set()
    for part in header.split(","):
        tag = _TAG.fullmatch(part)
        if tag is None:
            details.append(Detail("If-Match", 'must be * or a list of tags such as "3"'))
            return IfMatch()
        if not tag[1]:
            versions.add(tag[2])
    return IfMatch(frozenset(versions))


def idempotency_key(header: str | None, details: list[Detail]) -> str | None:
    if header is None:
        return None
    if not 1 <= len(header) <= 255 or not all(" " <= character <= "~" for character in header):
        details.append(Detail("Idempotency-Key", "must have 1 to 255 printable ASCII characters"))
    return header
