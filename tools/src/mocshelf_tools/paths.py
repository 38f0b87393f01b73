"""Where things are: the checkout, its sources, the data folder that is used when none is named."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_DATA = ROOT / ".mocshelf" / "dev"
MINISTACK_PROJECT = ROOT / "tools" / "ministack"
OPENSEARCH = ROOT / ".mocshelf" / "opensearch"
OPENAPI = ROOT / "docs" / "openapi.json"


def sources() -> list[Path]:
    """The folders whose code runs in functions; saving a file in one replaces the workers."""
    return [ROOT / "apps" / "api" / "src", *sorted((ROOT / "packages").glob("*/src"))]
