"""Zips and layers as they are built: the same from the same, never twice, with nothing missing."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.trixie import HOME, Lambdas
from mocshelf import manifest
from mocshelf_infra.packaging import checkout
from mocshelf_infra.packaging.artifacts import Artifacts, Zip, layers_of
from mocshelf_infra.packaging.building import build
from mocshelf_infra.packaging.imports import Code
from mocshelf_infra.packaging.layers import layers
from mocshelf_infra.packaging.uv import find_uv
from mocshelf_infra.stages import LAMBDA, Target

pytest_plugins = ["infra.trixie_fixtures"]

ELF, ARM = b"\x7fELF", 183
# What Lambda has beside Python itself.
LAMBDAS_OWN = {"snapshot_restore_py"}

Built = tuple[Artifacts, list[str]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Another checkout with the same files, to change."""
    root = tmp_path / "elsewhere" / "copy"
    checkout.copy(checkout.ROOT, root)
    return root


@pytest.fixture
def built(lambdas: Lambdas) -> Callable[[Path], Built]:
    """Builds a checkout in the folder that has everything of this one; also returns what was said."""

    def build_it(root: Path) -> Built:
        said: list[str] = []
        return build(lambdas.target, HOME, said.append, root), said

    return build_it


def contents(zipped: Zip) -> dict[str, bytes]:
    with zipfile.ZipFile(zipped.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def names(zipped: Zip) -> list[str]:
    with zipfile.ZipFile(zipped.path) as archive:
        return archive.namelist()


def hashes(artifacts: Artifacts) -> dict[str, str]:
    functions = {f"function {name}": zipped.sha256 for name, zipped in artifacts.functions.items()}
    return functions | {f"layer {name}": zipped.sha256 for name, zipped in artifacts.layers.items()}


def test_every_function_of_the_manifest_and_every_layer_is_there(lambdas: Lambdas) -> None:
    assert list(lambdas.artifacts.functions) == [row.name for row in manifest.FUNCTIONS]
    assert set(lambdas.artifacts.layers) == {"runtime", "imaging", "migrate"}
    for name, zipped in lambdas.artifacts.functions.items():
        assert f"mocshelf/functions/{name}.py" in names(zipped)


def test_the_same_input_gives_the_same_bytes_wherever_it_is_built(
    lambdas: Lambdas, copy: Path, tmp_path: Path
) -> None:
    again = build(lambdas.target, tmp_path / "built", lambda _: None, copy)

    assert hashes(again) == hashes(lambdas.artifacts)
    for kind in ("functions", "layers"):
        for name, zipped in getattr(again, kind).items():
            assert Path(zipped.path).read_bytes() == Path(getattr(lambdas.artifacts, kind)[name].path).read_bytes()


def test_zips_hold_no_times_no_places_and_one_order(lambdas: Lambdas) -> None:
    for zipped in (*lambdas.artifacts.functions.values(), *lambdas.artifacts.layers.values()):
        with zipfile.ZipFile(zipped.path) as archive:
            entries = archive.infolist()
        assert {(entry.date_time, entry.external_attr >> 16) for entry in entries} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644)
        }
        assert names(zipped) == sorted(names(zipped))
    for name, content in contents(lambdas.artifacts.functions["mocs"]).items():
        assert b".scratch-" not in content, name
        assert str(checkout.ROOT).encode() not in content, name


