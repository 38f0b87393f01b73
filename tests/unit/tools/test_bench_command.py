"""`./mocshelf bench`: which benchmarks it runs, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from integration.running_gateway import eventually
from unit.tools.benchmarks import FOLDER


def benchmarks(folder: Path, **modules: str) -> list[str]:
    """A command that runs `bench` with these modules for benchmarks."""
    for name in ("__main__", "stored", "summary", "targets"):
        (folder / f"{name}.py").write_text((FOLDER / f"{name}.py").read_text())
    for name, code in modules.items():
        (folder / f"{name}.py").write_text(code)
    code = (
        "import sys; from pathlib import Path; from mocshelf_tools.commands import bench; "
        f"bench.FOLDER, bench.BENCHMARKS = Path({str(folder)!r}), {tuple(modules)!r}; "
        "from mocshelf_tools.cli import main; sys.exit(main(['bench', *sys.argv[1:]]))"
    )
    return [sys.executable, "-c", code]


GOOD = "def main():\n    import os\n    print('measured', os.environ.get('PYTHONDONTWRITEBYTECODE'), flush=True)\n"
SLOW = """
import time
from pathlib import Path
def main():
    try:
        Path("{folder}", "begun").touch()
        time.sleep(60)
    finally:
        Path("{folder}", "cleaned").touch()
"""
BAD = "def main():\n    raise RuntimeError('no server')\n"


def test_one_that_fails_does_not_stop_the_others_and_the_exit_code_says_so(tmp_path: Path) -> None:
    command = benchmarks(tmp_path, bad=BAD, good=GOOD)

    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)

    assert done.returncode == 1
    assert "measured None" in done.stdout
    assert "no server" in done.stderr
    assert "[2/2] good: done" in done.stderr
    assert "Not measured, for the reasons above: bad." in done.stderr
    assert (tmp_path / "results" / "README.md").exists()


def test_told_to_stop_it_lets_the_one_that_runs_clean_up_and_starts_no_other(tmp_path: Path) -> None:
    command = benchmarks(tmp_path, slow=SLOW.format(folder=tmp_path), good=GOOD)

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        started = eventually((tmp_path / "begun").exists, 20)
        process.terminate()
        said, _ = process.communicate(timeout=20)

    assert started
    assert (process.returncode, said) == (130, "")
    assert (tmp_path / "cleaned").exists()


def test_the_table_measures_nothing(tmp_path: Path) -> None:
    command = benchmarks(tmp_path, bad=BAD)

    done = subprocess.run([*command, "--table"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "not measured" in done.stdout


def test_an_unknown_benchmark_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    done = subprocess.run([*benchmarks(tmp_path, good=GOOD), "godo"], capture_output=True, text=True)

    assert (done.returncode, "no benchmark 'godo'. There are: good." in done.stderr) == (1, True)


def test_times_that_were_measured_are_handed_on_to_capacity(tmp_path: Path) -> None:
    times = tmp_path / "times.txt"
    times.write_text("seven")
    command = benchmarks(tmp_path, capacity="def main(measured=None):\n    print('took', measured.read_text())\n")

    done = subprocess.run([*command, "capacity", "--measured", str(times)], capture_output=True, text=True)

    assert (done.returncode, "took seven" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["good", "--measured", "times.txt"], "--measured is for the benchmark of capacity"),
        (["capacity", "--measured", "nothing.txt"], "There is no file nothing.txt"),
    ],
)
def test_measured_times_that_cannot_be_used_are_said(tmp_path: Path, named: list[str], said: str) -> None:
    command = benchmarks(tmp_path, good=GOOD, capacity=GOOD)

    done = subprocess.run([*command, *named], capture_output=True, text=True, cwd=tmp_path)

    assert (done.returncode, said in done.stderr, "measured" in done.stdout) == (1, True, False)
