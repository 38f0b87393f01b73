"""The parts of packaging by themselves: budgets, the folder of zips, interpreters that compile."""

from __future__ import annotations

import os
import re
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from infra.trixie import Lambdas
from mocshelf_infra.packaging import budgets
from mocshelf_infra.packaging.artifacts import Artifacts
from mocshelf_infra.packaging.compiling import find_compiler
from mocshelf_infra.packaging.layers import Layer, contents
from mocshelf_infra.packaging.problems import CannotPackage, OverBudget
from mocshelf_infra.packaging.store import Store
from mocshelf_infra.packaging.uv import find_uv
from mocshelf_infra.stages import HERE
from mocshelf_tools.cli import main

pytest_plugins = ["infra.trixie_fixtures"]

DAY = 24 * 3600


def test_what_is_built_is_within_its_budgets_and_shown_beside_them(lambdas: Lambdas) -> None:
    budgets.check(lambdas.artifacts)

    functions, layers = "\n".join(budgets.table(lambdas.artifacts)).split("layer ")
    for name in lambdas.artifacts.functions:
        assert re.search(rf"^{name} +\d+ KB +300 KB +\d+ KB .* 250\.0 MB$", functions, re.MULTILINE)
    for name in ("runtime", "imaging"):
        assert re.search(rf"^{name} .* MB +60\.0 MB$", layers, re.MULTILINE)


@pytest.mark.parametrize(
    ("kind", "name", "size", "words"),
    [
        ("layers", "runtime", 60_000_001, "the layer runtime is 60.0 MB unzipped, of 60.0 MB"),
        ("layers", "imaging", 99_000_000, "the layer imaging is 99.0 MB unzipped"),
        ("layers", "migrate", 250_000_000, "migrate with its layers is"),
        ("functions", "health", 250_000_000, "health with its layers is"),
    ],
)
def test_over_budget_says_what_and_by_how_much(lambdas: Lambdas, kind: str, name: str, size: int, words: str) -> None:
    zips = {"functions": dict(lambdas.artifacts.functions), "layers": dict(lambdas.artifacts.layers)}
    zips[kind][name] = replace(zips[kind][name], unzipped=size)

    with pytest.raises(OverBudget, match=words):
        budgets.check(Artifacts(**zips))


def test_our_own_code_has_a_budget_that_compiling_does_not_use_up(lambdas: Lambdas, tmp_path: Path) -> None:
    store = Store(tmp_path)
    code = {"mocshelf/large.py": os.urandom(300_000)}
    compiled = {"mocshelf/__pycache__/small.cpython-313.pyc": os.urandom(400_000)}
    functions = dict(lambdas.artifacts.functions)

    def checked(entries: dict[str, bytes], key: str) -> None:
        functions["health"] = store.make("function-health", key, entries)
        budgets.check(replace(lambdas.artifacts, functions=functions))

    checked({"mocshelf/small.py": b"", **compiled}, "a")
    with pytest.raises(OverBudget, match="the code of health is 300 KB zipped"):
        checked({**code, **compiled}, "b")


