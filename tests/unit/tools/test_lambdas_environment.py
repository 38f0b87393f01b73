"""An execution environment: what a function's start, its answers and its failures look like from outside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mocshelf import manifest
from mocshelf_tools.lambdas import environment
from mocshelf_tools.lambdas.environment import Environment, FunctionFailed
from mocshelf_tools.lambdas.layout import Layout, runtime_client

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda's runtime is published for Linux alone")

ROW = manifest.Function("tried", reach=(), timeout=2)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    runtime_client(folder)
    return folder


def laid_out(folder: Path, runtime: Path, code: str) -> Layout:
    """A function of this code."""
    module = folder / "task" / "mocshelf" / "functions" / "tried.py"
    module.parent.mkdir(parents=True)
    module.write_text(code)
    return Layout(folder / "task", folder / "opt", runtime)


def test_a_handler_gets_events_and_a_context_as_lambdas_do(tmp_path: Path, runtime: Path) -> None:
    code = """
import os
def handler(event, context):
    return [event["name"], context.function_name, context.get_remaining_time_in_millis() > 0, os.environ["LINK"]]
"""

    with Environment(laid_out(tmp_path, runtime, code), ROW, {"LINK": "there"}) as started:
        first, second = started.invoke({"name": "a"}), started.invoke({"name": "b"})
        peak = started.peak_memory()

    assert first.result == ["a", "tried", True, "there"]
    assert second.result[0] == "b"
    assert started.init_seconds > 0
    assert 0 < first.seconds < 2
    assert 1_000_000 < peak < 1_000_000_000


def test_only_what_is_laid_out_can_be_imported(tmp_path: Path, runtime: Path) -> None:
    layout = laid_out(tmp_path, runtime, "import pydantic\n")

    with pytest.raises(FunctionFailed, match=r"its start raised Runtime\.ImportModuleError.*pydantic"):
        Environment(layout, ROW, {}).__enter__()


def test_a_start_that_raises_says_what_and_where(tmp_path: Path, runtime: Path) -> None:
    layout = laid_out(tmp_path, runtime, "raise RuntimeError('The resource is not linked.')\n")

    with pytest.raises(FunctionFailed) as failed:
        Environment(layout, ROW, {}).__enter__()

    assert "tried: its start raised RuntimeError: The resource is not linked." in str(failed.value)
    assert "tried.py" in str(failed.value)


def test_a_handler_that_raises_says_what(tmp_path: Path, runtime: Path) -> None:
    layout = laid_out(tmp_path, runtime, "def handler(event, context):\n    raise ValueError('No such brick.')\n")

    with (
        Environment(layout, ROW, {}) as started,
        pytest.raises(FunctionFailed, match="its handler raised ValueError: No such brick"),
    ):
        started.invoke({})


def test_a_handler_that_dies_says_so_with_what_it_wrote(tmp_path: Path, runtime: Path) -> None:
    code = "import os\ndef handler(event, context):\n    print('last words')\n    os._exit(3)\n"

    with Environment(laid_out(tmp_path, runtime, code), ROW, {}) as started, pytest.raises(FunctionFailed) as failed:
        started.invoke({})

    assert "tried: its process ended with 3." in str(failed.value)
    assert "last words" in str(failed.value)


def test_a_handler_that_takes_longer_than_its_timeout_is_stopped(tmp_path: Path, runtime: Path) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(60)\n"

    with (
        Environment(laid_out(tmp_path, runtime, code), ROW, {}) as started,
        pytest.raises(FunctionFailed, match="it took more than 2 s"),
    ):
        started.invoke({})

    assert started._process.poll() is not None


def test_a_start_that_never_ends_is_stopped(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody waits a minute for a test.
    monkeypatch.setattr(environment, "INIT_SECONDS", 0.5)
    layout = laid_out(tmp_path, runtime, "import time\ntime.sleep(60)\n")

    with pytest.raises(FunctionFailed, match="it took more than"):
        Environment(layout, ROW, {}).__enter__()


SNAPSHOT = """
from snapshot_restore_py import register_after_restore
restored = []
register_after_restore(restored.append, True)
def handler(event, context):
    return restored
"""


def test_hooks_run_when_a_snapshot_is_restored(tmp_path: Path, runtime: Path) -> None:
    with Environment(laid_out(tmp_path, runtime, SNAPSHOT), ROW, {}, snap_start=True) as started:
        started.restore()
        answer = started.invoke({})

    assert answer.result == [True]


def test_a_hook_that_fails_says_so(tmp_path: Path, runtime: Path) -> None:
    layout = laid_out(tmp_path, runtime, SNAPSHOT.replace("restored.append, True", "int, 'x'"))

    with (
        Environment(layout, ROW, {}, snap_start=True) as started,
        pytest.raises(FunctionFailed, match="its restoring raised ValueError"),
    ):
        started.restore()
