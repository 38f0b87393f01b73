"""A stage `local` of the tests' own, deployed by the command that users type."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from integration.running_dev import CLI
from integration.running_gateway import eventually
from mocshelf_tools.cloud import local_servers
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.running import sign_in
from mocshelf_tools.stack import family
from mocshelf_tools.stack.folder import DataFolder


class DeployedStage:
    """The stage of one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.printed = ""

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`./mocshelf …` for which this is the stage `local`."""
        own = {**os.environ, "MOCSHELF_LOCAL": str(self.data)}
        return subprocess.run([*CLI, *words], capture_output=True, text=True, timeout=600, env=own, check=False)

    def deploy(self) -> float:
        """The seconds that it took."""
        begun = time.monotonic()
        done = self.cli("deploy", "--stage", "local")
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed = done.stdout
        return time.monotonic() - begun

    @property
    def known(self) -> Any:
        return json.loads((self.data / "endpoints.json").read_text())

    @property
    def place(self) -> Place:
        return local_servers.ensure(data=self.data)

    def aws(self, service: str) -> Any:
        return client(self.place, service)

    @cached_property
    def token(self) -> str:
        """The demo user's."""
        known = self.known
        return sign_in(known["cognito"], *known["demo"].values())

    @contextmanager
    def client(self, token: str | None = None) -> Iterator[httpx.Client]:
        """Requests to the API, with the token where there is one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(base_url=self.known["api"], headers=headers, trust_env=False, timeout=60) as made:
            yield made

    def versions(self) -> dict[str, str]:
        """The version behind the alias of each function that has one."""
        functions = self.aws("lambda")
        called = json.loads((self.data / "functions.json").read_text())
        return {
            name: functions.get_alias(FunctionName=one["FunctionName"], Name=one["Qualifier"])["FunctionVersion"]
            for name, one in called.items()
            if "Qualifier" in one
        }

    def kill_everything(self) -> None:
        """As a power cut would."""
        family.kill_all(self.known["pids"]["dev"])
        assert eventually(lambda: DataFolder(self.data).holder() is None, 10)


@contextmanager
def deployed(data: Path) -> Iterator[DeployedStage]:
    """The stage, deployed, and removed at the end."""
    stage = DeployedStage(data)
    try:
        stage.deploy()
        yield stage
    finally:
        local_servers.remove(data=data)
