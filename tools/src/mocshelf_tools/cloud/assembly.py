"""The cloud assembly of a stage: built, synthesised and checked once for the same content."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools import paths, whole
from mocshelf_tools.cloud import toolchain
from mocshelf_tools.cloud.place import Report, known
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_infra.packaging.artifacts import Artifacts
    from mocshelf_infra.stages import Stage

_KEPT = 3
_SYNTHESIS_SECONDS = 60 * 60
_ASSEMBLY = "assembly"
_REPORT = "validation-report.json"
Given = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Template:
    """One stack of an assembly, in the order of deployment."""

    name: str
    region: str
    content: Mapping[str, Any]
    paths: Mapping[str, str]

    def path_of(self, logical_id: str) -> str:
        """Where a resource is in the CDK app, such as `mocs/Function`; its logical id when that is not known."""
        return self.paths.get(logical_id, logical_id)


def assembly(stage: Stage, given: Given, report: Report) -> Path:
    """The folder of the stage's assembly, with its zips, made unless the very same is there. CannotContinue."""
    artifacts = _built(stage, report)
    version = metadata.version("mocshelf-api")
    home = paths.CLOUD / stage.name
    kept = home / fingerprint(stage, artifacts, given, version)
    if not (kept / _ASSEMBLY / "manifest.json").exists():
        toolchain.libraries(report)
        report(f"Synthesising the stage {stage.name}")
        with whole.folder(kept) as fresh:
            artifacts.write(fresh / "artifacts.json")
            _synthesise(stage, given, version, fresh, home / "synth.log")
        _forget_old(home)
    os.utime(kept)
    return kept / _ASSEMBLY


def _built(stage: Stage, report: Report) -> Artifacts:
    from mocshelf_infra.packaging.building import FOLDER, build
    from mocshelf_infra.packaging.problems import CannotPackage

    report("Building the functions")
    try:
        # Sizes and budgets are for `./mocshelf package`, which shows them.
        return build(stage.functions.target, FOLDER, lambda _: None)
    except CannotPackage as problem:
        raise CannotContinue(str(problem)) from None


def templates(folder: Path) -> list[Template]:
    """The stacks of an assembly, in the order of deployment."""
    artifacts = _object(folder / "manifest.json")["artifacts"]
    return [
        Template(
            str(entry["properties"].get("stackName", name)),
            str(entry["environment"]).rpartition("/")[2],
            _object(folder / entry["properties"]["templateFile"]),
            _paths(_object(folder / entry["additionalMetadataFile"])) if "additionalMetadataFile" in entry else {},
        )
        for name, entry in artifacts.items()
        if entry["type"] == "aws:cloudformation:stack"
    ]


def _paths(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Paths in the app by logical id, without the stack and without what the CDK calls the thing itself."""
    return {
        entry["data"]: path.lstrip("/").partition("/")[2].removesuffix("/Resource").removesuffix("/Default")
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:logicalId"
    }


def _object(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def fingerprint(stage: Stage, artifacts: Artifacts, given: Given, version: str) -> str:
    """Names everything that an assembly is made of."""
    zips = {kind: {name: zipped.sha256 for name, zipped in one.items()} for kind, one in _kinds(artifacts)}
    facts = [asdict(stage), zips, given, version, sys.version]
    summary = hashlib.sha256(json.dumps(facts, sort_keys=True, default=list).encode())
    for path in _sources():
        summary.update(str(path.relative_to(paths.ROOT)).encode())
        summary.update(hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()[:20]


def _kinds(artifacts: Artifacts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "functions", artifacts.functions
    yield "layers", artifacts.layers


def _sources() -> Iterator[Path]:
    """The files that the CDK app is, or imports, or reads."""
    folders = [
        paths.ROOT / "infra" / "src",
        paths.ROOT / "apps" / "api",
        *sorted((paths.ROOT / "packages").iterdir()),
    ]
    for folder in folders:
        yield from (
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".pyc" and not {".venv", ".pytest_cache"} & set(path.parts)
        )
    yield paths.ROOT / "uv.lock"


def _synthesise(stage: Stage, given: Given, version: str, fresh: Path, log: Path) -> None:
    output = fresh / _ASSEMBLY
    command = [sys.executable, "-m", "mocshelf_infra.app", "--stage", stage.name, "--version", version]
    command += ["--artifacts", str(fresh / "artifacts.json"), "--output", str(output)]
    for name, link in given.items():
        command += ["--given", f"{name}={json.dumps(link)}"]
    of_the_row = known(stage.name).api.origins
    command += [f"--origin={origin}" for origin in stage.api.origins if origin not in of_the_row]
    # Neither credentials nor settings of the caller's may show in templates.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    made = subprocess.run(command, capture_output=True, text=True, env=toolchain.environment(own))
    log.write_text(made.stdout + made.stderr, encoding="utf-8")
    found = list(findings(output / _REPORT))
    if found:
        raise CannotContinue(
            "The templates break rules, so nothing was written. Mend them, or acknowledge them with a reason:\n"
            + "\n".join(found)
        )
    if made.returncode:
        last = next((line for line in reversed(made.stderr.splitlines()) if line.strip()), "no reason given")
        raise CannotContinue(f"The stage {stage.name} could not be synthesised: {last}\nThe whole output is in {log}")


def findings(report: Path) -> Iterator[str]:
    """The errors of the checks that run with synthesis, each with the resources it was found in."""
    if not report.exists():
        return
    for plugin in _object(report)["pluginReports"]:
        for violation in plugin["violations"]:
            if violation.get("severity") in ("error", "fatal"):
                yield f"  {violation['ruleName']}: {violation['description']}"
                yield from (f"      {construct['constructPath']}" for construct in violation["violatingConstructs"])


def _forget_old(home: Path) -> None:
    """Deletes all assemblies but the last few that were used: each holds every zip."""
    kept = [entry for entry in home.iterdir() if re.fullmatch(r"[0-9a-f]{20}", entry.name)]
    # What a killed synthesis has left is nobody's any more after this long.
    left = [entry for entry in home.glob(".*-*") if time.time() - entry.stat().st_mtime > _SYNTHESIS_SECONDS]
    for old in [*sorted(kept, key=lambda entry: entry.stat().st_mtime)[:-_KEPT], *left]:
        shutil.rmtree(old, ignore_errors=True)
