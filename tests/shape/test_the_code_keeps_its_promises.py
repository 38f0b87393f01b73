"""Promises about the shape of the code, each held by a few lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
API = ROOT / "apps" / "api" / "src" / "mocshelf"
TOOLS = ROOT / "tools" / "src"
WEB = ROOT / "apps" / "web"
SOURCES = [API, *(ROOT / "packages").glob("*/src"), ROOT / "infra" / "src", TOOLS]
# A statement begins so; a sentence in a docstring does not begin with "select ... from" and a line break.
SQL = re.compile(r"^\s*(select|insert into|update|delete from|with \w+ as)\b[\s\S]*\b(from|into|set|values)\b")
MODULE_LINES, TEST_LINES = 300, 400


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


def texts(path: Path) -> Iterator[str]:
    """Every string in a module that is no docstring."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def names(path: Path) -> set[str]:
    """Every dotted name a module uses, such as `os.environ`."""
    tree = ast.parse(path.read_text())
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}


def test_sql_stands_only_in_stores() -> None:
    found = [
        str(path.relative_to(API))
        for path in modules(API)
        if not path.stem.endswith("store") and any(SQL.match(text) for text in texts(path))
    ]

    assert found == []


def test_the_sql_pattern_knows_a_statement_when_it_sees_one() -> None:
    statements = [text for path in API.rglob("*store.py") for text in texts(path) if SQL.match(text)]

    assert len(statements) > 30


def test_only_resources_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(API)) for path in modules(API) if names(path) & {"os.environ", "os.getenv", "environ"}
    }

    assert readers == {"runtime/resources.py"}


def test_nothing_but_the_command_line_prints() -> None:
    printers = [path for path in modules(*SOURCES) if TOOLS not in path.parents and "print" in names(path)]

    assert printers == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(*SOURCES, ROOT / "tests", ROOT / "benchmarks")
        if not (ast.get_docstring(ast.parse(path.read_text())) or "").rstrip().endswith((".", "!"))
    ]

    assert silent == []


def test_modules_stay_small() -> None:
    large = {
        str(path.relative_to(ROOT)): lines
        for path in modules(*SOURCES, ROOT / "tests")
        if (lines := len(path.read_text().splitlines())) > (TEST_LINES if "tests" in path.parts else MODULE_LINES)
    }

    assert large == {}


def pages() -> dict[str, str]:
    """The web app's modules, and those of the console beside it."""
    return {str(path.relative_to(WEB)): path.read_text() for path in WEB.rglob("*.js") if path.parent != WEB}


def test_modules_of_the_web_app_stay_small_too_and_open_with_a_sentence() -> None:
    sources = {path: text.splitlines() for path, text in pages().items()}

    assert {path: len(lines) for path, lines in sources.items() if len(lines) > MODULE_LINES} == {}
    assert [path for path, lines in sources.items() if not lines[0].startswith("// ")] == []
    assert [path for path, lines in sources.items() if any(len(line) > 118 for line in lines)] == []


def test_one_module_of_the_web_app_fetches_and_one_knows_the_libraries() -> None:
    assert [path for path, text in pages().items() if re.search(r"\bfetch\(", text)] == ["app/request.js"]
    # pdf.js is as large as all else together, and only loaded with the first PDF.
    assert {path for path, text in pages().items() if "/vendor/" in text} == {
        "app/html.js",
        "app/pages/moc/pdf/document.js",
    }


def test_the_app_knows_nothing_of_the_console() -> None:
    # A release lacks the folder, so a module that imports from it could not be loaded there.
    importers = [path for path, text in pages().items() if path.startswith("app/") and "/console/" in text]

    assert importers == []
