"""What the stage `local` leaves out is what the pinned emulator does not know, and nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from infra.conftest import Assemblies
from mocshelf_infra.ministack import MINISTACK_LACKS
from mocshelf_infra.stages import STAGES
from mocshelf_tools.stack.aws import environment_python

# The emulator asks the same before it begins a deployment; a type of anybody's own needs no handler there.
_KNOWN = """
import json
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS
print(json.dumps(sorted(_RESOURCE_HANDLERS)))
"""


@pytest.fixture(scope="module")
def refused(assembly: Assemblies) -> set[str]:
    """The types of resources in the templates of all stages that the emulator refuses."""
    asked = [str(environment_python()), "-I", "-c", _KNOWN]
    known = set(json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout))
    used = {
        kind
        for stage in STAGES
        for path in assembly(stage).folder.glob("**/*.template.json")
        for kind in _types(path)
    }
    assert len(used) > 30
    return {kind for kind in used - known if not kind.startswith("Custom::")}


def test_the_list_of_what_ministack_lacks_is_true(refused: set[str]) -> None:
    listed = set(MINISTACK_LACKS)

    assert sorted(refused - listed) == [], "these are not in the list"
    assert sorted(listed - refused) == [], "these are in the list, and the emulator knows them or nobody uses them"


def test_the_list_is_in_order_and_names_nothing_twice() -> None:
    assert list(MINISTACK_LACKS) == sorted(set(MINISTACK_LACKS))


def test_what_the_local_stage_does_not_get_is_there_on_a_condition_that_never_holds(assembly: Assemblies) -> None:
    local = assembly("local")
    templates = [local.template(stack) for stack in local.stacks()]
    left = [
        (template["Conditions"][resource["Condition"]], resource["Type"])
        for template in templates
        for resource in template.get("Resources", {}).values()
        if "Condition" in resource
    ]

    assert all(condition == {"Fn::Equals": ["left", "out"]} for condition, _ in left)
    assert {kind for _, kind in left} <= set(MINISTACK_LACKS)


def _types(path: Path) -> set[str]:
    template = json.loads(path.read_text(encoding="utf-8"))
    return {resource["Type"] for resource in template.get("Resources", {}).values()}