def test_the_size_of_code_is_that_of_a_zip_without_compiled_files(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sources = {f"mocshelf/part{number}.py": b"print(1)\n" * number for number in range(20)}
    compiled = {f"mocshelf/__pycache__/part{number}.cpython-313.pyc": os.urandom(100) for number in range(20)}

    both, alone = store.make("both", "a", {**sources, **compiled}), store.make("alone", "a", sources)

    assert budgets.code_size(both) == alone.size == budgets.code_size(alone)


def test_a_zip_that_was_not_finished_does_not_count(tmp_path: Path) -> None:
    store = Store(tmp_path)

    with pytest.raises(FileNotFoundError):
        store.make("function-mocs", "key", {"a.py": b"", "b.py": tmp_path / "gone.py"})

    assert store.zip("function-mocs", "key") is None
    assert list(tmp_path.iterdir()) == []


def test_a_zip_that_was_cut_or_lost_does_not_count(tmp_path: Path) -> None:
    store = Store(tmp_path)
    made = store.make("function-mocs", "key", {"a.py": b"print(1)"})
    store.keep("build", Artifacts({"mocs": made}, {}))
    assert store.zip("function-mocs", "key") == made
    assert store.recall("build") == Artifacts({"mocs": made}, {})

    Path(made.path).write_bytes(Path(made.path).read_bytes()[:-1])

    assert store.zip("function-mocs", "key") is None
    assert store.recall("build") is None


def test_a_folder_that_was_moved_is_still_good(tmp_path: Path) -> None:
    made = Store(tmp_path / "old").make("function-mocs", "key", {"a.py": b""})
    (tmp_path / "old").rename(tmp_path / "new")

    found = Store(tmp_path / "new").zip("function-mocs", "key")

    assert found == replace(made, path=str(tmp_path / "new" / Path(made.path).name))


def test_what_nobody_has_used_for_a_day_goes_and_the_rest_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    used, unused = store.make("used", "a", {"a.py": b""}), store.make("unused", "a", {"a.py": b""})
    scratch, foreign = tmp_path / ".scratch-killed", tmp_path / "notes.txt"
    scratch.mkdir()
    (scratch / "file").write_text("")
    foreign.write_text("")
    before = time.time() - DAY - 60
    for path in tmp_path.iterdir():
        os.utime(path, (before, before))

    store.zip("used", "a")
    store.prune()

    assert store.zip("used", "a") == used
    assert [path.exists() for path in (Path(used.path), Path(unused.path), scratch, foreign)] == [
        True,
        False,
        False,
        True,
    ]


def test_zips_unpack_to_what_went_in(tmp_path: Path) -> None:
    (tmp_path / "source.py").write_bytes(b"print(2)\n")

    made = Store(tmp_path / "zips").make("x", "key", {"b/c.py": tmp_path / "source.py", "a.txt": b"text"})

    with zipfile.ZipFile(made.path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.txt": b"text",
            "b/c.py": b"print(2)\n",
        }
    assert (made.size, made.unzipped) == (Path(made.path).stat().st_size, 13)


def test_an_interpreter_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, shims, real = tmp_path / "broken", tmp_path / "shims", tmp_path / "real"
    for folder, script in (
        (broken, "\0"),
        (shims, "#!/bin/sh\necho 'pyenv: command not found' >&2; exit 127\n"),
        (real, "#!/bin/sh\necho cpython final 3.99 3.99.1 cpython-399\n"),
    ):
        folder.mkdir()
        (folder / "python3.99").write_text(script)
        (folder / "python3.99").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(broken), str(shims), str(real), os.environ["PATH"]]))

    found = find_compiler("3.99")

    assert found is not None
    assert (found.executable, found.version) == (str(real / "python3.99"), "3.99.1")
    assert found.name("a/b.py") == "a/__pycache__/b.cpython-399.pyc"


def test_this_python_compiles_for_itself() -> None:
    found = find_compiler(f"{sys.version_info.major}.{sys.version_info.minor}")

    assert found is not None
    assert found.executable == sys.executable


def test_without_uv_it_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCSHELF_UV", "/nowhere/uv")

    with pytest.raises(CannotPackage, match=r"\./mocshelf"):
        find_uv()


@pytest.mark.parametrize("hashed", [f" \\\n    --hash=sha256:{'0' * 64}", ""])
def test_a_package_with_another_hash_than_the_lock_says_or_none_is_refused(tmp_path: Path, hashed: str) -> None:
    with pytest.raises(CannotPackage, match="installing the layer runtime"):
        contents(Layer("runtime", f"defusedxml==0.7.1{hashed}\n"), HERE, None, tmp_path)


def test_an_unknown_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["package", "--stage", "prod"])

    printed = capsys.readouterr()
    assert (code, printed.out) == (1, "")
    assert printed.err.startswith("mocshelf: There is no stage 'prod'.")
