"""What the command line cannot do, in words for the person who typed the command."""

from __future__ import annotations


class CannotContinue(Exception):
    """The message says what happened and what to do next; the command prints it and ends with 1."""
