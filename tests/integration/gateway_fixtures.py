"""One stack with a dev gateway around the trial functions, for all test files about the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from integration.running_gateway import HERE, RunningGateway
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.stack import Stack


@pytest.fixture(scope="session")
def trial_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("trial") / "data") as stack:
        yield stack


@pytest.fixture(scope="session")
def spare_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack for gateways that come and go: one that ends takes its files from the folder, whoever else is there."""
    with Stack(tmp_path_factory.mktemp("spare") / "data") as stack:
        yield stack


@pytest.fixture(scope="session")
def trial_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trial function behind the queue writes down what it gets."""
    notes = tmp_path_factory.mktemp("notes") / "notes"
    notes.touch()
    return notes


@pytest.fixture(scope="session")
def gateway(trial_stack: Stack, trial_notes: Path) -> Iterator[RunningGateway]:
    environment = {"PYTHONPATH": str(HERE), "TRIAL_NOTES": str(trial_notes)}
    with RunningGateway(trial_stack, Options(package="trial", environment=environment)) as running:
        yield running


@pytest.fixture(scope="session")
def anonymous(gateway: RunningGateway) -> Iterator[httpx.Client]:
    """A client without a token."""
    with gateway.client() as client:
        yield client


@pytest.fixture(scope="session")
def signed_in(gateway: RunningGateway) -> Iterator[httpx.Client]:
    """A client with the demo user's token."""
    with gateway.client(headers={"Authorization": f"Bearer {gateway.token()}"}) as client:
        yield client
