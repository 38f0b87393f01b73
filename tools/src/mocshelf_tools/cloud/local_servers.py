"""The servers of the stage `local`: running in the background, or removed with all they hold."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_infra.stages import stage
from mocshelf_tools import paths
from mocshelf_tools.cloud.local_supervisor import PLACE
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.gateway.control import command_server
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.aws import REGION
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

_STAGE = "local"
_START_SECONDS = 180
_STOP_SECONDS = 20


def ensure(report: Callable[[str], None] = lambda _: None, data: Path = paths.LOCAL_DATA) -> Place:
    """Has the servers running and returns where a deployment goes; they run on when this process ends.

    `report` hears what is being done. Raises CannotContinue.
    """
    folder = DataFolder(data)
    deadline = time.monotonic() + _START_SECONDS
    while not _running(folder, report):
        holder = folder.holder()
        if holder is None:
            try:
                _start(folder, report)
            except CannotContinue:
                # Another deployment may have been the first.
                if folder.holder() is None:
                    raise
        elif time.monotonic() > deadline:
            raise CannotContinue(
                f"The servers of the stage {_STAGE} do not answer. End process {holder} and run this again."
            )
        else:
            time.sleep(0.2)
    return place_of_folder(folder)


def remove(report: Callable[[str], None] = lambda _: None, data: Path = paths.LOCAL_DATA) -> None:
    """Ends the servers and deletes what they hold. Raises CannotContinue."""
    folder = DataFolder(data)
    report("Stopping the servers")
    stop(data)
    if folder.path.exists():
        report("Deleting what they held")
        folder.open()
        folder.empty()
        folder.close()
        shutil.rmtree(folder.path)


def stop(data: Path = paths.LOCAL_DATA) -> None:
    """Ends the servers, if they run; what they hold stays. Raises CannotContinue."""
    folder = DataFolder(data)
    told: int | None = None
    deadline = time.monotonic() + _STOP_SECONDS
    while (holder := folder.holder()) is not None:
        if holder and holder != told:
            with suppress(ProcessLookupError):
                os.kill(holder, signal.SIGTERM)
            told = holder
        if time.monotonic() > deadline:
            raise CannotContinue(f"Process {holder} runs the servers and does not end. Kill it and run this again.")
        time.sleep(0.05)


def _running(folder: DataFolder, report: Callable[[str], None]) -> bool:
    """Whether they run; single ones that do not are started again."""
    if folder.holder() is None:
        return False
    try:
        states = command_server(folder, "", "status")
    except CannotContinue:
        return False
    mending = {"ended": "start", "stopped": "start", "hanging": "resume"}
    for name, found in states.items():
        if name != "opensearch" and found["state"] in mending:
            report(f"Starting {name} again")
            command_server(folder, name, mending[found["state"]])
    return True


def _start(folder: DataFolder, report: Callable[[str], None]) -> None:
    """Starts the process that runs the servers, in a session of its own, and waits until they answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mocshelf_tools.cloud.local_supervisor", str(folder.path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=paths.ROOT,
        start_new_session=True,
    )
    said: list[str] = []
    with process.stdout or nullcontext(()) as lines:
        for line in lines:
            word, text = _heard(line)
            if word == "ready":
                # It is not this process's to wait for.
                process.returncode = 0
                return
            if word == "problem":
                process.wait()
                raise CannotContinue(text)
            if word == "doing":
                report(text)
            else:
                said.append(line)
    process.wait()
    raise CannotContinue(f"The servers could not be started.\n{''.join(said[-15:]).rstrip()}")


def _heard(line: str) -> tuple[str, str]:
    """What the supervisor says in a line: a word and its text."""
    try:
        ((word, text),) = json.loads(line).items()
    except (ValueError, AttributeError):
        return "", line
    return str(word), str(text)


def place_of_folder(folder: DataFolder) -> Place:
    """Where a deployment goes while they run. CannotContinue."""
    known = folder.read(PLACE)
    given: dict[str, dict[str, Any]] = known.get("given", {})
    if not given:
        raise CannotContinue(f"{folder.path} is used by ./mocshelf dev. Stop that first.")
    if "web" not in known:
        raise CannotContinue(
            f"The servers of the stage {_STAGE} were started by older code. End process {folder.holder()} and run "
            "this again; what they hold stays."
        )
    endpoint = str(given["stage"]["endpoint"])
    settings = Settings(folder)
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Nothing of the caller's own accounts.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    row = stage(_STAGE)
    # Its pages have a port of this folder's own.
    api = replace(row.api, origins=(*row.api.origins, str(known["web"])))
    return Place(replace(row, api=api), environment, given)
