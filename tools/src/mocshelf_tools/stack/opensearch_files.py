"""OpenSearch's program: fetched with Maven, checked, and unpacked once for all data folders."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.processes import end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "2.19.6"
_MODULE = "analysis-common"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_UNFINISHED = ".unfinished"
# A module of the full distribution consists of its jar and this; alone, Maven Central has the jar only.
_DESCRIPTOR = f"""description=Tokenizers, filters and analyzers.
version={VERSION}
name={_MODULE}
classname=org.opensearch.analysis.common.CommonAnalysisPlugin
java.version=11
opensearch.version={VERSION}
custom.foldername=
extended.plugins=
has.native.controller=false
"""


class Artifact(NamedTuple):
    """A file of a Maven repository; `sha256` is of the one that was tried."""

    group: str
    name: str
    kind: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}-{VERSION}.{self.kind}"


SERVER = Artifact(
    "org.opensearch.distribution.integ-test-zip",
    "opensearch",
    "zip",
    "71d6d8b1c637f3faecda0752b184b1cc526fc6eaad59ec1408c6327bb00b9293",
)
ANALYSIS = Artifact(
    "org.opensearch.plugin",
    _MODULE,
    "jar",
    "187378844d92a043b935038f9ae168f7812f686b1c1c7128f8b97731baff8a1a",
)


def find_maven() -> str:
    """Maven's command; raises CannotContinue when there is none."""
    command = shutil.which("mvn")
    if command is None:
        raise CannotContinue("there is no Maven on this machine to fetch it with")
    return command


def program(cache: Path = paths.OPENSEARCH) -> Path:
    """The folder with the server's `lib` and `modules`, fetched and unpacked when it is not there yet.

    Two that need it at once wait for each other, and one that is killed leaves nothing that looks finished.
    Raises CannotContinue with Maven's own reason when a file cannot be had.
    """
    finished = cache / VERSION
    if finished.is_dir():
        return finished
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        if not finished.is_dir():
            for abandoned in cache.glob(f"*{_UNFINISHED}"):
                shutil.rmtree(abandoned)
            unfinished = cache / f"{VERSION}.{secrets.token_hex(4)}{_UNFINISHED}"
            unfinished.mkdir()
            _assemble(unfinished).rename(finished)
            shutil.rmtree(unfinished)
    return finished


def reason_of(said: str) -> str:
    """The one sentence among Maven's lines that says what is wrong."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines()]
    errors = [line.removeprefix("[ERROR]").strip() for line in lines if line.startswith("[ERROR]")]
    told = next((line for line in (*errors, *lines) if line), "it did not say why")
    # What failed comes after the goal and the project, which mean nothing to whoever reads this.
    return re.sub(r"^Failed to execute goal .* on project [^:]*: ", "", told).partition(" -> [Help")[0]


def _assemble(folder: Path) -> Path:
    """The program's folder, made inside this one."""
    archive, module_jar = (_fetched(artifact, folder) for artifact in (SERVER, ANALYSIS))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    made = folder / f"opensearch-{VERSION}"
    module = made / "modules" / _MODULE
    module.mkdir()
    shutil.copy(module_jar, module)
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    return made


def _fetched(artifact: Artifact, folder: Path) -> Path:
    """The artifact's file in the folder, copied there from Maven's own repository, which fetches it if need be."""
    coordinates = f"{artifact.group}:{artifact.name}:{VERSION}:{artifact.kind}"
    command = [find_maven(), "--batch-mode", "--quiet", "--strict-checksums", "-Dstyle.color=never", _COPY]
    command += [f"-Dartifact={coordinates}", f"-DoutputDirectory={folder}"]
    with tempfile.TemporaryDirectory() as nowhere:
        # In a folder of its own: Maven would take a pom.xml of the caller's for the project.
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=nowhere,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
    if done.returncode:
        raise CannotContinue(f"Maven could not fetch it: {reason_of(done.stdout + done.stderr)}")
    file = folder / artifact.file
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != artifact.sha256:
        raise CannotContinue(f"the {artifact.file} that Maven fetched is not the one it should be (SHA-256 {found})")
    return file


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
