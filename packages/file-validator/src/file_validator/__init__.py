"""What a file really is, and whether it may be stored.

The rules and faults are here; what opens files is imported from its own module where it is used
(`file_validator.check`, `.identify`, `.archive`, `.text`, `.xml`), for a function that only declares uploads
should not pay for it."""

from __future__ import annotations

from file_validator.faults import Fault, Kind, Refused, refusal
from file_validator.rules import (
    AVATAR,
    GALLERY_IMAGE,
    INSTRUCTION,
    MOC_IMAGE,
    PARTS_LIST,
    WISHLIST_IMAGE,
    Rule,
    declared_faults,
)

__all__ = [
    "AVATAR",
    "GALLERY_IMAGE",
    "INSTRUCTION",
    "MOC_IMAGE",
    "PARTS_LIST",
    "WISHLIST_IMAGE",
    "Fault",
    "Kind",
    "Refused",
    "Rule",
    "declared_faults",
    "refusal",
]
