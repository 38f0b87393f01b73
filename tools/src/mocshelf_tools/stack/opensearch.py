"""The embedded OpenSearch: one node on loopback, for search that forgives typos."""

from __future__ import annotations

import json
import os
import shutil
import signal
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from mocshelf_tools.stack import outside
from mocshelf_tools.stack.account import Account, server_account
from mocshelf_tools.stack.opensearch_files import program
from mocshelf_tools.stack.processes import Processes, Server

if TYPE_CHECKING:
    from pathlib import Path

    from mocshelf_tools.stack.folder import DataFolder
    from mocshelf_tools.stack.java import Java

_START_SECONDS = 120
_NODE = {
    "cluster.name": "mocshelf",
    "node.name": "mocshelf",
    "network.host": "127.0.0.1",
    # The port between nodes, of which there is one.
    "transport.port": 0,
    "discovery.type": "single-node",
    # A developer's disk is often nearly full, and indices that refuse writes would be a riddle.
    "cluster.routing.allocation.disk.threshold_enabled": False,
    "action.auto_create_index": False,
    # The kernel's limits on mappings are often too low for the default, and cannot be raised without root.
    "node.store.allow_mmap": False,
}
_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
# Quick to start and small: the simplest collector, and the compiler that optimises less.
_VIRTUAL_MACHINE = (
    *("-Xms64m", "-Xmx512m", "-XX:MaxDirectMemorySize=128m"),
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError"),
)
# What OpenSearch's own start script sets.
_PROPERTIES = {
    "file.encoding": "UTF-8",
    "java.locale.providers": "SPI,COMPAT",
    "java.util.concurrent.ForkJoinPool.common.threadFactory": (
        "org.opensearch.secure_sm.SecuredForkJoinWorkerThreadFactory"
    ),
    "jna.nosys": "true",
    "io.netty.noUnsafe": "true",
    "io.netty.noKeySetOptimization": "true",
    "io.netty.recycler.maxCapacityPerThread": "0",
    "io.netty.allocator.numDirectArenas": "0",
    "log4j.shutdownHookEnabled": "false",
    "log4j2.disable.jmx": "true",
    "opensearch.networkaddress.cache.ttl": "60",
    "opensearch.networkaddress.cache.negative.ttl": "10",
    "opensearch.distribution.type": "zip",
    "opensearch.bundled_jdk": "false",
}


class OpenSearch(Server):
    """The node of one data folder."""

    # Changes are on disk before they are acknowledged, and an orderly end takes two seconds.
    farewell = signal.SIGKILL

    def __init__(self, folder: DataFolder, processes: Processes, port: int, java: Java) -> None:
        super().__init__()
        self._folder = folder
        self._processes = processes
        self._port = port
        self._java = java
        self._account = server_account()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        super().__init__()
        if self._account:
            files = program(outside.shared() / "opensearch")
            home = outside.home(self._folder, "opensearch-data", self._account)
        else:
            files = program()
            home = self._folder.path / "opensearch"
        _prepare(home, self._port, self._account)
        self._child = self._processes.start(
            "opensearch",
            self._command(files, home),
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=self._account,
            farewell=self.farewell,
        )

    def wait(self) -> None:
        """Until it answers and has read the indices it has."""
        self.child.wait_until(lambda: is_ready(self.url), _START_SECONDS)

    def _command(self, files: Path, home: Path) -> list[str]:
        properties = {
            **_PROPERTIES,
            "java.io.tmpdir": str(home / "tmp"),
            "opensearch.path.home": str(files),
            "opensearch.path.conf": str(home / "config"),
        }
        if self._java.version >= 18:
            properties["java.security.manager"] = "allow"
        return [
            self._java.command,
            *_VIRTUAL_MACHINE,
            *(f"-D{name}={value}" for name, value in properties.items()),
            *("-cp", f"{files / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch"),
        ]


def _prepare(home: Path, port: int, account: Account | None) -> None:
    """Makes the node's own folder what its program expects."""
    # What a killed server left in its temporary folder is of no use to the next.
    shutil.rmtree(home / "tmp", ignore_errors=True)
    for name in ("config", "data", "logs", "tmp"):
        (home / name).mkdir(parents=True, exist_ok=True)
    node = {**_NODE, "http.port": port, "path.data": str(home / "data"), "path.logs": str(home / "logs")}
    # YAML takes JSON's values.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in node.items()]
    (home / "config" / "opensearch.yml").write_text("".join(lines), encoding="utf-8")
    (home / "config" / "log4j2.properties").write_text(_LOGGING)
    if account:
        # What the server made itself is the account's already.
        for path in (*home.iterdir(), *(home / "config").iterdir()):
            os.chown(path, account.user, account.group)


def is_ready(url: str) -> bool:
    """Whether an OpenSearch answers there and every index can be searched."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=2) as answer:  # noqa: S310 - checked or ours
            return json.load(answer).get("status") in ("green", "yellow")
    except (urllib.error.URLError, OSError, ValueError, AttributeError):
        return False
