"""The pipelines: nothing of a stranger's gets credentials, every step runs here too, production asks somebody."""

from __future__ import annotations

import argparse
import copy
import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mocshelf_tools import cli, paths

GITHUB = paths.ROOT / ".github"
NAMES = ("ci", "deploy-dev", "deploy-staging", "deploy-production")
DEPLOYS = {"deploy-dev": "dev", "deploy-staging": "deploy", "deploy-production": "deploy"}
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
# One commit of an action, with the version that it was verified to be.
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

Flow = dict[Any, Any]


def read(path: Path) -> Flow:
    flow: Flow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return flow


def workflow(name: str) -> Flow:
    return read(GITHUB / "workflows" / f"{name}.yml")


def triggers(flow: Flow) -> Flow:
    """YAML takes `on` for a truth value."""
    found: Flow = flow[True]
    return found


def fails_when(check: Callable[[Flow], None], flow: Flow, weaken: Callable[[Flow], object]) -> None:
    """The check passes as it is, and fails once `weaken` has changed something: so it can fail."""
    check(flow)
    weakened = copy.deepcopy(flow)
    weaken(weakened)
    assert weakened != flow, "weakening has changed nothing"
    with pytest.raises(AssertionError):
        check(weakened)


def steps(flow: Flow) -> Iterator[Flow]:
    for job in flow["jobs"].values():
        yield from job.get("steps", ())


def commands(flow: Flow) -> list[str]:
    return [step["run"] for step in steps(flow) if "run" in step]


# Linters.


