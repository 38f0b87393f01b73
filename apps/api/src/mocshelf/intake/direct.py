"""A picture sent in the request itself: declared, checked, drawn anew, or refused as the request's error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from file_validator.faults import Refused
from file_validator.rules import Rule, declared_faults
from mocshelf.intake.verdicts import problem
from mocshelf.runtime.forms import Multipart

Made = TypeVar("Made")


def one_picture(body: Multipart, rule: Rule, make: Callable[[bytes, str], Made]) -> Made:
    """What `make` makes of the bytes and the name of the body's one file; its faults become the request's error."""
    part = body.files(1)[0]
    try:
        faults = declared_faults(part.filename, part.content_type, len(part.data), rule, direct=True)
        if faults:
            raise Refused(faults)
        return make(part.data, part.filename)
    except Refused as refused:
        raise problem(refused) from None
