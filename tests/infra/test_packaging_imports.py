"""What a function carries: followed through its sources, without running any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf import manifest
from mocshelf_infra.packaging import checkout
from mocshelf_infra.packaging.imports import Code
from mocshelf_infra.packaging.problems import CannotPackage


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A package `app` with a function `work`."""
    write(tmp_path, {"app/__init__.py": "", "app/functions/__init__.py": "", "app/functions/work.py": ""})
    return tmp_path


def write(home: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def code(home: Path) -> Code:
    return Code({folder.name: folder for folder in home.iterdir() if (folder / "__init__.py").is_file()})


def carried(home: Path, **files: str) -> set[str]:
    """What `work` carries beside itself and its packages; a keyword is a module, `a__b` is a/b.py."""
    write(home, {f"app/{name.replace('__', '/')}.py": text for name, text in files.items()})
    found = set(code(home).carried("app.functions.work").files)
    always = {"app/__init__.py", "app/functions/__init__.py", "app/functions/work.py"}
    assert always <= found
    return found - always


@pytest.mark.parametrize(
    "statement",
    [
        "import app.mocs",
        "import app.mocs as other",
        "from app import mocs",
        "from app.mocs import read",
        "from app.mocs import *",
        "from .. import mocs",
        "from ..mocs import read",
        "def lazily():\n    from app.mocs import read",
        "class Late:\n    def read(self):\n        import app.mocs",
        "try:\n    import app.mocs\nexcept ImportError:\n    pass",
        "if 1:\n    import app.mocs",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import app.mocs",
        "import importlib\nimportlib.import_module('app.mocs')",
        "from importlib import import_module\nimport_module('app.mocs')",
    ],
)
def test_an_import_is_followed_however_it_is_written(home: Path, statement: str) -> None:
    assert carried(home, functions__work=statement, mocs="", parts="") == {"app/mocs.py"}


def test_imports_of_imports_are_followed_with_the_packages_they_are_in(home: Path) -> None:
    write(home, {"app/mocs/__init__.py": "from app import errors", "other/__init__.py": "", "other/deep.py": ""})

    found = carried(home, functions__work="import app.mocs.routes", mocs__routes="import other.deep", errors="")

    assert found == {
        "app/mocs/__init__.py", "app/mocs/routes.py", "app/errors.py", "other/__init__.py", "other/deep.py",
    }  # fmt: skip


def test_a_circle_of_imports_ends(home: Path) -> None:
    assert carried(home, functions__work="import app.a", a="import app.b", b="import app.a") == {
        "app/a.py",
        "app/b.py",
    }


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_what_only_a_type_checker_imports_stays_behind(home: Path, test: str) -> None:
    assert carried(home, functions__work=f"if {test}:\n    import app.mocs", mocs="") == set()


def test_files_beside_a_module_come_along_when_it_looks_there(home: Path) -> None:
    write(home, {"app/parts/data/colours.csv": "1", "app/parts/py.typed": "", "app/parts/__init__.py": ""})
    write(
        home, {"app/parts/data/__pycache__/x.pyc": "", "app/parts/data/.swap": "", "app/parts/inner/__init__.py": ""}
    )

    looks = carried(home, functions__work="import app.parts.colours", parts__colours="HERE = __file__")
    does_not = carried(home, functions__work="import app.parts.colours", parts__colours="HERE = 'nowhere'")

    assert looks - does_not == {"app/parts/data/colours.csv"}


def test_revisions_come_along_as_data_with_what_they_import(home: Path) -> None:
    write(home, {
        "migrations/__init__.py": "",
        "migrations/env.py": "from migrations import tables",
        "migrations/running.py": "HERE = __file__",
        "migrations/tables.py": "",
        "migrations/versions/0001_first.py": "import app.ids",
        "migrations/versions/0001_first.sql": "select 1",
    })  # fmt: skip

    found = carried(home, functions__work="from migrations import running", ids="", mocs="")

    assert found == {
        "app/ids.py", "migrations/__init__.py", "migrations/env.py", "migrations/running.py", "migrations/tables.py",
        "migrations/versions/0001_first.py", "migrations/versions/0001_first.sql",
    }  # fmt: skip


def test_other_peoples_packages_are_named(home: Path) -> None:
    write(home, {"app/functions/work.py": "import json, pydantic.main\nfrom psycopg2 import sql"})

    others = code(home).carried("app.functions.work").others

    assert others == {"json", "pydantic", "psycopg2"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import app.gone", "app/functions/work.py imports app.gone"),
        ("import importlib\nimportlib.import_module('app.' + 'mocs')", "line 2"),
        ("def broken(:", "app/functions/work.py, line 1"),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_place(home: Path, source: str, words: str) -> None:
    with pytest.raises(CannotPackage, match=words):
        carried(home, functions__work=source)


def test_a_function_without_a_module_is_named(home: Path) -> None:
    with pytest.raises(CannotPackage, match=r"app\.functions\.none"):
        code(home).carried("app.functions.none")


def test_our_own_packages_are_found() -> None:
    assert set(checkout.packages(checkout.ROOT)) == {"mocshelf", "migrations", "file_validator", "upload"}


def test_a_function_carries_no_other_feature_than_it_imports() -> None:
    ours = Code(checkout.packages(checkout.ROOT))
    features = {row.name: set(ours.carried(f"mocshelf.functions.{row.name}").files) for row in manifest.FUNCTIONS}

    assert not [name for name in features["health"] if name.startswith(("mocshelf/mocs/", "mocshelf/parts/"))]
    assert not [name for name in features["wishlist"] if name.startswith("mocshelf/parts/")]
    assert "mocshelf/parts/data/colours.csv" in features["parts"]
    assert "mocshelf/parts/data/colours.csv" not in features["mocs"]
    assert not [name for found in features.values() for name in found if name.endswith("mocshelf/testing.py")]
    for name, found in features.items():
        others = {f"mocshelf/functions/{row.name}.py" for row in manifest.FUNCTIONS if row.name != name}
        assert not found & others
