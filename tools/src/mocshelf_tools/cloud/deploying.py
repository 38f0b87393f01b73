"""Deploying an assembly: the CDK does it, CloudFormation's events tell how far it is, and why it failed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from mocshelf_tools.cloud import assembly
from mocshelf_tools.cloud.cdk import Running
from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.cloud.progress import Progress
from mocshelf_tools.cloud.stack_events import Event, Follower, reasons
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.terminal import Terminal

# CloudFormation waits an hour for an answer that never comes. The embedded one makes everything at once, so that
# only the migration of the database, which has five minutes, can keep it waiting.
_PATIENCE_SECONDS = {"aws": 75 * 60, "embedded": 330}
_LOOK_SECONDS = {"aws": 3.0, "embedded": 0.2}
_SHOWN = 5


def deploy(place: Place, folder: Path, terminal: Terminal) -> None:
    """Returns when everything in the assembly is deployed. CannotContinue, with the reason, when it is not."""
    templates = {template.name: template for template in assembly.templates(folder)}
    progress = Progress(terminal, lambda stack, resource: templates[stack].path_of(resource))
    with explained(place):
        follower = Follower(place, [(template.name, template.region) for template in templates.values()])
        running = Running(
            place,
            ["deploy", "--app", str(folder), "--all", "--require-approval", "never", "--progress", "events"],
            terminal.step,
        )
        try:
            events = _followed(place, follower, running, progress)
        except KeyboardInterrupt:
            terminal.end_step()
            raise CannotContinue(
                "Stopped. CloudFormation goes on with what it has begun; deploy again to go on from there."
            ) from None
        finally:
            running.kill()
            terminal.end_step()
        if running.wait():
            events = [one for event in events for one in follower.explained(event)]
            why = [f"  {event.kind}  {progress.name_of(event)}\n    {event.reason}" for event in events]
            raise CannotContinue(_failure(place, follower, running, events, why))


def _followed(place: Place, follower: Follower, running: Running, progress: Progress) -> list[Event]:
    """Tells of the events until the call has ended, and returns why it failed. CannotContinue after long silence."""
    where = "aws" if place.endpoint is None else "embedded"
    events: list[Event] = []
    heard = time.monotonic()
    while True:
        # Asked before the events, so that the last are not missed.
        ended = running.ended()
        new = follower.new()
        for event in new:
            progress.tell(event)
        events += new
        if ended:
            return reasons(events)
        if new or not progress.waiting_for:
            heard = time.monotonic()
        elif time.monotonic() - heard > _PATIENCE_SECONDS[where]:
            raise CannotContinue(_stuck(place, progress, time.monotonic() - heard))
        time.sleep(_LOOK_SECONDS[where])


def _stuck(place: Place, progress: Progress, silence: float) -> str:
    waiting = "\n".join(f"  {event.kind}  {progress.name_of(event)}" for event in progress.waiting_for[:_SHOWN])
    after = _starting_over(place) or "CloudFormation goes on trying; ./mocshelf logs may say more."
    return f"Nothing has happened for {silence / 60:.0f} minutes. Waited for:\n{waiting}\n{after}"


def _starting_over(place: Place) -> str | None:
    """What else may be done about an embedded AWS that has got something wrong."""
    if place.endpoint is None:
        return None
    return f"./mocshelf remove --stage {place.stage.name} --yes starts over, without what the stage holds."


def _failure(place: Place, follower: Follower, running: Running, events: Sequence[Event], why: Sequence[str]) -> str:
    log = f"The whole log is {running.log}"
    if not events:
        # Refused before anything was begun, such as a type of resource that nobody knows.
        return f"The deployment failed:\n{running.last_words()}\nTraffic goes where it went before. {log}"
    failed = list(dict.fromkeys(event.stack for event in events))
    states = [_state(name, follower.status(name)) for name in failed]
    more = [f"  and {len(why) - _SHOWN} more"] if len(why) > _SHOWN else []
    after = [*states, *filter(None, [_starting_over(place)]), log]
    return "\n".join([f"The deployment failed in {', '.join(failed)}:", *why[:_SHOWN], *more, *after])


def _state(name: str, status: str) -> str:
    """What has become of a stack that could not be deployed."""
    if status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS", ""):
        return "The stack was new; what it had made was taken back. Traffic goes where it went before."
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return "The stack was rolled back. Traffic goes where it went before."
    if status.endswith("ROLLBACK_FAILED"):
        return (
            f"The stack could not be rolled back either ({status}). Mend what is in the way, then: "
            f"aws cloudformation continue-update-rollback --stack-name {name}"
        )
    return f"The stack is in the state {status}; CloudFormation goes on with it."
