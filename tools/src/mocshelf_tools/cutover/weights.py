"""Two weighted records of Route 53 under one name: `blue` and `green`, which always make 100 together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import ALL, Seen
from mocshelf_tools.problems import CannotContinue

Kind = Literal["weighted", "simple", "absent", "other"]
_OURS = ("blue", "green")


class Changed(Exception):
    """The records are not what they were when last read, so nothing was written."""


@dataclass(frozen=True)
class Found:
    """What is under the name. `green` is its share in percent, None unless the two records are ours alone."""

    kind: Kind
    records: tuple[dict[str, Any], ...]
    green: int | None = None

    @property
    def foreign(self) -> list[dict[str, Any]]:
        """The records that are neither `blue` nor `green`."""
        return [one for one in self.records if one["Type"] != "CNAME" or one.get("SetIdentifier") not in _OURS]

    def words(self) -> str:
        return "; ".join(_words(one) for one in self.records) or "no record"


class Weights:
    """`route53` is a client of Route 53."""

    def __init__(self, route53: Any, settings: Settings) -> None:
        self._route53 = route53
        self._settings = settings
        self._change: str | None = None

    def found(self) -> Found:
        name = self._settings.name.rstrip(".") + "."
        answer = self._route53.list_resource_record_sets(HostedZoneId=self._settings.zone_id, StartRecordName=name)
        records = tuple(one for one in answer["ResourceRecordSets"] if one["Name"] == name)
        if not records:
            return Found("absent", ())
        if len(records) == 1 and records[0]["Type"] == "CNAME" and "SetIdentifier" not in records[0]:
            return Found("simple", records)
        green = self._share(records)
        return Found("other" if green is None else "weighted", records, green)

    def seen(self) -> Seen:
        """The shares that hold now, and whether the last change of this run has reached all name servers."""
        return Seen(self.found().green, self._in_sync())

    def usable(self) -> Found:
        """What is under the name, when a cutover can begin with it. CannotContinue."""
        mine, zone = self._settings, self._route53.get_hosted_zone(Id=self._settings.zone_id)["HostedZone"]
        if not f"{mine.name.rstrip('.')}.".endswith(f".{zone['Name']}") or zone.get("Config", {}).get("PrivateZone"):
            kind = "private zone" if zone.get("Config", {}).get("PrivateZone") else "zone"
            raise CannotContinue(
                f"{mine.zone_id} is the {kind} {zone['Name']}. It takes the public one in which {mine.name} is, and "
                "a name below the zone's own, which cannot have a CNAME: --zone-id, --name."
            )
        found = self.found()
        if found.kind != "weighted" and not self.all_blue(found):
            raise CannotContinue(
                f"{mine.name} has records that this cutover did not make: {found.words()}. It takes no "
                f"record, a CNAME to {mine.blue}, or the weighted CNAMEs `blue` and `green` of these hosts."
            )
        return found

    def all_blue(self, found: Found) -> bool:
        """Whether users can only be at blue: by weights, by a plain record, or because there is none."""
        plain = found.kind == "simple" and _target(found.records[0]) == self._settings.blue
        return found.green == 0 or found.kind == "absent" or plain

    def prepare(self) -> None:
        """Puts the two records in the place of a simple one to blue, or of none: all traffic stays at blue.

        CannotContinue when there is anything else.
        """
        found = self.usable()
        replaced = [("DELETE", one) for one in found.records] + [("CREATE", one) for one in self._pair(0)]
        # Those of an earlier cutover may have another TTL, and a step deletes them exactly as this one writes them.
        if found.kind != "weighted" or (found.green == 0 and list(found.records) != self._pair(0)):
            try:
                self._write(replaced)
            except self._route53.exceptions.InvalidChangeBatch as problem:
                raise CannotContinue(f"Route 53 does not take records for {self._settings.name}: {problem}") from None

    def forward(self, before: int, green: int) -> None:
        """Gives green its next share. Changed when the share is another than `before`.

        Route 53 deletes only what it is told exactly, and takes all of a batch or nothing of it: so a run that was
        held up cannot undo what was done meanwhile.
        """
        before_now, after = self._pair(before), self._pair(green)
        try:
            self._write([("DELETE", one) for one in before_now] + [("CREATE", one) for one in after])
        except self._route53.exceptions.InvalidChangeBatch:
            raise Changed from None

    def way_back(self) -> list[str]:
        """What `back` would change now, a line for each record."""
        found = self.found()
        now = {str(one.get("SetIdentifier")): one for one in found.records if one not in found.foreign}
        lines = [f"{_words(one)}: would be deleted" for one in found.foreign]
        for one in self._pair(0):
            before = now.get(one["SetIdentifier"])
            weight = f"weight {before['Weight']} → {one['Weight']}" if before else f"new, with weight {one['Weight']}"
            to = "" if before is None or _target(before) == _target(one) else f", in the place of {_target(before)}"
            lines.append(f"CNAME {one['SetIdentifier']} to {_target(one)}{to}: {weight}")
        return lines

    def back(self) -> None:
        """Gives blue everything, whatever is there now. What stands in the way is deleted with it."""
        pair, refusal = [("UPSERT", one) for one in self._pair(0)], None
        # Written before it is read, because reading may fail too.
        try:
            self._write(pair)
        except self._route53.exceptions.InvalidChangeBatch as problem:
            refusal = problem
        if foreign := self.found().foreign:
            self._write([("DELETE", one) for one in foreign] + pair)
        elif refusal is not None:
            raise refusal

    def again(self, green: int) -> None:
        """Writes the shares that hold once more, to learn from the new change when all name servers have them."""
        self.forward(green, green)

    @property
    def waits(self) -> bool:
        """Whether a change of this run is known, so that its way to the name servers can be followed."""
        return self._change is not None

    def _in_sync(self) -> bool:
        if self._change is None:
            return False
        return bool(self._route53.get_change(Id=self._change)["ChangeInfo"]["Status"] == "INSYNC")

    def _write(self, changes: list[tuple[str, dict[str, Any]]]) -> None:
        # When the answer is lost, what is known of an earlier change says nothing about this one.
        self._change = None
        answer = self._route53.change_resource_record_sets(
            HostedZoneId=self._settings.zone_id,
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]},
        )
        self._change = str(answer["ChangeInfo"]["Id"])

    def _pair(self, green: int) -> list[dict[str, Any]]:
        hosts = (("blue", self._settings.blue, ALL - green), ("green", self._settings.green, green))
        return [self._record(side, host, weight) for side, host, weight in hosts]

    def _record(self, side: str, host: str, weight: int) -> dict[str, Any]:
        return {
            "Name": self._settings.name.rstrip(".") + ".",
            "Type": "CNAME",
            "SetIdentifier": side,
            "Weight": weight,
            "TTL": self._settings.ttl,
            "ResourceRecords": [{"Value": host}],
        }

    def _share(self, records: tuple[dict[str, Any], ...]) -> int | None:
        weights = {str(one.get("SetIdentifier")): int(one.get("Weight", -1)) for one in records}
        hosts = {str(one.get("SetIdentifier")): _target(one) for one in records}
        mine = {"blue": self._settings.blue, "green": self._settings.green}
        if len(records) != len(mine) or hosts != mine or sum(weights.values()) != ALL:
            return None
        return weights["green"] if 0 <= weights["green"] <= ALL else None


def _target(record: dict[str, Any]) -> str:
    values = record.get("ResourceRecords") or [{"Value": ""}]
    return str(values[0]["Value"]).rstrip(".")


def _words(record: dict[str, Any]) -> str:
    share = f" {record['SetIdentifier']} weight {record.get('Weight')}" if "SetIdentifier" in record else ""
    return f"{record['Type']}{share} to {_target(record) or 'an alias'}, TTL {record.get('TTL', '–')}"
