"""A world in which the origin's value is rotated: a secret and its late copy, slow CloudFront, instances of the API.

The clients are boto3's own up to the network, so that what is asked is checked against AWS's models. The instances
decide by the code that runs in Lambda. Time goes on only when the rotation sleeps, and each second every instance
must accept whatever any server of CloudFront may send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3

from mocshelf.runtime.origin import Gate
from mocshelf_infra.functions.rotate_origin import HEADER, Rotation

PLACE = {"SECRET": "mocshelf/t/origin", "DISTRIBUTION": "E1", "HOST": "t.example", "ORIGIN_HOST": "origin.t.example"}
START = 1_790_000_000.0

# Ids of versions are as long as AWS wants them.
FIRST, SECOND, THIRD, FOURTH = (name.ljust(32, "-") for name in ("first", "second", "third", "fourth"))

Labels = dict[str, str]
Given = dict[str, Any]


class Gap(AssertionError):
    """CloudFront may send what an instance does not accept."""


@dataclass
class Instance:
    """One instance of a function; a guesser, if it has one, sends it a wrong value every second."""

    gate: Gate
    guessed: bool = False


@dataclass
class World:
    """Times in seconds: how late the copy is, and how long CloudFront takes to tell all its servers.

    While `interrupting` a deployment changes the distribution whenever somebody has just read it.
    """

    lag: float = 4
    spreading: float = 240
    now: float = START
    values: dict[str, str] = field(default_factory=lambda: {FIRST: "value-one"})
    labels: list[tuple[float, Labels]] = field(default_factory=lambda: [(0.0, {"AWSCURRENT": FIRST})])
    told: list[tuple[float, str]] = field(default_factory=lambda: [(0.0, "value-one")])
    asked: list[str] = field(default_factory=list)
    answers: bool = True
    interrupting: bool = False

    def __post_init__(self) -> None:
        self.instances = [Instance(Gate(self.read), guessed) for guessed in (False, True)]

    def read(self, label: str) -> str | None:
        """What an instance finds in the copy."""
        version = self._labels(self.now - self.lag).get(label)
        return self.values.get(version or "")

    def sent(self) -> set[str]:
        """What CloudFront's servers may send at this moment."""
        late = [
            value
            for (_, value), (until, _) in zip(self.told, self.told[1:], strict=False)
            if self.now < until + self.spreading
        ]
        return {*late, self.told[-1][1]}

    def check(self) -> None:
        fresh = Instance(Gate(self.read))
        for instance in [*self.instances, fresh]:
            if instance.guessed:
                instance.gate.admits("guess", self.now)
            for value in sorted(self.sent()):
                if not instance.gate.admits(value, self.now):
                    raise Gap(f"{value} is not accepted after {self.now - START:.0f} s")

    def pass_time(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.now += 1
            self.check()

    def deploy(self) -> None:
        """A deployment that changes the distribution, and with it writes the current value."""
        self.told.append((self.now, self.values[self.labels[-1][1]["AWSCURRENT"]]))
        self.check()

    def rotation(self, token: str) -> Rotation:
        if token not in self.labels[-1][1].values():
            self._label("AWSPENDING", token)
        clients = {"secrets": self._secrets(0), "copies": self._secrets(self.lag), "cloudfront": self._cloudfront()}
        return Rotation(token, clients, PLACE, self._status, self.pass_time)

    def _status(self, url: str, headers: Mapping[str, str]) -> int:
        if not self.answers:
            return 502
        offered = {headers[HEADER]} if "origin." in url else self.sent()
        let_in = [i.gate.admits(value, self.now) for i in self.instances for value in offered]
        return 200 if all(let_in) else 403

    def _labels(self, moment: float) -> Labels:
        return [labels for since, labels in self.labels if since <= moment][-1]

    def _label(self, label: str, version: str) -> None:
        before = self.labels[-1][1]
        labels = {**before, label: version}
        if label == "AWSCURRENT":
            labels["AWSPREVIOUS"] = before["AWSCURRENT"]
        self.labels.append((self.now, labels))
        self.check()

    def _secrets(self, lag: float) -> Any:
        def get_secret_value(given: Given) -> Any:
            version = self._labels(self.now - lag).get(given["VersionStage"])
            if version not in self.values or given.get("VersionId", version) != version:
                return "ResourceNotFoundException"
            return {"SecretString": self.values[version], "VersionId": version}

        def put_secret_value(given: Given) -> Any:
            assert given["VersionStages"] == ["AWSPENDING"]
            self.values[given["ClientRequestToken"]] = given["SecretString"]
            self._label("AWSPENDING", given["ClientRequestToken"])
            return {}

        def describe_secret(given: Given) -> Any:
            stages: dict[str, list[str]] = {}
            for label, version in self.labels[-1][1].items():
                stages.setdefault(version, []).append(label)
            return {"VersionIdsToStages": stages}

        def update_secret_version_stage(given: Given) -> Any:
            assert self.labels[-1][1][given["VersionStage"]] == given["RemoveFromVersionId"]
            self._label(given["VersionStage"], given["MoveToVersionId"])
            return {}

        return self._client(
            "secretsmanager", get_secret_value, put_secret_value, describe_secret, update_secret_version_stage
        )

    def _config(self) -> dict[str, Any]:
        web = {"Id": "web", "DomainName": "web.s3.amazonaws.com", "CustomHeaders": {"Quantity": 0}}
        headers = [{"HeaderName": HEADER, "HeaderValue": self.told[-1][1]}]
        api = {"Id": "api", "DomainName": PLACE["ORIGIN_HOST"], "CustomHeaders": {"Quantity": 1, "Items": headers}}
        return {
            "CallerReference": "c",
            "Comment": "",
            "Enabled": True,
            "DefaultCacheBehavior": {"TargetOriginId": "web", "ViewerProtocolPolicy": "redirect-to-https"},
            "Origins": {"Quantity": 2, "Items": [web, api]},
        }

    def _cloudfront(self) -> Any:
        def get_distribution_config(given: Given) -> Any:
            found = {"DistributionConfig": self._config(), "ETag": f"etag-{len(self.told)}"}
            if self.interrupting:
                self.deploy()
            return found

        def get_distribution(given: Given) -> Any:
            status = "Deployed" if self.now >= self.told[-1][0] + self.spreading else "InProgress"
            return {"Distribution": {"Status": status, "DistributionConfig": self._config()}}

        def update_distribution(given: Given) -> Any:
            if given["IfMatch"] != f"etag-{len(self.told)}":
                return "PreconditionFailed"
            self.told.append((self.now, _header(given["DistributionConfig"])["HeaderValue"]))
            # Nothing else of a distribution is the rotation's to change.
            assert given["DistributionConfig"] == self._config()
            self.check()
            return {}

        return self._client("cloudfront", get_distribution_config, get_distribution, update_distribution)

    def _client(self, service: str, *actions: Callable[[Given], Any]) -> Any:
        """boto3's client of a service, answered by functions with the names of its methods."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = boto3.client(service, region_name="us-east-1", **keys)
        answers = {action.__name__: action for action in actions}
        names = {client.meta.method_to_api_mapping[name]: name for name in answers}
        given: dict[str, Given] = {}

        def remember(params: Given, model: Any, **_: Any) -> None:
            given[model.name] = params

        def answer(model: Any, **_: Any) -> tuple[Any, Any]:
            self.asked.append(names[model.name])
            found = answers[names[model.name]](given[model.name])
            if isinstance(found, str):
                return SimpleNamespace(status_code=400), {"Error": {"Code": found, "Message": found}}
            return SimpleNamespace(status_code=200), {"ResponseMetadata": {}, **found}

        client.meta.events.register("provide-client-params.*.*", remember)
        client.meta.events.register("before-call.*.*", answer)
        return client


def _header(config: Given) -> dict[str, str]:
    found: dict[str, str] = config["Origins"]["Items"][1]["CustomHeaders"]["Items"][0]
    return found
