"""What a stage has had live: the last releases, each with the versions of its functions, in Parameter Store."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata

from mocshelf_tools import paths
from mocshelf_tools.cloud import aliases
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client

# The live one and two to go back to: each keeps its versions, whose snapshots cost.
KEPT = 3
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Release:
    """What was live from then on: `code` says what it was deployed from, `versions` are by function."""

    at: str
    code: str
    versions: Mapping[str, str]


def recorded(place: Place) -> list[Release]:
    """The last releases, oldest first; empty before a first deployment."""
    from botocore.exceptions import ClientError

    with explained(place):
        try:
            text = client(place, "ssm").get_parameter(Name=_parameter(place))["Parameter"]["Value"]
        except ClientError as problem:
            if code_of(problem) == "ParameterNotFound":
                return []
            raise
    return [Release(**entry) for entry in json.loads(text)]


def note(place: Place, code: str) -> list[Release]:
    """Writes down what is live now, unless the newest release says so already, and returns all that are known."""
    known, now = recorded(place), aliases.live(place)
    if not now or (known and known[-1].versions == now):
        return known
    known = [*known, Release(datetime.now(UTC).isoformat(timespec="seconds"), code, now)]
    _write(place, known)
    return known


def finish(place: Place) -> None:
    """To be called after a deployment: notes the release, and forgets older ones with the versions they needed."""
    known = note(place, deployed_code())
    if len(known) > KEPT:
        known = known[-KEPT:]
        _write(place, known)
    aliases.forget(place, oldest(known))


def remove(place: Place) -> None:
    """Forgets everything: the functions of a stage that is deployed anew count from 1 again."""
    from botocore.exceptions import ClientError

    with explained(place):
        try:
            client(place, "ssm").delete_parameter(Name=_parameter(place))
        except ClientError as problem:
            if code_of(problem) != "ParameterNotFound":
                raise


def oldest(known: Sequence[Release]) -> dict[str, str]:
    """Of each function the oldest version that a release names."""
    names = {name for release in known for name in release.versions}
    return {name: min(_of(known, name), key=int) for name in names}


def _of(known: Iterable[Release], name: str) -> list[str]:
    return [release.versions[name] for release in known if name in release.versions]


def before(known: Sequence[Release], live: Mapping[str, str]) -> dict[str, str]:
    """The version to go back to, of each function that the last deployment has moved; empty when there is none.

    Never a newer one than is live, so that going back twice goes back two releases, and not to the first's mistake.
    """
    if older := unfinished(known, live):
        return older
    for earlier, later in zip(reversed(known[:-1]), reversed(known[1:]), strict=True):
        moved = {name for name, version in live.items() if later.versions.get(name) == version}
        if older := _older({name: one for name, one in earlier.versions.items() if name in moved}, live):
            return older
    return {}


def unfinished(known: Sequence[Release], live: Mapping[str, str]) -> dict[str, str]:
    """The same of functions whose live version no release names: a deployment has moved them and not ended well."""
    if not known:
        return {}
    last = known[-1].versions
    new = [name for name, version in live.items() if name in last and version not in _of(known, name)]
    return _older({name: last[name] for name in new}, live)


def _older(wanted: Mapping[str, str], live: Mapping[str, str]) -> dict[str, str]:
    return {name: version for name, version in wanted.items() if int(version) < int(live[name])}


def deployed_code() -> str:
    """What this checkout is: its commit, with a plus when files were changed since, or else the package's version."""
    described = subprocess.run(
        ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or metadata.version("mocshelf-api")


def _write(place: Place, known: Sequence[Release]) -> None:
    text = json.dumps([asdict(one) for one in known], separators=(",", ":"))
    with explained(place):
        client(place, "ssm").put_parameter(Name=_parameter(place), Value=text, Type="String", Overwrite=True)


def _parameter(place: Place) -> str:
    return f"/mocshelf/{place.stage.name}/releases"
