"""Every stage synthesises without credentials or network, and names of stages are checked."""

from __future__ import annotations

import pytest

from infra.conftest import Assemblies
from mocshelf_infra.stages import STAGES, UnknownStage, stage


@pytest.mark.parametrize("name", [*STAGES, "dev-ada"])
def test_a_stage_synthesises(assembly: Assemblies, name: str) -> None:
    assert "api" in assembly(name).stacks()


@pytest.mark.parametrize("name", ["prod", "dev-", "dev-Ada", "dev-../x", "", "dev-" + "a" * 40])
def test_an_unknown_stage_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownStage, match="local, dev, staging, production"):
        stage(name)
