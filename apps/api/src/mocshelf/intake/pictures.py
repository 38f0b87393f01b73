"""Pictures that users send: checked, then drawn anew, so that what is stored was made by us."""

from __future__ import annotations

from file_validator.check import check
from file_validator.faults import Fault, Kind, Refused
from file_validator.rules import Rule
from mocshelf.runtime.imaging import Fit, Picture, Undecodable, webp


def checked_picture(data: bytes, name: str, rule: Rule, fit: Fit) -> Picture:
    """The picture as WebP; Refused when it is not an allowed one, too large to decode, or damaged."""
    check(data, name, rule)
    try:
        return webp(data, fit)
    except Undecodable:
        message = f"{name} is damaged: the picture cannot be read to its end."
        raise Refused([Fault(Kind.UNREADABLE, "FILE_ERROR", message)]) from None
