"""One stack and gateway for all tests that walk through the whole document of the API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.described_api import DescribedApi
from integration.running_gateway import RunningGateway
from mocshelf_tools.gateway.server import Options
from mocshelf_tools.stack import Stack


@pytest.fixture(scope="session")
def described_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DescribedApi]:
    with (
        Stack(tmp_path_factory.mktemp("described") / "data") as stack,
        RunningGateway(stack, Options(triggers=False, workers=3)) as gateway,
    ):
        yield DescribedApi(gateway)
