"""OpenSearch's program is fetched once, checked, and whole or not there at all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import opensearch_files
from mocshelf_tools.stack.opensearch_files import ANALYSIS, SERVER, VERSION, program, reason_of

# Stands in for Maven, which would need the network: it copies the file it is asked for and notes that it was asked.
_MAVEN = """#!/bin/sh
for word in "$@"; do
  case "$word" in
    -Dartifact=*) artifact="${word#-Dartifact=}" ;;
    -DoutputDirectory=*) folder="${word#-DoutputDirectory=}" ;;
  esac
done
echo "$artifact" >> %(place)s/asked
cp %(place)s/served/*."${artifact##*:}" "$folder"
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with what the stand-in for Maven serves, small files under the right names."""
    served = tmp_path / "served"
    served.mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"opensearch-{VERSION}/lib/server.jar", b"jar")
        archive.writestr(f"opensearch-{VERSION}/modules/transport/there", b"")
    for artifact, content in ((SERVER, buffer.getvalue()), (ANALYSIS, b"analysis")):
        (served / artifact.file).write_bytes(content)
        trusted = artifact._replace(sha256=hashlib.sha256(content).hexdigest())
        monkeypatch.setattr(opensearch_files, "SERVER" if artifact is SERVER else "ANALYSIS", trusted)
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text(_MAVEN % {"place": tmp_path})
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{maven.parent}:/usr/bin:/bin")
    return served


def _asked(served: Path) -> list[str]:
    return (served.parent / "asked").read_text().splitlines()


def test_the_program_has_its_analysis_module_and_is_fetched_once(served: Path, tmp_path: Path) -> None:
    made = program(tmp_path / "cache")
    again = program(tmp_path / "cache")

    module = made / "modules" / "analysis-common"
    assert again == made
    assert (made / "lib" / "server.jar").read_bytes() == b"jar"
    assert (module / ANALYSIS.file).read_bytes() == b"analysis"
    assert f"opensearch.version={VERSION}" in (module / "plugin-descriptor.properties").read_text()
    assert _asked(served) == [
        f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip",
        f"org.opensearch.plugin:analysis-common:{VERSION}:jar",
    ]
    assert {entry.name for entry in (tmp_path / "cache").iterdir()} == {VERSION, "lock"}


def test_two_that_need_it_at_once_fetch_it_once(served: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: program(tmp_path / "cache"), range(4)))

    assert len(made) == 1
    assert len(_asked(served)) == 2


def test_what_a_killed_start_left_is_removed(served: Path, tmp_path: Path) -> None:
    left = tmp_path / "cache" / f"{VERSION}.0a1b2c3d.unfinished"
    (left / "lib").mkdir(parents=True)

    made = program(tmp_path / "cache")

    assert made.name == VERSION
    assert not left.exists()


def test_a_file_that_is_another_than_the_tried_one_is_not_used(served: Path, tmp_path: Path) -> None:
    (served / ANALYSIS.file).write_bytes(b"something else")

    with pytest.raises(CannotContinue, match=r"analysis-common-.*\.jar that Maven fetched is not the one"):
        program(tmp_path / "cache")

    assert not (tmp_path / "cache" / VERSION).exists()


def test_mavens_own_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho '[ERROR] Could not transfer artifact: Connection refused'\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(CannotContinue, match="Maven could not fetch it: Could not transfer artifact: Connection ref"):
        program(tmp_path / "cache")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "\x1b[0m[ERROR] Failed to execute goal org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy "
            "(default-cli) on project standalone-pom: Unable to find artifact. -> [Help 1]\n[ERROR] \n",
            "Unable to find artifact.",
        ),
        ("Picked up JAVA_TOOL_OPTIONS: -Dx\n[ERROR] Unknown host\n", "Unknown host"),
        (
            "The JAVA_HOME environment variable is not defined correctly\n",
            "The JAVA_HOME environment variable is not defined correctly",
        ),
        ("\n", "it did not say why"),
    ],
)
def test_the_reason_is_one_sentence(said: str, reason: str) -> None:
    assert reason_of(said) == reason