def test_what_has_not_changed_is_not_built_again(
    built: Callable[[Path], Built], copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = built(copy)
    # Whatever a build needs is out of reach.
    monkeypatch.setenv("MOCSHELF_UV", "/nowhere/uv")

    second, said = built(copy)

    assert second == first
    assert said[0] == "Nothing has changed since it was built."


def test_a_change_builds_those_functions_that_carry_it_and_no_layer(
    built: Callable[[Path], Built], copy: Path
) -> None:
    before, _ = built(copy)
    changed = "mocshelf/wishlist/service.py"
    with (copy / "apps/api/src" / changed).open("a") as file:
        file.write(f"# {copy}\n")

    after, said = built(copy)

    differing = {name for name, digest in hashes(after).items() if hashes(before)[name] != digest}
    carrying = {f"function {name}" for name, zipped in after.functions.items() if changed in names(zipped)}
    assert differing == carrying
    assert "function wishlist" in differing
    assert "function health" not in differing
    assert not [line for line in said if line.startswith("Putting layers together")]


def test_a_file_saved_during_a_build_is_in_the_next(lambdas: Lambdas, copy: Path) -> None:
    saved = copy / "apps/api/src/mocshelf/health/service.py"
    saved.write_text(saved.read_text() + f"# before: {copy}\n")

    def save(line: str) -> None:
        if line.startswith("Byte-compiling"):
            saved.write_text(saved.read_text().replace("# before", "# after"))

    first = build(lambdas.target, HOME, save, copy)
    second = build(lambdas.target, HOME, lambda _: None, copy)
    third = build(lambdas.target, HOME, lambda _: None, copy)

    sources = [contents(one.functions["health"])["mocshelf/health/service.py"] for one in (first, second, third)]
    assert [b"# before" in source for source in sources] == [True, False, False]


def test_a_change_of_the_lock_changes_the_layers_it_is_about(copy: Path) -> None:
    before = layers(copy)
    lock = copy / "uv.lock"
    head, start, rest = lock.read_text().partition('name = "sqlalchemy"')
    lock.write_text(head + start + re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", rest, count=1))

    after = layers(copy)

    assert [old.name for old, new in zip(before, after, strict=True) if old != new] == ["migrate"]


def test_layers_hold_what_the_lock_says_once_and_with_hashes() -> None:
    locked = {layer.name: layer.requirements for layer in layers(checkout.ROOT)}
    pinned = {name: set(re.findall(r"^([\w-]+)==", text, re.MULTILINE)) for name, text in locked.items()}

    assert {"pydantic", "psycopg2-binary", "hiredis", "obstore"} <= pinned["runtime"]
    assert {"pyvips", "pyvips-binary", "pi-heif"} <= pinned["imaging"]
    assert {"alembic", "sqlalchemy"} <= pinned["migrate"]
    assert not pinned["runtime"] & (pinned["imaging"] | pinned["migrate"])
    for text in locked.values():
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", text))


def test_layers_are_without_what_only_developers_read_but_with_licences(lambdas: Lambdas) -> None:
    runtime, imaging, migrate = (names(lambdas.artifacts.layers[name]) for name in ("runtime", "imaging", "migrate"))
    everything = [*runtime, *imaging, *migrate]

    assert not [name for name in everything if name.endswith((".pyi", "/RECORD", ".h", ".c")) or "/tests/" in name]
    assert all(name.startswith("python/") for name in everything)
    for files, project in (
        (runtime, "pydantic"),
        (runtime, "psycopg2_binary"),
        (imaging, "pyvips"),
        (migrate, "alembic"),
    ):
        records = [name for name in files if re.match(rf"python/{project}-[\d.]+\.dist-info/", name)]
        assert [name for name in records if "/licenses/" in name]
        assert [name for name in records if name.endswith("/METADATA")]


def test_a_function_imports_nothing_that_its_layers_lack(lambdas: Lambdas) -> None:
    code = Code(checkout.packages(checkout.ROOT))
    for row in manifest.FUNCTIONS:
        needed = code.carried(f"mocshelf.functions.{row.name}").others - set(sys.stdlib_module_names) - LAMBDAS_OWN
        files = [name for layer in layers_of(row) for name in names(lambdas.artifacts.layers[layer])]
        provided = {name.split("/")[1].partition(".")[0] for name in files}
        assert needed - provided == set(), row.name


def test_lambdas_zips_can_be_built_without_its_python_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = "3.13" if sys.version_info[:2] != (3, 13) else "3.12"
    monkeypatch.setenv("UV_CACHE_DIR", os.environ.get("UV_CACHE_DIR") or str(Path("~/.cache/uv").expanduser()))
    monkeypatch.setenv("MOCSHELF_UV", find_uv())
    for name in ("PATH", "PYENV_ROOT", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    said: list[str] = []

    artifacts = build(Target(python, LAMBDA.platform), tmp_path / "built", said.append)

    assert said[0].startswith(f"No Python {python} was found here")
    everything = [*artifacts.functions.values(), *artifacts.layers.values()]
    assert not [name for zipped in everything for name in names(zipped) if name.endswith(".pyc")]
    libraries = [data for layer in artifacts.layers.values() for data in contents(layer).values() if data[:4] == ELF]
    assert libraries
    assert {data[18] for data in libraries} == {ARM}