def test_zizmor_finds_nothing() -> None:
    program = Path(sys.executable).parent / "zizmor"

    linted = subprocess.run([program, "--offline", "--no-progress", str(GITHUB)], capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_actionlint_finds_nothing() -> None:
    program = _actionlint()

    files = sorted(map(str, (GITHUB / "workflows").glob("*.yml")))
    linted = subprocess.run([program, *files], cwd=paths.ROOT, capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def _actionlint() -> str:
    """actionlint, built once where Go is; skips where neither is to be had."""
    if found := shutil.which("actionlint"):
        return found
    home = paths.ROOT / ".mocshelf" / "actionlint" / ACTIONLINT.rpartition("@")[2]
    go = shutil.which("go")
    if not (home / "actionlint").exists():
        if go is None:
            pytest.skip("neither actionlint nor Go, which builds it, is on this machine")
        own = {**os.environ, "GOBIN": str(home), "GOFLAGS": "-mod=mod"}
        made = subprocess.run([go, "install", ACTIONLINT], env=own, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"actionlint cannot be built here: {made.stderr.strip().splitlines()[-1:]}")
    return str(home / "actionlint")


# What holds for all.


def test_every_action_is_one_commit_with_its_version_beside_it() -> None:
    files = [*(GITHUB / "workflows").glob("*.yml"), *(GITHUB / "actions").rglob("action.yml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)

    def check(used: list[str]) -> None:
        assert used
        assert [one for one in used if not one.startswith("./.github/") and not PINNED.fullmatch(one)] == []

    used = re.findall(r"^\s*(?:- )?uses: (.*)$", text, re.MULTILINE)
    check(used)
    for weakened in ("actions/checkout@v6", "actions/checkout@main", f"actions/checkout@{'a' * 40}"):
        with pytest.raises(AssertionError):
            check([*used, weakened])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_with_the_repositorys_rights_for_a_strangers_change(name: str) -> None:
    def check(flow: Flow) -> None:
        assert not set(triggers(flow)) & {"pull_request_target", "workflow_run", "issue_comment"}

    fails_when(check, workflow(name), lambda flow: triggers(flow).update(pull_request_target=None))


@pytest.mark.parametrize("name", NAMES)
def test_jobs_have_the_permissions_they_need_and_workflows_none(name: str) -> None:
    def check(flow: Flow) -> None:
        assert flow["permissions"] == {}
        for job in flow["jobs"].values():
            assert job["permissions"].items() <= {"contents": "read", "id-token": "write"}.items()
            takes_role = any("configure-aws" in step.get("uses", "") for step in job.get("steps", ()))
            assert ("id-token" in job["permissions"]) == (takes_role or "uses" in job)

    def write_contents(flow: Flow) -> None:
        next(iter(flow["jobs"].values()))["permissions"]["contents"] = "write"

    def need_no_token(flow: Flow) -> None:
        for job in flow["jobs"].values():
            job.get("steps", []).append({"run": "./mocshelf check"})
            job["steps"] = [step for step in job.get("steps", ()) if "configure-aws" not in step.get("uses", "")]
            job.pop("uses", None)
            job["permissions"]["id-token"] = "write"

    fails_when(check, workflow(name), write_contents)
    fails_when(check, workflow(name), need_no_token)


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_kept_and_no_secret_is_read(name: str) -> None:
    def check(flow: Flow) -> None:
        written = str(flow)
        assert "secrets" not in written
        assert "access-key" not in written
        for step in steps(flow):
            if "configure-aws" in step.get("uses", ""):
                assert step["with"]["role-to-assume"] in ("${{ vars.AWS_DEPLOY_ROLE }}", "${{ vars.AWS_DIFF_ROLE }}")
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False

    def inherit(flow: Flow) -> None:
        next(iter(flow["jobs"].values()))["secrets"] = "inherit"

    def keep_the_token(flow: Flow) -> None:
        for step in steps(flow):
            step.get("with", {}).pop("persist-credentials", None)
            step.setdefault("with", {}).setdefault("persist-credentials", True)

    fails_when(check, workflow(name), inherit)
    fails_when(check, workflow(name), keep_the_token)


@pytest.mark.parametrize("name", NAMES)
def test_each_command_is_one_of_the_command_lines_own_and_takes_nothing_from_a_page(name: str) -> None:
    def check(flow: Flow) -> None:
        for command in commands(flow):
            # An expression in a command would be pasted into it before the shell reads it.
            assert "${{" not in command
            asked, _, output = command.partition(">")
            program, *words = shlex.split(asked)
            assert program == "./mocshelf"
            assert output.strip(' >"') in ("", "packages.json", "$GITHUB_STEP_SUMMARY")
            assert _parses(words), command

    for weak in (
        "./mocshelf nothing",
        "./mocshelf deploy",
        "./mocshelf check; id",
        "./mocshelf check ${{ github.x }}",
    ):

        def add(flow: Flow, weak: str = weak) -> None:
            next(job for job in flow["jobs"].values() if "steps" in job)["steps"].append({"run": weak})

        fails_when(check, workflow(name), add)


def _parses(words: list[str]) -> bool:
    """Whether the command line takes these words; nothing is run."""
    parser = argparse.ArgumentParser()
    known = parser.add_subparsers(dest="command", required=True)
    if words[0] not in cli.COMMANDS:
        return False
    importlib.import_module(f"mocshelf_tools.commands.{cli.MODULES.get(words[0], words[0])}").register(known)
    try:
        parser.parse_args(words)
    except SystemExit:
        return False
    return True


# Each by itself.


def test_a_fork_gets_no_credentials() -> None:
    same = "github.event.pull_request.head.repo.full_name == github.repository"

    def check(flow: Flow) -> None:
        for job in flow["jobs"].values():
            assert ("id-token" in job["permissions"]) == (same in str(job.get("if")).split(" && "))
            assert "environment" not in job

    def for_everybody(flow: Flow) -> None:
        flow["jobs"]["diff"]["if"] = f"vars.AWS_DIFF_ROLE != '' || {same}"

    fails_when(check, workflow("ci"), for_everybody)


def test_what_a_run_has_made_is_kept() -> None:
    def check(flow: Flow) -> None:
        kept = {
            step["with"]["name"]: step["with"]["path"] for step in steps(flow) if "upload" in step.get("uses", "")
        }
        # A whole run writes a second file beside the one that it is told.
        assert kept.get("test-report", "?").replace("*", "") in " ".join(commands(flow))
        assert kept.get("packages", "?") in " ".join(commands(flow))
        assert kept.get("cloud-assembly", "?").startswith(str(paths.CLOUD.relative_to(paths.ROOT)))

    fails_when(check, workflow("ci"), lambda flow: flow["jobs"].pop("templates"))


@pytest.mark.parametrize("name", DEPLOYS)
def test_a_deployment_is_in_its_environment_and_alone_and_never_ended_halfway(name: str) -> None:
    stage = name.partition("-")[2]

    def check(flow: Flow) -> None:
        deploying = [job for job in flow["jobs"].values() if f"deploy --stage {stage}" in str(job)]
        assert len(deploying) == 1
        assert deploying[0].get("environment") == stage
        assert deploying[0]["concurrency"] == {"group": f"deploy-{stage}", "cancel-in-progress": False}

    def without_approval(flow: Flow) -> None:
        del flow["jobs"][DEPLOYS[name]]["environment"]

    def cancelling(flow: Flow) -> None:
        flow["jobs"][DEPLOYS[name]]["concurrency"]["cancel-in-progress"] = True

    fails_when(check, workflow(name), without_approval)
    fails_when(check, workflow(name), cancelling)


@pytest.mark.parametrize("name", DEPLOYS)
def test_a_smoke_test_follows_and_its_failure_rolls_back(name: str) -> None:
    stage = name.partition("-")[2]

    def check(flow: Flow) -> None:
        ran = [step for step in flow["jobs"][DEPLOYS[name]]["steps"] if "run" in step]
        deploy, smoke, rollback, *_ = ran
        assert deploy["run"].startswith(f"./mocshelf deploy --stage {stage}")
        assert (smoke["id"], smoke["run"]) == ("smoke", f"./mocshelf smoke --stage {stage}")
        assert rollback["if"] == "failure() && steps.smoke.outcome == 'failure'"
        assert rollback["run"].startswith(f"./mocshelf rollback --stage {stage}")
        assert not any("continue-on-error" in step for step in ran)

    def forgive(flow: Flow) -> None:
        flow["jobs"][DEPLOYS[name]]["steps"][-3]["continue-on-error"] = True

    fails_when(check, workflow(name), forgive)
    fails_when(check, workflow(name), lambda flow: flow["jobs"][DEPLOYS[name]]["steps"].pop(-2))


def test_only_main_is_deployed_and_in_this_order() -> None:
    def check(flow: Flow) -> None:
        assert triggers(flow) == {"push": {"branches": ["main"]}}
        assert [flow["jobs"][one]["needs"] for one in ("dev", "staging", "production")] == ["ci", "dev", "staging"]

    def skip_staging(flow: Flow) -> None:
        flow["jobs"]["production"]["needs"] = "dev"

    fails_when(check, workflow("deploy-dev"), skip_staging)
    for name in ("deploy-staging", "deploy-production"):
        for job in workflow(name)["jobs"].values():
            assert "github.ref == 'refs/heads/main'" in job["if"]


def test_the_pipelines_have_the_uv_of_the_command_line() -> None:
    ready = read(GITHUB / "actions" / "ready" / "action.yml")
    pinned = re.search(r"^uv_version=(.*)$", (paths.ROOT / "mocshelf").read_text(), re.MULTILINE)

    versions = [step["with"]["version"] for step in ready["runs"]["steps"] if "setup-uv" in step["uses"]]

    assert pinned is not None
    assert versions == [pinned[1]]
