"""Whether the web app's modules can be loaded, for `./mocshelf check`: `python -m mocshelf_tools.web.checking`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from mocshelf_tools import node, paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.web.sources import addressed, console
from mocshelf_tools.web.vendor import libraries

_TEXT = (".js", ".mjs", ".css")


def problems(vendor: Mapping[str, bytes], web: Path = paths.WEB) -> str:
    """What is wrong with the modules, a line each; empty when nothing is. `vendor` are the libraries by file name."""
    files = (addressed(vendor, web) | console(web)).items()
    sources = {
        address: (found if isinstance(found, bytes) else found.read_bytes()).decode()
        if address.endswith(_TEXT)
        else ""
        for address, found in files
    }
    script = Path(__file__).with_suffix(".mjs")
    command = [str(node.program()), "--no-warnings", "--experimental-vm-modules", str(script)]
    done = subprocess.run(command, input=json.dumps(sources), capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def main() -> int:
    try:
        found = problems(libraries(lambda message: print(f"{message} ...", file=sys.stderr)))
    except CannotContinue as problem:
        found = str(problem)
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
