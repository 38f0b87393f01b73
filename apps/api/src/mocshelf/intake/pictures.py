"""Pictures that users send: checked, then drawn anew, so that what is stored was made by us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from file_validator.check import check
from file_validator.faults import Fault, Kind, Refused
from file_validator.rules import Rule
from mocshelf.runtime.imaging import Fit, Picture, Undecodable, square, webp, webp_pair


def checked_picture(data: bytes, name: str, rule: Rule, fit: Fit) -> Picture:
    """The picture as WebP; Refused when it is not an allowed one, too large to decode, or damaged."""
    check(data, name, rule)
    with _whole(name):
        return webp(data, fit)


def checked_pair(data: bytes, name: str, rule: Rule, fit: Fit, smaller: Fit) -> tuple[Picture, Picture]:
    """The picture in two sizes; Refused as above."""
    check(data, name, rule)
    with _whole(name):
        return webp_pair(data, fit, smaller)


def checked_square(data: bytes, name: str, rule: Rule, side: int) -> Picture:
    """The centre of the picture as a square WebP, `side` pixels each way; Refused as above."""
    check(data, name, rule)
    with _whole(name):
        return square(data, side)


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Refuses a picture that turns out to be damaged while it is drawn."""
    try:
        yield
    except Undecodable:
        message = f"{name} is damaged: the picture cannot be read to its end."
        raise Refused([Fault(Kind.UNREADABLE, "FILE_ERROR", message)]) from None
