"""Where things are: the checkout, its sources, the data folder that is used when none is named."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_DATA = ROOT / ".mocshelf" / "dev"
# The stage `local`'s; another folder is another such stage.
LOCAL_DATA = Path(os.environ.get("MOCSHELF_LOCAL") or ROOT / ".mocshelf" / "local")
MINISTACK_PROJECT = ROOT / "tools" / "ministack"
OPENSEARCH = ROOT / ".mocshelf" / "opensearch"
LIVE = ROOT / ".mocshelf" / "live"
CLOUD = ROOT / ".mocshelf" / "cloud"
CDK_CLI = ROOT / ".mocshelf" / "cdk-cli"
WEB = ROOT / "apps" / "web"
PARTS_DATA = ROOT / "apps" / "api" / "src" / "mocshelf" / "parts" / "data"
OPENAPI = ROOT / "docs" / "openapi.json"


def sources() -> list[Path]:
    """The folders whose code runs in functions; saving a file in one replaces the workers."""
    return [ROOT / "apps" / "api" / "src", *sorted((ROOT / "packages").glob("*/src"))]
