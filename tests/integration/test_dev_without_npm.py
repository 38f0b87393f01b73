"""`./mocshelf dev` where npm cannot be reached: the API goes on, and the page says what is missing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpx

from integration.running_dev import Dev

# In a folder of the test's own: the checkout's has the libraries already, and others use it.
_PROGRAM = """
import sys
from pathlib import Path
from mocshelf_tools.web import vendor
vendor.PACKAGES = Path(sys.argv.pop(1))
from mocshelf_tools.cli import main
sys.exit(main())
"""
NOBODY = "http://127.0.0.1:9"


class DevWithLibraries(Dev):
    """One that keeps its libraries in `packages`, and asks npm's registry there if one is named."""

    def __init__(self, data: Path, packages: Path, registry: str | None = None) -> None:
        own = {**os.environ, **({"npm_config_registry": registry} if registry else {})}
        super().__init__(data, program=[sys.executable, "-c", _PROGRAM, str(packages)], environment=own)


def asked(dev: Dev, *paths: str) -> dict[str, httpx.Response]:
    """The answers of one that is ended with that."""
    try:
        url = dev.wait_until_ready()["web"]
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            return {path: client.get(path) for path in paths}
    finally:
        if dev.process.poll() is None:
            dev.end()


def test_without_npm_the_page_says_why_and_with_it_the_next_start_shows_it(tmp_path: Path) -> None:
    packages = tmp_path / "packages"

    refused = DevWithLibraries(tmp_path / "data", packages, NOBODY)
    without = asked(refused, "/", "/mocs", "/health", "/api/mocs")
    later = DevWithLibraries(tmp_path / "data", packages)
    with_libraries = asked(later, "/", "/v/dev/vendor/preact.mjs")

    assert [without[path].status_code for path in ("/", "/mocs")] == [503, 503]
    assert "could not be fetched from npm" in without["/"].text
    assert "Start it again once npm can be reached." in without["/"].text
    assert [without[path].status_code for path in ("/health", "/api/mocs")] == [200, 401]
    assert "The API goes on without the pages." in refused.errors
    assert {path: answer.status_code for path, answer in with_libraries.items()} == dict.fromkeys(with_libraries, 200)
    assert '<script type="module"' in with_libraries["/"].text
    assert "npm" not in later.errors
