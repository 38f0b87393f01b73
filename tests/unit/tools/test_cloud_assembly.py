"""An assembly is made once for the same content, as a whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mocshelf_infra.packaging.artifacts import Artifacts, Zip
from mocshelf_infra.stages import stage
from mocshelf_tools import paths
from mocshelf_tools.cloud import assembly as made
from mocshelf_tools.cloud import toolchain
from mocshelf_tools.cloud.progress import short
from mocshelf_tools.problems import CannotContinue

ZIPS = Artifacts({"mocs": Zip("/x/mocs.zip", "aa", 1, 2)}, {"runtime": Zip("/x/runtime.zip", "bb", 1, 2)})
LOCAL = stage("local")


class Synthesis:
    """Stands in for the CDK, which takes half a minute: what it does with a stage is tested by tests/infra."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = False

    def __call__(self, _stage: object, _given: object, _version: str, fresh: Path, _log: Path) -> None:
        self.count += 1
        folder = fresh / "assembly"
        folder.mkdir()
        if self.fails:
            raise CannotContinue("no")
        (folder / "manifest.json").write_text("{}")


@pytest.fixture
def synthesis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Synthesis:
    synthesis = Synthesis()
    monkeypatch.setattr(paths, "CLOUD", tmp_path)
    monkeypatch.setattr(toolchain, "libraries", lambda _: None)
    monkeypatch.setattr(made, "_built", lambda *_: ZIPS)
    monkeypatch.setattr(made, "_synthesise", synthesis)
    return synthesis


def made_anew(synthesis: Synthesis, work: Callable[[], Path]) -> bool:
    before = synthesis.count
    work()
    return synthesis.count > before


def test_the_same_content_is_synthesised_once(synthesis: Synthesis) -> None:
    first = made.assembly(LOCAL, {}, lambda _: None)
    second = made.assembly(LOCAL, {}, lambda _: None)

    assert first == second
    assert synthesis.count == 1


def test_a_stages_settings_and_servers_are_content(synthesis: Synthesis) -> None:
    made.assembly(LOCAL, {}, lambda _: None)

    other = replace(LOCAL, region="eu-west-1")
    assert made_anew(synthesis, lambda: made.assembly(other, {}, lambda _: None))
    assert made_anew(synthesis, lambda: made.assembly(LOCAL, {"cache": {"port": 1}}, lambda _: None))
    assert not made_anew(synthesis, lambda: made.assembly(LOCAL, {"cache": {"port": 1}}, lambda _: None))


def test_zips_versions_and_sources_are_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made.fingerprint(LOCAL, ZIPS, {}, "1")
    other = Artifacts({"mocs": Zip("/elsewhere/mocs.zip", "ab", 1, 2)}, ZIPS.layers)
    moved = Artifacts({"mocs": Zip("/elsewhere/mocs.zip", "aa", 1, 2)}, ZIPS.layers)

    assert made.fingerprint(LOCAL, moved, {}, "1") == before
    assert made.fingerprint(LOCAL, other, {}, "1") != before
    assert made.fingerprint(LOCAL, ZIPS, {}, "2") != before

    source = tmp_path / "infra" / "src" / "a.py"
    for folder in ("infra/src", "apps/api/src", "packages/upload"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "uv.lock").touch()
    source.write_text("x = 1")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    first = made.fingerprint(LOCAL, ZIPS, {}, "1")
    source.write_text("x = 2")
    assert made.fingerprint(LOCAL, ZIPS, {}, "1") != first


def test_a_synthesis_that_fails_leaves_nothing_and_is_tried_again(synthesis: Synthesis, tmp_path: Path) -> None:
    synthesis.fails = True
    with pytest.raises(CannotContinue):
        made.assembly(LOCAL, {}, lambda _: None)
    left = list((tmp_path / "local").iterdir())

    synthesis.fails = False
    folder = made.assembly(LOCAL, {}, lambda _: None)

    assert left == []
    assert (folder / "manifest.json").exists()


def test_only_the_last_few_are_kept(synthesis: Synthesis, tmp_path: Path) -> None:
    used = made.assembly(LOCAL, {"cache": {"port": 0}}, lambda _: None)
    for port in range(1, 5):
        made.assembly(LOCAL, {"cache": {"port": port}}, lambda _: None)
        os.utime(used.parent, (2e9, 2e9))

    assert len(list((tmp_path / "local").iterdir())) == 3
    assert used.exists()


def test_findings_name_rule_and_resource(tmp_path: Path) -> None:
    def violation(rule: str, severity: str) -> dict[str, object]:
        where = [{"constructPath": "Mocshelf-local-storage/Files/Resource"}]
        return {"ruleName": rule, "description": "It is open.", "severity": severity, "violatingConstructs": where}

    report = tmp_path / "report.json"
    found = [violation("AwsSolutions-S1", "error"), violation("F0001", "warning")]
    report.write_text(json.dumps({"pluginReports": [{"violations": found}]}))

    assert list(made.findings(report)) == [
        "  AwsSolutions-S1: It is open.",
        "      Mocshelf-local-storage/Files/Resource",
    ]
    assert list(made.findings(tmp_path / "none")) == []


def test_a_resource_is_called_as_in_the_app(tmp_path: Path) -> None:
    def named(logical_id: str) -> list[dict[str, str]]:
        return [{"type": "aws:cdk:warning", "data": "Mind."}, {"type": "aws:cdk:logicalId", "data": logical_id}]

    paths_in_the_app = {
        "/Mocshelf-dev-api/mocs/Function/Resource": named("F1"),
        "/Mocshelf-dev-api/migrate-now/Done/Default": named("D1"),
    }
    (tmp_path / "t.json").write_text('{"Resources": {}}')
    (tmp_path / "m.json").write_text(json.dumps(paths_in_the_app))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-west-1",
        "properties": {"templateFile": "t.json"},
        "additionalMetadataFile": "m.json",
    }
    artifacts = {"Mocshelf-dev-api.assets": {"type": "cdk:asset-manifest"}, "Mocshelf-dev-api": stack}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    (template,) = made.templates(tmp_path)

    assert (template.name, short(template.name), template.region) == ("Mocshelf-dev-api", "api", "eu-west-1")
    assert [template.path_of(name) for name in ("F1", "D1", "X1")] == ["mocs/Function", "migrate-now/Done", "X1"]
