"""Rotates the value by which the API knows CloudFront, in the four steps of Secrets Manager, without a gap.

The API accepts what is labelled AWSCURRENT, AWSPENDING or AWSPREVIOUS in its region's copy of the secret; an
instance that meets an unknown value looks there again, every ten seconds at most. What CloudFront sends always has
one of the labels, because of what each step does before the next one may begin:

create  A new value is AWSPENDING, and CloudFront does not know of it. If an earlier rotation broke off after
        CloudFront had got its value, that value is taken up again: a newer one would take the label from it.
set     Waits until the copy has the value, then longer than instances wait between two looks, then asks the API
        itself whether it accepts it. Only then CloudFront is told. Its servers follow one after the other for
        minutes, some sending the new value and some the one before, which is AWSCURRENT (or AWSPREVIOUS, when a
        deployment of the distribution had put an older one back).
test    Waits until every server of CloudFront has the new value, and asks for an answer through it.
finish  The new value becomes AWSCURRENT, the one before AWSPREVIOUS. Nobody sends any other.

A deployment that changes the distribution writes AWSCURRENT as of then into it. Before `finish` that makes `test`
fail, and the next try begins again; after it the value is the current or the previous one. A step that fails leaves
everything accepted that may be sent; each may be repeated.
"""

from __future__ import annotations

import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

HEADER = "x-mocshelf-origin"
# Seconds. A step may take fifteen minutes; CloudFront takes about five.
COPIED_WITHIN = 300
DEPLOYED_WITHIN = 780
# Longer than the ten seconds that an instance waits between two looks.
PAUSE = 15
BETWEEN_LOOKS = 5

Status = Callable[[str, Mapping[str, str]], int]


class NotRotated(Exception):
    """A step cannot be done now; everything that may be sent is still accepted."""


class Rotation:
    """One rotation: to the version `token` of the secret. `copies` is Secrets Manager in the API's region."""

    def __init__(
        self,
        token: str,
        clients: Mapping[str, Any],
        place: Mapping[str, str],
        status: Status,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._token = token
        self._secrets, self._copies = clients["secrets"], clients["copies"]
        self._cloudfront = clients["cloudfront"]
        self._secret, self._distribution = place["SECRET"], place["DISTRIBUTION"]
        self._host, self._origin_host = place["HOST"], place["ORIGIN_HOST"]
        self._status, self._sleep = status, sleep

    def create(self) -> None:
        if self._value(self._secrets, "AWSPENDING", version=self._token) is not None:
            return
        sent = _sent(self._config()["DistributionConfig"])
        labelled = [self._value(self._secrets, label) for label in ("AWSCURRENT", "AWSPREVIOUS")]
        value = secrets.token_hex(32) if sent["HeaderValue"] in labelled else sent["HeaderValue"]
        self._secrets.put_secret_value(
            SecretId=self._secret, ClientRequestToken=self._token, SecretString=value, VersionStages=["AWSPENDING"]
        )

    def set(self) -> None:
        value = self._new()
        self._wait(
            lambda: self._value(self._copies, "AWSPENDING") == value, COPIED_WITHIN, "The copy has no new value yet."
        )
        self._sleep(PAUSE)
        self._ask(self._origin_host, {HEADER: value})
        found = self._config()
        config = found["DistributionConfig"]
        sent = _sent(config)
        if sent["HeaderValue"] != value:
            sent["HeaderValue"] = value
            self._cloudfront.update_distribution(
                Id=self._distribution, IfMatch=found["ETag"], DistributionConfig=config
            )

    def test(self) -> None:
        value = self._new()
        self._wait(lambda: self._deployed(value), DEPLOYED_WITHIN, "CloudFront has not the new value everywhere.")
        self._ask(self._host, {})

    def finish(self) -> None:
        versions = self._secrets.describe_secret(SecretId=self._secret)["VersionIdsToStages"]
        current = next(version for version, labels in versions.items() if "AWSCURRENT" in labels)
        if current != self._token:
            self._secrets.update_secret_version_stage(
                SecretId=self._secret,
                VersionStage="AWSCURRENT",
                MoveToVersionId=self._token,
                RemoveFromVersionId=current,
            )

    def _new(self) -> str:
        value = self._value(self._secrets, "AWSPENDING", version=self._token)
        if value is None:
            raise NotRotated("The version of this rotation has no value.")
        return value

    def _value(self, client: Any, label: str, **version: str) -> str | None:
        chosen = {"VersionId": version["version"]} if version else {}
        try:
            found = client.get_secret_value(SecretId=self._secret, VersionStage=label, **chosen)
        except client.exceptions.ResourceNotFoundException:
            return None
        return str(found["SecretString"])

    def _config(self) -> Any:
        return self._cloudfront.get_distribution_config(Id=self._distribution)

    def _deployed(self, value: str) -> bool:
        found = self._cloudfront.get_distribution(Id=self._distribution)["Distribution"]
        sent = _sent(found["DistributionConfig"])
        return bool(found["Status"] == "Deployed" and sent["HeaderValue"] == value)

    def _ask(self, host: str, headers: Mapping[str, str]) -> None:
        """The API may be unwell, which is no reason to stay with the old value; but it must let the request in."""
        status = self._status(f"https://{host}/health", headers)
        if status not in (200, 503):
            raise NotRotated(f"{host} answered {status}.")

    def _wait(self, done: Callable[[], bool], seconds: int, problem: str) -> None:
        for _ in range(0, seconds, BETWEEN_LOOKS):
            if done():
                return
            self._sleep(BETWEEN_LOOKS)
        raise NotRotated(problem)


def _sent(config: Any) -> Any:
    """The header of a distribution's configuration that holds the value."""
    for origin in config["Origins"]["Items"]:
        for header in origin.get("CustomHeaders", {}).get("Items", []):
            if header["HeaderName"].lower() == HEADER:
                return header
    raise NotRotated("The distribution sends no such header.")


def status(url: str, headers: Mapping[str, str]) -> int:
    """What a GET is answered with; its body is of no interest."""
    request = urllib.request.Request(url, headers={"User-Agent": "mocshelf-rotation", **headers})  # noqa: S310 - https
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - https
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def handler(event: Mapping[str, str], _context: object) -> None:
    import boto3

    clients = {
        "secrets": boto3.client("secretsmanager"),
        "copies": boto3.client("secretsmanager", region_name=os.environ["REGION"]),
        "cloudfront": boto3.client("cloudfront"),
    }
    rotation = Rotation(event["ClientRequestToken"], clients, os.environ, status)
    steps = {
        "createSecret": rotation.create,
        "setSecret": rotation.set,
        "testSecret": rotation.test,
        "finishSecret": rotation.finish,
    }
    steps[event["Step"]]()
