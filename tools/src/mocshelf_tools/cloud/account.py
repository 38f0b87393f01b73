"""What an account must have before a stage can be deployed to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

from mocshelf_tools.cloud import cdk
from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, Report, client
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_infra.stages import Stage

_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
# What the table of stages says before anybody has put their own domain and address into it.
_EXAMPLE_DOMAIN = "mocshelf.example"
_EXAMPLE_ZONE = "Z00000000000000000000"
_TABLE = "infra/src/mocshelf_infra/stages.py"


@dataclass(frozen=True)
class Identity:
    """Who deploys, and where to."""

    account: str
    arn: str


def identity(place: Place) -> Identity:
    """Whose credentials these are; CannotContinue when there are none that AWS takes."""
    with explained(place):
        answer = client(place, "sts").get_caller_identity()
    return Identity(str(answer["Account"]), str(answer["Arn"]))


def refuse_examples(place: Place) -> None:
    """CannotContinue when the stage is for AWS and its row still has the example's domain, zone or address."""
    if place.endpoint is not None:
        return
    found = list(examples(place.stage))
    if found:
        raise CannotContinue(
            f"The stage {place.stage.name} still has example settings. Put your own into {_TABLE} "
            "(docs/deploy.md says what):\n" + "\n".join(f"  {line}" for line in found)
        )


def examples(stage: Stage) -> Iterator[str]:
    """The settings of a row that are examples, as `edge.zone = 'mocshelf.example'`."""
    yield from _examples(stage, "")


def _examples(value: object, name: str) -> Iterator[str]:
    if isinstance(value, str) and (value == _EXAMPLE_ZONE or value.endswith(_EXAMPLE_DOMAIN)):
        yield f"{name} = {value!r}"
    elif isinstance(value, tuple):
        for entry in value:
            yield from _examples(entry, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _examples(getattr(value, field.name), f"{name}.{field.name}".lstrip("."))


def require_bootstrap(place: Place, who: Identity, report: Report, *, may_make: bool) -> None:
    """Sees that the CDK's bucket and roles are in each region of the stage.

    They are made where `may_make` says so, and in the embedded AWS always. CannotContinue.
    """
    missing = [region for region in place.regions if not _bootstrapped(place, region)]
    for region in missing:
        environment = f"aws://{who.account}/{region}"
        if place.endpoint is None and not may_make:
            raise CannotContinue(
                f"The region {region} of the account {who.account} is not prepared for the CDK yet. Once for all "
                f"stages: ./mocshelf deploy --stage {place.stage.name} --bootstrap   "
                f"(the same as: npx aws-cdk bootstrap {environment})"
            )
        report(f"Preparing {region} for the CDK")
        cdk.call(place, ["bootstrap", environment], report)


def _bootstrapped(place: Place, region: str) -> bool:
    from botocore.exceptions import ClientError

    with explained(place):
        try:
            client(place, "ssm", region).get_parameter(Name=_BOOTSTRAP)
        except ClientError as problem:
            if code_of(problem) == "ParameterNotFound":
                return False
            raise
    return True
