"""The place of a rehearsed cutover and its two sides, for each test anew."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integration.cutover_rehearsed import Theatre, theatre
from integration.cutover_sides import SmallSystem
from mocshelf_tools.stack.stack import Stack

_numbers = itertools.count(1)


@pytest.fixture
def blue() -> Iterator[SmallSystem]:
    with SmallSystem() as system:
        yield system


@pytest.fixture
def green() -> Iterator[SmallSystem]:
    with SmallSystem() as system:
        yield system


@pytest.fixture
def make(stack: Stack, tmp_path: Path, blue: SmallSystem, green: SmallSystem) -> Callable[..., Theatre]:
    return lambda **rest: theatre(stack, tmp_path, next(_numbers), blue, green, **rest)
