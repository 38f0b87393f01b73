"""Secrets Manager: values that are read by reference when they are needed, and are nowhere else."""

from __future__ import annotations

from mocshelf.runtime import aws
from mocshelf.runtime.resources import resources

CURRENT = "AWSCURRENT"


class NoVersion(OSError):
    """There is no such secret, or none of its versions has the label."""


def read(secret: str, label: str = CURRENT) -> str:
    """The text of a secret, by its name or ARN, in the version with the label.

    NoVersion, or OSError when there is no answer; the message is the status and the kind of refusal.
    """
    url = f"https://secretsmanager.{resources.stage.region}.amazonaws.com"
    fields = {"SecretId": secret, "VersionStage": label}
    status, answer = aws.call("secretsmanager", url, "secretsmanager.GetSecretValue", fields, protocol="1.1")
    text = answer.get("SecretString")
    if status == 200 and isinstance(text, str):
        return text
    kind = str(answer.get("__type", "")).rpartition("#")[2]
    said = f"{status} {kind}".strip()
    raise NoVersion(said) if kind == "ResourceNotFoundException" else OSError(said)
