"""Calls of the CDK's command line, whose output goes into a log unless somebody wants to read it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Sequence

from mocshelf_tools import paths
from mocshelf_tools.cloud import toolchain
from mocshelf_tools.cloud.place import Place, Report
from mocshelf_tools.problems import CannotContinue

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OPTIONS = ("--no-notices", "--no-version-reporting", "--no-color")
# What it says of stacks that went well, and empty lines.
_PROGRESS = re.compile(r"$|Mocshelf-(?!.*: fail: )|arn:|Stack ARN:|Outputs:|[✨✅]|time: |‣ AggregateError")
_SYNTHESISED = "✨  Synthesis"
_SHOWN = 4


class Running:
    """A call in a process group of its own: a Ctrl-C is for the command that made it."""

    def __init__(self, place: Place, words: Sequence[str], report: Report, log: str | None = None) -> None:
        program = toolchain.cdk(report)
        self.log = paths.CLOUD / place.stage.name / f"{log or words[0]}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [*program, *words, *_OPTIONS],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=toolchain.environment(place.process_environment),
                cwd=self.log.parent,
                process_group=0,
            )

    def ended(self) -> bool:
        return self._process.poll() is not None

    def wait(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        """Ends the call; what CloudFormation has begun goes on there."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def output(self) -> str:
        return _COLOUR.sub("", self.log.read_text(encoding="utf-8", errors="replace"))

    def last_words(self) -> str:
        """The end of its output, where it says what went wrong."""
        return last_words(self.output())


def last_words(output: str) -> str:
    """Of the CDK's output what comes after the warnings of synthesis and is no progress."""
    lines = [line.strip() for line in output.rpartition(_SYNTHESISED)[2].splitlines()]
    return "\n".join(f"  {line}" for line in [line for line in lines if not _PROGRESS.match(line)][-_SHOWN:])


def call(place: Place, words: Sequence[str], report: Report, log: str | None = None) -> str:
    """The output of a call that must go well. CannotContinue."""
    running = Running(place, words, report, log)
    try:
        code = running.wait()
    except BaseException:
        running.kill()
        raise
    if code:
        raise CannotContinue(f"cdk {words[0]} failed:\n{running.last_words()}\nThe whole log is {running.log}")
    return running.output()
