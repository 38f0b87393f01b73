"""The web app as files: libraries without bare names, modules that can be loaded, a release that never mixes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from mocshelf_tools import paths
from mocshelf_tools.web import vendor
from mocshelf_tools.web.checking import problems
from mocshelf_tools.web.release import File, release
from mocshelf_tools.web.settings import Settings

SETTINGS = Settings("https://cognito.example", "client", "https://login.example")


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A copy of the app to change."""
    return Path(shutil.copytree(paths.WEB, tmp_path / "web"))


@pytest.fixture(scope="module")
def libraries() -> dict[str, bytes]:
    return vendor.libraries(lambda _: None)


def folder_of(files: Sequence[File]) -> str:
    (folder,) = {found[0] for file in files if (found := re.match(r"v/\w+/", file.key))}
    return folder


def test_names_of_libraries_become_addresses_beside_them() -> None:
    modules = {"preact": "preact.mjs", "preact/hooks": "hooks.mjs"}
    source = (
        'import{a}from"preact";export*from\'preact/hooks\';import "./own.js";\n'
        "const text = 'from preact';import(\"preact\")\n//# sourceMappingURL=preact.mjs.map\n"
    )

    assert vendor.rewritten(source, modules) == (
        'import{a}from"./preact.mjs";export*from\'./preact-hooks.mjs\';import "./own.js";\n'
        "const text = 'from preact';import(\"./preact.mjs\")\n\n"
    )


def test_what_libraries_load_themselves_lies_beside_them(libraries: dict[str, bytes]) -> None:
    for folder, suffixes in (("cmaps", {".bcmap"}), ("standard_fonts", {".pfb", ".ttf"}), ("wasm", {".js"})):
        assert {Path(one).suffix for one in libraries if one.startswith(f"pdfjs-dist/{folder}/")} == suffixes
    # The content security policy would refuse it.
    assert not [one for one in libraries if one.endswith(".wasm")]


def test_pages_get_the_tables_of_colours_that_the_api_goes_by(libraries: dict[str, bytes]) -> None:
    found = {file.key.partition("/data/")[2]: file for file in release(SETTINGS, libraries)}

    assert found["colours.csv"].content == (paths.PARTS_DATA / "colours.csv").read_bytes()
    assert found["lego-colours.csv"].content_type == "text/csv; charset=utf-8"


def test_the_lock_file_names_no_registry_and_keeps_every_hash() -> None:
    lock = (paths.WEB / "package-lock.json").read_text()

    assert "resolved" not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')


def test_the_apps_modules_can_be_loaded(libraries: dict[str, bytes]) -> None:
    assert problems(libraries) == ""


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("export function Field( {}", "/v/dev/app/ui/field.js: SyntaxError"),
        (
            "import '../no.js';\nexport const Field = 1;",
            "/v/dev/app/ui/field.js imports ../no.js, which is not there",
        ),
        ("export const Feld = 1;", "does not provide an export named 'Field'"),
        ("export const Field = () => import('./later.js');", "imports ./later.js, which is not there"),
        (
            "await styles(import.meta.url, './no.css');\nexport const Field = 1;",
            "imports ./no.css, which is not",
        ),
    ],
)
def test_a_module_that_cannot_be_loaded_is_named(
    web: Path, libraries: dict[str, bytes], source: str, complaint: str
) -> None:
    (web / "app" / "ui" / "field.js").write_text(source)

    assert complaint in problems(libraries, web)


def test_a_release_ends_with_the_page_which_names_only_what_is_there(libraries: dict[str, bytes]) -> None:
    files = release(SETTINGS, libraries)
    page = files[-1].content.decode()
    named = re.findall(r'(?:href|src)="/([^"]+)"', page)

    assert [file.key for file in files[-2:]] == ["config.json", "index.html"]
    assert set(named) <= {file.key for file in files}
    assert "/v/dev/" not in page
    # What the start imports is fetched at once.
    for module in ("app/main.js", "app/api.js", "vendor/preact.mjs"):
        assert (f'<link rel="modulepreload" href="/{folder_of(files)}{module}">' in page) == (module != "app/api.js")


def test_only_what_is_named_after_its_content_is_kept_forever(libraries: dict[str, bytes]) -> None:
    for file in release(SETTINGS, libraries):
        assert file.cache == ("public, max-age=31536000, immutable" if file.key.startswith("v/") else "no-cache")


def test_a_changed_module_changes_the_address_of_all(web: Path, libraries: dict[str, bytes]) -> None:
    before = release(SETTINGS, libraries, web)
    assert release(SETTINGS, libraries, web) == before

    (web / "styles" / "base.css").write_text("* {}")

    assert folder_of(release(SETTINGS, libraries, web)) != folder_of(before)


def test_notes_for_developers_are_no_part_of_a_release(web: Path, libraries: dict[str, bytes]) -> None:
    (web / "app" / "notes.md").touch()

    keys = [file.key for file in release(SETTINGS, libraries, web)]

    assert not [key for key in keys if key.endswith((".md", "package.json", "package-lock.json"))]


def test_a_release_has_nothing_of_the_console(libraries: dict[str, bytes]) -> None:
    files = release(SETTINGS, libraries)

    assert (paths.WEB / "console" / "page.js").is_file()
    assert [file.key for file in files if "console" in file.key] == []
    assert [file.key for file in files if b"_console" in file.content] == []
    assert b"console" not in next(file.content for file in files if file.key == "config.json")
