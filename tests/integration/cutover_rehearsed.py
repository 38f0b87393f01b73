"""A cutover in the embedded AWS with short times, and what can be done to it: refused calls, kills, lost records."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from integration.cloud_stage import place
from integration.cutover_sides import SmallSystem
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.cloud.place import session as cloud_session
from mocshelf_tools.cutover import going_back, operating
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.probing import Prober
from mocshelf_tools.cutover.running import Means, View
from mocshelf_tools.cutover.settings import Settings, Thresholds
from mocshelf_tools.cutover.state import Phase, Plan, State
from mocshelf_tools.cutover.store import Record
from mocshelf_tools.cutover.watching import Looked, verdict
from mocshelf_tools.stack.stack import Stack

INTERVAL = 0.25
# A busy machine is slow by itself; that is not what these tests are about.
LIMITS = Thresholds(requests=4, looks=5, p95_ms=900, p95_most_ms=5000, timeout=4.0)
STEPS = (10, 50, 100)
# For the tests that run it dozens of times.
QUICK = Plan(steps=(50, 100), soak=INTERVAL, pending=5)
AT_ONCE = 2
PATIENT = replace(LIMITS, p95_ms=60_000, p95_most_ms=60_000)
WRITES = ("PutParameter", "ChangeResourceRecordSets")
_sessions: dict[str, Any] = {}
_making = threading.Lock()


def settings_for(zone_id: str, name: str, blue: str, green: str, requests: str, **rest: Any) -> Settings:
    """Everything that takes half an hour in life takes half a second here."""
    given: dict[str, Any] = {
        "plan": Plan(soak=2 * INTERVAL, pending=5),
        "interval": INTERVAL,
        "lease": 3 * INTERVAL,
        "thresholds": LIMITS,
    }
    return Settings(
        f"old.{name}",
        f"new.{name}",
        f"www.{name}",
        zone_id,
        **{**given, **rest},
        blue_at=blue,
        green_at=green,
        requests=requests,
    )


class Noting(Prober):
    """Notes when a look was the first from which a side is to be left, and how many there were since."""

    detected: float | None = None
    since: int = 0

    def look(self) -> None:
        super().look()
        self.since += self.detected is not None
        seen = verdict(Looked(self.blue), Looked(self.green), LIMITS, 0)
        if self.detected is None and ((not seen.green_healthy and not seen.green_better) or seen.blue_down):
            self.detected = time.monotonic()


@dataclass(frozen=True)
class Written:
    """A change of weights, when it was made, and how many looks after one that showed what is wrong."""

    at: float
    green: int
    looks: int


@dataclass
class Watchdesk(Desk):
    """A desk whose calls can be counted, refused, and outlived. `before` hears of each call, `after` of writes."""

    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    calls: list[str] = field(default_factory=list)
    prober: Noting | None = None
    written: list[Written] = field(default_factory=list)
    writes: int = 0
    _meant: int = 0
    _alive: bool = False

    def make(self, service: str) -> Any:
        # Sessions are not made for threads, unlike the clients that come of them.
        with _making:
            made = super().make(service)
        made.meta.events.register("provide-client-params", self._given)
        made.meta.events.register("before-call", self._before)
        made.meta.events.register("after-call", self._after)
        return made

    def means(self, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Means:
        made = super().means(settings, tell)
        self.prober = Noting(settings, *made.prober.sides)
        return replace(made, prober=self.prober)

    def _before(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self.before(model.name)

    def _after(self, model: Any, **_: Any) -> None:
        if model.name == "ChangeResourceRecordSets":
            self.written.append(Written(time.monotonic(), self._meant, self.prober.since if self.prober else 0))
        # What only keeps a lease alive leaves the same behind as what was written before it.
        if model.name in WRITES and not self._alive:
            self.writes += 1
            self.after(model.name)

    def _given(self, params: Any, model: Any, **_: Any) -> None:
        self._alive = model.name == "PutParameter" and '"kind":"alive"' in params["Value"]
        if model.name == "ChangeResourceRecordSets":
            records = [one["ResourceRecordSet"] for one in params["ChangeBatch"]["Changes"]]
            shares = [one["Weight"] for one in records if one.get("SetIdentifier") == "green"]
            self._meant = shares[-1] if shares else 0

    def late(self, share: int, looks: int = 0) -> float:
        """Seconds from the look that showed what is wrong to the change of weights, which is to this share.

        It is made before the next look. How many seconds that are depends on the machine, so nothing is said of them.
        """
        assert self.prober is not None
        assert self.prober.detected is not None
        changed = [one for one in self.written if one.at >= self.prober.detected]
        assert {one.green for one in changed} == {share}
        assert changed[0].looks <= looks
        return changed[0].at - self.prober.detected


def refused(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ServiceUnavailable", "Message": "injected"}}, operation)


@dataclass
class Theatre:
    """One cutover's place: a zone and a stage of its own, and both sides."""

    aws: Place
    settings: Settings
    blue: SmallSystem
    green: SmallSystem
    session: Any

    def desk(self, by: str = "ada", **rest: Any) -> Watchdesk:
        """A person's, with clients of its own."""
        made = Watchdesk(self.aws, by, {}, **rest)
        made.session = self.session
        return made

    @cached_property
    def quiet(self) -> Watchdesk:
        """One to look with, which nothing is done to."""
        return self.desk("nobody")

    @property
    def share(self) -> int | None:
        """Green's weight, as Route 53 has it."""
        return self.quiet.weights(self.settings).found().green

    def start(self, desk: Desk, show: Callable[[View], None] = lambda _: None) -> State:
        return operating.start(desk, self.settings, show)

    def resume(self, by: str = "grace", *, given: bool = False) -> State | None:
        return operating.resume(self.desk(by), self.settings if given else None, lambda _: None, lambda _: None)

    def rollback(self, by: str = "grace") -> State:
        return self.rollback_by(self.desk(by))

    def rollback_by(self, desk: Desk) -> State:
        return going_back.rollback(desk, going_back.settings_to_go_back(desk, self.settings), lambda _: None)

    def put(self, record: dict[str, Any]) -> None:
        """A record that somebody else has made under the name."""
        changes = [{"Action": "CREATE", "ResourceRecordSet": {"Name": f"{self.settings.name}.", **record}}]
        self.quiet.client("route53").change_resource_record_sets(
            HostedZoneId=self.settings.zone_id, ChangeBatch={"Changes": changes}
        )

    def snapshot(self) -> Snapshot:
        """Everything a cutover leaves in the account."""
        return Snapshot(self._parameters(), self._records())

    def restore(self, kept: Snapshot) -> None:
        ssm, route53 = self.quiet.client("ssm"), self.quiet.client("route53")
        for name in self._parameters():
            ssm.delete_parameter(Name=name)
        for name, value in kept.parameters.items():
            ssm.put_parameter(Name=name, Value=value, Type="String")
        changes = [{"Action": "DELETE", "ResourceRecordSet": one} for one in self._records()]
        changes += [{"Action": "CREATE", "ResourceRecordSet": one} for one in kept.records]
        if changes:
            route53.change_resource_record_sets(HostedZoneId=self.settings.zone_id, ChangeBatch={"Changes": changes})

    def _parameters(self) -> dict[str, str]:
        path = f"/mocshelf/{self.aws.stage.name}/cutover"
        pages = self.quiet.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path)
        return {one["Name"]: one["Value"] for page in pages for one in page["Parameters"]}

    def _records(self) -> list[dict[str, Any]]:
        return list(self.quiet.weights(self.settings).found().records)


