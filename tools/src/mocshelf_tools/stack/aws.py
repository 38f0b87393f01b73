"""The embedded AWS: its own environment made by uv, its state in the data folder, on loopback only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.processes import Processes, Server
from mocshelf_tools.uv import uv

if TYPE_CHECKING:
    from mocshelf_tools.stack.folder import DataFolder

REGION = "eu-central-1"
_STAMP = "mocshelf-lock"


class EmbeddedAws(Server):
    """MiniStack for one data folder; with `policies` it asks IAM's before it does anything, as AWS would."""

    def __init__(
        self,
        folder: DataFolder,
        processes: Processes,
        port: int,
        cache_port: int,
        keys: tuple[str, str],
        *,
        policies: bool = False,
    ) -> None:
        super().__init__()
        self._home = folder.path / "aws"
        self._processes = processes
        self._port = port
        self._cache_port = cache_port
        self._access_key, self._secret_key = keys
        self._policies = policies

    @property
    def endpoint(self) -> str:
        # By number: with a name the SDKs would put buckets into the host.
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        python = environment_python()
        # What an emulator killed earlier left in its temporary folder is of no use to the next.
        shutil.rmtree(self._home / "tmp", ignore_errors=True)
        for name in ("state", "objects", "tmp"):
            (self._home / name).mkdir(parents=True, exist_ok=True)
        self._child = self._processes.start(
            "aws",
            [str(python), "-I", str(paths.MINISTACK_PROJECT / "launch.py")],
            environment=self._environment(),
        )

    def wait(self) -> None:
        """Until it is ready."""
        self.child.wait_until(self._answers, 60)

    def _environment(self) -> dict[str, str]:
        # Nothing of the caller's AWS settings: the emulator hands its environment to functions.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "MINISTACK_HOST": "127.0.0.1",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            # Of requests that are not signed, which say no region.
            "MINISTACK_REGION": REGION,
            # Presigned requests are checked against these.
            "AWS_ACCESS_KEY_ID": self._access_key,
            "AWS_SECRET_ACCESS_KEY": self._secret_key,
            "AUTH": "true" if self._policies else "false",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._home / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._home / "objects"),
            "TMPDIR": str(self._home / "tmp"),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(self._cache_port),
            "LOG_LEVEL": "WARNING",
            "DOCKER_HOST": "unix:///nonexistent",
        }

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/ready", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def environment_is_current() -> bool:
    """Whether the emulator's environment is there and made from the present lock file."""
    stamp = _environment_folder() / _STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint()


def environment_python() -> Path:
    """The interpreter of the emulator's environment, which is made, or brought up to the lock file, when needed."""
    folder = _environment_folder()
    if not environment_is_current():
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONPATH", "PYTHONHOME")
        }
        command = [uv(), "sync", "--locked", "--quiet", "--project", str(paths.MINISTACK_PROJECT)]
        # The interpreter that runs this: one is sure to be there, and the versions agree.
        command += ["--python", sys.executable]
        made = subprocess.run(command, capture_output=True, text=True, env=environment)
        if made.returncode:
            raise CannotContinue(
                "The environment of the embedded AWS could not be made. Check the connection and try again.\n"
                + made.stderr.strip()
            )
        (folder / _STAMP).write_text(_fingerprint())
    return folder / "bin" / "python"


def _environment_folder() -> Path:
    return paths.MINISTACK_PROJECT / ".venv"


def _fingerprint() -> str:
    text = (paths.MINISTACK_PROJECT / "uv.lock").read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()
