"""What deploying would change: against the account, or without one against nothing at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.cloud import assembly, cdk, toolchain
from mocshelf_tools.cloud.place import Place, Report

_AT_ONCE = 2
_HEADING = "Stack "
# A job's summary holds a mebibyte; longer ones are not shown at all.
_PAGE_CHARACTERS = 200_000


def against_account(place: Place, folder: Path, report: Report, *, security_only: bool = False) -> str:
    """The CDK's comparison with what is deployed. CannotContinue."""
    # Without a change set of its own making: looking must not leave anything in the account.
    words = ["diff", "--app", str(folder), "--method", "template"]
    report("Comparing with what is deployed")
    return "\n\n".join(shown(cdk.call(place, [*words, *(["--security-only"] if security_only else [])], report)))


def against_nothing(place: Place, folder: Path, report: Report) -> str:
    """The comparison with an empty account, which takes neither credentials nor a network. CannotContinue."""
    empty = paths.CLOUD / place.stage.name / "empty.json"
    empty.write_text(json.dumps({}), encoding="utf-8")
    names = [template.name for template in assembly.templates(folder)]
    toolchain.cdk(report)
    report(f"Comparing {len(names)} stacks with an empty account")

    def compared(name: str) -> str:
        words = ["diff", "--app", str(folder), "--exclusively", "--template", str(empty), name]
        return "\n\n".join(shown(cdk.call(place, words, lambda _: None, log=f"diff-{name}")))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return "\n\n".join(pool.map(compared, names))


def shown(output: str) -> Iterator[str]:
    """Of the CDK's output what is about a stack: it begins with warnings of synthesis, which has shown them."""
    lines: list[str] = []
    for line in output.splitlines():
        if line.startswith(_HEADING):
            if lines:
                yield "\n".join(lines).strip()
            lines = [line]
        elif lines and not line.startswith(("✨", "start: ", "success: ", "Hold on")):
            lines.append(line)
    if lines:
        yield "\n".join(lines).strip()


def markdown(title: str, found: str) -> str:
    """The comparison under a heading, as a block that nothing in it can end; its beginning only when it is long."""
    text = found if len(found) <= _PAGE_CHARACTERS else found[:_PAGE_CHARACTERS] + "\n(the rest is left out)"
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"### {title}\n\n{fence}diff\n{text}\n{fence}"
