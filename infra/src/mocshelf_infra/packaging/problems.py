"""What packaging cannot do, in words for the person who asked for it."""

from __future__ import annotations


class CannotPackage(Exception):
    """The message says what happened and what to do next."""


class OverBudget(CannotPackage):
    """Something was built, and is larger than it may be."""
