"""The web app's libraries: modules of npm packages, made loadable by a browser without a build step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools import node, paths

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Report

PACKAGES = paths.ROOT / ".mocshelf" / "web"
_FAILED = "The web app's libraries could not be fetched from npm"
# What stands between the quotes is a package's name: it begins neither with a dot nor with a slash.
_IMPORT = re.compile(r"""(\bfrom|\bimport|\bimport\()(\s*)(["'])([^"'./][^"']*)\3""")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def table(web: Path = paths.WEB) -> dict[str, str]:
    """Each module that pages may import, by the name it has in npm; the value is its file in `node_modules`."""
    found: dict[str, str] = json.loads((web / "package.json").read_text())["vendor"]
    return found


def whole(web: Path = paths.WEB) -> list[str]:
    """Patterns of the files that modules load themselves, in `node_modules`."""
    found: list[str] = json.loads((web / "package.json").read_text())["vendorFiles"]
    return found


def file_name(module: str) -> str:
    """What a module is called in the folder `vendor`: `@preact/signals` is `preact-signals.mjs` there."""
    return module.removeprefix("@").replace("/", "-") + ".mjs"


def libraries(report: Report) -> dict[str, bytes]:
    """The content of the folder `vendor`: modules by file name, other files by their path in `node_modules`.

    CannotContinue when npm is needed and not there.
    """
    if not node.installed(paths.WEB, PACKAGES):
        report("Fetching the web app's libraries (first time only)")
        node.install(paths.WEB, PACKAGES, _FAILED)
    modules, packages = table(), PACKAGES / "node_modules"
    files = sorted(path for pattern in whole() for path in packages.glob(pattern))
    return {
        file_name(name): rewritten((packages / file).read_text(), modules).encode() for name, file in modules.items()
    } | {path.relative_to(packages).as_posix(): path.read_bytes() for path in files}


def rewritten(source: str, modules: Mapping[str, str]) -> str:
    """The module with the names of other modules of the table replaced by their addresses beside it."""
    return _IMPORT.sub(_beside(modules), _SOURCE_MAP.sub("", source))


def _beside(modules: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def address(found: re.Match[str]) -> str:
        word, space, quote, module = found.groups()
        if module not in modules:
            return found[0]
        return f"{word}{space}{quote}./{file_name(module)}{quote}"

    return address