@dataclass(frozen=True)
class Snapshot:
    """Parameters by name, and the records of the name users know."""

    parameters: dict[str, str]
    records: list[dict[str, Any]]

    def without_state(self) -> Snapshot:
        return Snapshot({}, self.records)

    def with_damage(self) -> Snapshot:
        return Snapshot({**self.parameters, max(self.parameters): '{"number": 7'}, self.records)


def theatre(stack: Stack, folder: Path, number: int, blue: SmallSystem, green: SmallSystem, **rest: Any) -> Theatre:
    """`number` keeps the places of a run apart."""
    aws, name = place(stack, f"dev-rehearsal{number}"), f"rehearsal{number}.example"
    session = _session(stack.endpoints.aws, aws)
    with _making:
        route53 = session.client("route53", endpoint_url=aws.endpoint)
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)
    requests = folder / "requests"
    requests.write_text("/api/mocs\n/api/mocs/moc-1\n")
    found = settings_for(
        zone["HostedZone"]["Id"].rpartition("/")[2], name, blue.url, green.url, str(requests), **rest
    )
    return Theatre(aws, found, blue, green, session)


def _session(endpoint: str, aws: Place) -> Any:
    """One for all places of the same emulator: a session reads the descriptions of its services once."""
    if endpoint not in _sessions:
        _sessions[endpoint] = cloud_session(aws)
    return _sessions[endpoint]


def in_background(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Runs it beside the test; the list has its result or its exception."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(act())
        except Exception as problem:
            found.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, found


def killing(moment: int) -> Callable[[str], None]:
    """Ends this process, as `kill -9` does, after that many writes."""
    seen = 0

    def after(operation: str) -> None:
        nonlocal seen
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    return after


def once_at(green: int, act: Callable[[], object], phase: Phase = "soaking") -> Callable[[View], None]:
    """Does it when green is first seen at that share, in that phase."""
    done = threading.Event()

    def show(view: View) -> None:
        if view.state.phase == phase and view.state.green == green and not done.is_set():
            done.set()
            act()

    return show


def shares(desk: Watchdesk) -> list[int]:
    """Green's shares in the log, without repetition."""
    found = [record.state.green for record in desk.store.all() if isinstance(record, Record)]
    return [share for share, _ in itertools.groupby(found)]
