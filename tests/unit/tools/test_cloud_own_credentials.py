"""A person's AWS credentials: lent to functions, renewed by signing in again, and told when they end."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mocshelf.runtime import container
from mocshelf.runtime.resources import Resources
from mocshelf_tools.cloud import own_credentials
from mocshelf_tools.cloud.failures import NO_CREDENTIALS, SIGN_IN_AGAIN
from mocshelf_tools.cloud.lending import Lender
from mocshelf_tools.cloud.own_credentials import GOOD_AGAIN, Keys, OwnCredentials
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws, embedded

FILE = """[default]
aws_access_key_id = {key}
aws_secret_access_key = S
aws_session_token = T
"""


class Session:
    """A session whose STS answers as it is told; what else it does is boto3's."""

    def __init__(self, answers: list[str | None]) -> None:
        self._session = boto3.Session(region_name="eu-central-1")
        self._answers = answers

    def get_credentials(self) -> Any:
        return self._session.get_credentials()

    def client(self, name: str, **options: Any) -> Any:
        made = self._session.client(name, **options)
        stub = Stubber(made)
        problem = self._answers.pop(0)
        if problem is None:
            stub.add_response(
                "get_caller_identity", {"Account": "000000000001", "Arn": "arn:aws:iam::000000000001:user/ada"}
            )
        else:
            stub.add_client_error("get_caller_identity", problem)
        stub.activate()
        return made


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of credentials of whoever runs the command."""
    file = tmp_path / "credentials"
    file.write_text(FILE.format(key="AK1"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return file


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What STS answers in turn; no emulator has credentials that end."""
    told: list[str | None] = []
    monkeypatch.setattr(own_credentials, "session", lambda _: Session(told))
    return told


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(container, "PAUSE", 0)
    container.forget()
    yield
    container.forget()


def test_they_are_the_persons_own(shown: list[str]) -> None:
    assert OwnCredentials(aws(), shown.append).keys() == Keys("AK1", "S", "T")
    assert OwnCredentials(embedded(), shown.append).keys() == Keys("A", "S", None)
    assert shown == []


def test_whoever_has_none_is_told_what_to_do(shown: list[str], mine: Path) -> None:
    mine.unlink()

    with pytest.raises(CannotContinue) as failed:
        OwnCredentials(aws(), shown.append).keys()

    assert str(failed.value) == NO_CREDENTIALS


def test_the_end_of_a_session_is_said_once_and_so_is_the_next_sign_in(
    shown: list[str], answers: list[str | None], mine: Path
) -> None:
    own = OwnCredentials(aws(), shown.append)
    answers += [None, "ExpiredToken", "ExpiredToken", None, None]

    own.check()
    for _ in range(2):
        with pytest.raises(CannotContinue, match=SIGN_IN_AGAIN):
            own.check()
    mine.write_text(FILE.format(key="AK2"))
    own.check()
    own.check()

    first, second = shown
    assert first.startswith(f"{SIGN_IN_AGAIN}\nIt goes on by itself once that is done")
    assert second == GOOD_AGAIN
    assert own.keys().access_key == "AK2"


def test_keys_in_the_environment_cannot_be_renewed_and_that_is_said(
    shown: list[str], answers: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "S")
    answers.append("ExpiredToken")

    with pytest.raises(CannotContinue):
        OwnCredentials(aws(), shown.append).check()

    assert shown[0].endswith("stop it, and start it again with new ones.")


# Lending them to functions.


def test_functions_borrow_them() -> None:
    with Lender(lambda: Keys("AK", "S", "T")) as lender:
        found = Resources(lender.environment).credentials()

    assert (found.access_key, found.secret_key, found.session_token) == ("AK", "S", "T")
    assert found.expires is not None


def test_keys_that_last_have_no_token() -> None:
    with Lender(lambda: Keys("AK", "S", None)) as lender:
        assert Resources(lender.environment).credentials().session_token is None


@pytest.mark.parametrize("token", [None, "", "guess"])
def test_nobody_else_on_this_machine_gets_them(token: str | None) -> None:
    with Lender(lambda: Keys("AK", "S", "T")) as lender:
        address = lender.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        headers = {} if token is None else {"Authorization": token}
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5)

    assert refused.value.code == 403
    assert b"AK" not in refused.value.read()


def test_while_there_are_none_functions_get_none_and_later_the_new_ones() -> None:
    known: list[Keys] = []

    def keys() -> Keys:
        if not known:
            raise CannotContinue(SIGN_IN_AGAIN)
        return known[-1]

    with Lender(keys) as lender:
        linked = Resources(lender.environment)
        with pytest.raises(OSError, match="gives none"):
            linked.credentials()
        known.append(Keys("AK2", "S", "T"))
        found = linked.credentials()

    assert found.access_key == "AK2"


def test_nothing_lends_any_more_once_it_has_ended() -> None:
    with Lender(lambda: Keys("AK", "S", "T")) as lender:
        linked = Resources(lender.environment)

    with pytest.raises(OSError, match="gives none"):
        linked.credentials()
