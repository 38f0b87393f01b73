"""The two users of the gallery's tests."""

from __future__ import annotations

import pytest

from integration.curator import Curator
from mocshelf.testing import Client


@pytest.fixture
def ada(client: Client, alice: str) -> Curator:
    return Curator(client, alice)


@pytest.fixture
def ben(client: Client, bob: str) -> Curator:
    return Curator(client, bob)
