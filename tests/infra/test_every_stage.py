"""Every stage synthesises without credentials or network, and what comes out is clean; stages' names are checked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import Assembly
from infra.conftest import Assemblies
from mocshelf_infra.stages import STAGES, UnknownStage, stage

# A dependency that a reference implies already: CDK writes both.
REDUNDANT = "W3005"


def findings(assembly: Assembly) -> list[str]:
    """What cdk-nag and CloudFormation's own rules have against the templates, and nobody has given a reason for."""
    reports: list[dict[str, Any]] = json.loads((assembly.folder / "validation-report.json").read_text())[
        "pluginReports"
    ]
    return [f"{one['pluginName']}: {broken['ruleName']}" for one in reports for broken in one["violations"]]


def linted(*templates: Path) -> str:
    """What cfn-lint says."""
    program = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run(
        [program, "--ignore-checks", REDUNDANT, "--", *map(str, templates)], capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", [*STAGES, "dev-ada"])
def test_a_stage_synthesises(assembly: Assemblies, name: str) -> None:
    assert "api" in assembly(name).stacks()


@pytest.mark.parametrize("name", STAGES)
def test_the_solutions_pack_of_cdk_nag_finds_nothing(assembly: Assemblies, name: str) -> None:
    assert findings(assembly(name)) == []


@pytest.mark.parametrize("name", STAGES)
def test_cfn_lint_finds_nothing(assembly: Assemblies, name: str) -> None:
    assert linted(*sorted(assembly(name).folder.glob("*.template.json"))) == ""


def test_cfn_lint_would_find_something(assembly: Assemblies, tmp_path: Path) -> None:
    template = assembly("local").template("storage")
    bucket = next(one for one in template["Resources"].values() if one["Type"] == "AWS::S3::Bucket")
    bucket["Properties"]["Colour"] = "red"
    weakened = tmp_path / "storage.template.json"
    weakened.write_text(json.dumps(template))

    assert "'Colour' was unexpected" in linted(weakened)


@pytest.mark.parametrize("name", ["prod", "dev-", "dev-Ada", "dev-../x", "", "dev-" + "a" * 40])
def test_an_unknown_stage_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownStage, match="local, dev, staging, production"):
        stage(name)
