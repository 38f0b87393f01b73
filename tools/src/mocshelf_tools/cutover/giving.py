"""What was typed, as the settings of a cutover."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from mocshelf_tools.cloud.account import examples
from mocshelf_tools.cutover import metrics
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.settings import VOLATILE, Settings, Thresholds
from mocshelf_tools.cutover.state import ALL, Plan
from mocshelf_tools.problems import CannotContinue

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")
_LONGEST_TTL = 300


def given_settings(args: argparse.Namespace, desk: Desk) -> Settings | None:
    """The settings when both hosts were given; None otherwise, for those of the stored state. CannotContinue."""
    if bool(args.blue) != bool(args.green):
        raise CannotContinue("Give --blue and --green together, or neither: then the stored state says it.")
    return settings_of(args, desk) if args.blue else None


def settings_of(args: argparse.Namespace, desk: Desk) -> Settings:
    """CannotContinue says which of them cannot be."""
    edge = desk.place.stage.edge
    name = (args.name or (edge.further[0] if edge is not None and edge.further else "")).rstrip(".").lower()
    zone = args.zone_id or (edge and edge.zone_id)
    if edge is not None and not args.zone_id and list(examples(desk.place.stage)):
        raise CannotContinue(
            f"The stage {desk.place.stage.name} still has the example's domain. Put your own into "
            "infra/src/mocshelf_infra/stages.py, or give --name NAME and --zone-id ID."
        )
    if not name or not zone:
        raise CannotContinue(
            f"The stage {desk.place.stage.name} has no name that users know: give --name NAME and --zone-id ID, or "
            "edge.further in infra/src/mocshelf_infra/stages.py."
        )
    if not _HOST.fullmatch(name):
        raise CannotContinue(f"--name takes a host's name, such as www.example.com, and not {name!r}.")
    if edge is not None and name in (edge.zone, edge.host, edge.origin_host):
        raise CannotContinue(f"{name} has records of the stage's own, and weighted CNAMEs cannot stand beside them.")
    if edge is not None and args.green == edge.host and name not in edge.further:
        raise CannotContinue(
            f"CloudFront refuses {name} at {edge.host}. Put it into edge.further of {desk.place.stage.name} in "
            "infra/src/mocshelf_infra/stages.py, and deploy."
        )
    for side, host in (("--blue", args.blue), ("--green", args.green)):
        if not _HOST.fullmatch(host) or host == name:
            raise CannotContinue(
                f"{side} takes a host's name, other than {name}, and not {host!r}. --help has examples."
            )
    if args.blue == args.green:
        raise CannotContinue("Blue and green are the same host.")
    for source in filter(None, (args.blue_metrics, args.green_metrics)):
        metrics.source(source)
    _refuse_times(args)
    return Settings(
        args.blue,
        args.green,
        name,
        zone,
        ttl=args.ttl,
        plan=Plan(_steps(args.steps), args.soak),
        interval=args.interval,
        lease=args.lease,
        blue_at=args.blue_at,
        green_at=args.green_at,
        blue_metrics=args.blue_metrics,
        green_metrics=args.green_metrics,
        probes=tuple(args.probe or ("/health",)),
        ignored=(*VOLATILE, *args.ignore),
        requests=requests_file(args),
        thresholds=Thresholds(error_rate=args.error_rate / 100, p95_ms=args.p95),
    )


def requests_file(args: argparse.Namespace) -> str | None:
    """Whole, since the state is read from other folders as well."""
    return str(Path(args.requests).resolve()) if args.requests else None


def _refuse_times(args: argparse.Namespace) -> None:
    if not 0 < args.ttl <= _LONGEST_TTL:
        raise CannotContinue(f"--ttl is 1 to {_LONGEST_TTL} s: for as long as it is, users stay where they are.")
    if args.interval <= 0 or args.soak < args.interval:
        raise CannotContinue("--soak must be as long as --interval at least, and --interval more than 0.")
    if args.lease < 3 * args.interval:
        raise CannotContinue("--lease must be three times --interval at least, or a run that works would look gone.")


def _steps(text: str) -> tuple[int, ...]:
    words = text.split(",")
    steps = tuple(int(word) for word in words if word.strip().isdigit())
    if len(steps) != len(words) or list(steps) != sorted(set(steps)) or not steps or steps[0] < 1 or steps[-1] != ALL:
        raise CannotContinue(
            f"--steps takes rising percentages that end with 100, such as 10,50,100, and not {text!r}."
        )
    return steps


def headers(token_file: str | None) -> dict[str, str]:
    """What goes with the requests that are compared. CannotContinue."""
    if token_file is None:
        return {}
    try:
        return {"Authorization": f"Bearer {Path(token_file).read_text(encoding='utf-8').strip()}"}
    except OSError as problem:
        raise CannotContinue(f"The token in {token_file} cannot be read: {problem.strerror}.") from None
