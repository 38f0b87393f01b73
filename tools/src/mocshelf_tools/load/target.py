"""What is loaded: a development stack of the run's own, one that runs, a stage; nothing else."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mocshelf_tools import paths
from mocshelf_tools.load.people import Users, added, signing_up
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import endpoints_of

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place

_HOME = ("127.0.0.1", "localhost", "::1")
_ANSWER_SECONDS = 10


@dataclass(frozen=True)
class Target:
    """`where` names its thresholds: dev, local, or deployed for a stage in an account. `own` goes after the run."""

    where: str
    api: str
    users: Users
    at_home: bool = True
    own: bool = False


def at_home(address: str) -> bool:
    """Whether nothing that is sent there leaves this machine."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in _HOME


def of_folder(data: Path, *, own: bool = False) -> Target:
    """The `./mocshelf dev` that runs on the folder. CannotContinue."""
    known = endpoints_of(data)
    return Target(
        "dev", known["api"], signing_up(known["cognito"]["endpoint"], known["cognito"]["clientId"]), own=own
    )


def of_url(url: str) -> Target:
    """A `./mocshelf dev` known by its address alone. CannotContinue when anything of it is elsewhere."""
    url = url.rstrip("/")
    if not at_home(url):
        raise CannotContinue(
            f"{url} is not on this machine. Load on other people's systems is an attack: --url takes loopback "
            "addresses (127.0.0.1, localhost) only. For a stage of your own use --stage."
        )
    try:
        with urllib.request.urlopen(f"{url}/config.json", timeout=_ANSWER_SECONDS) as answer:  # noqa: S310
            cognito = json.load(answer)["cognito"]
    except (OSError, ValueError, KeyError):
        raise CannotContinue(f"Nothing of Mocshelf answers at {url}. Start it with ./mocshelf dev.") from None
    if not at_home(cognito["endpoint"]):
        raise CannotContinue(
            f"What answers at {url} has the users and data of a stage elsewhere. Use --stage for that stage."
        )
    return Target("dev", url, signing_up(cognito["endpoint"], cognito["clientId"]))


@contextmanager
def own(report: Callable[[str], None]) -> Iterator[Target]:
    """A development stack of its own in a temporary folder, gone with the block."""
    from mocshelf_tools.load.own_dev import running

    with running(report) as data:
        yield of_folder(data, own=True)


def of_stage(name: str, agree: Callable[[Place], None], report: Callable[[str], None]) -> Target:
    """A deployed stage; `local` is deployed first if need be, any other is for `agree` to permit. CannotContinue."""
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import known, outputs, place_of

    row = known(name)
    if not row.removable:
        raise CannotContinue(f"The stage {name} is people's own: it is not for load tests. Deploy it as dev-NAME.")
    if name == "local":
        return _local(report)
    place = place_of(name, report)
    with explained(place):
        found = outputs(place)
    agree(place)
    return Target("deployed", found["ApiUrl"], added(place, found["UserPoolId"], found["ClientId"]), at_home=False)


def _local(report: Callable[[str], None]) -> Target:
    from mocshelf_tools.cloud import local_servers
    from mocshelf_tools.running import LINKS

    if not (paths.LOCAL_DATA / LINKS).exists():
        _deploy()
    place = local_servers.ensure(report)
    known = endpoints_of(paths.LOCAL_DATA)
    ids = known["cognito"]
    return Target("local", known["api"], added(place, ids["userPoolId"], ids["clientId"]))


def _deploy() -> None:
    from argparse import Namespace

    from mocshelf_tools.commands import deploy

    deploy.run(Namespace(stage="local", yes=False, bootstrap=False))
