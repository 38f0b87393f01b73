"""Where stages are deployed, and with whose settings."""

from __future__ import annotations

import pytest

from mocshelf_tools.cloud.place import client, known, place_of
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws, embedded


def test_an_unknown_stage_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        CannotContinue, match=r"no stage 'prod'. There are local, dev, staging, production, and dev-NAME"
    ):
        known("prod")


def test_a_stage_of_aws_takes_the_persons_own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ada")

    place = place_of("dev-ada", lambda _: None)

    assert place.endpoint is None
    assert place.process_environment["AWS_PROFILE"] == "ada"
    assert place.process_environment["AWS_REGION"] == "eu-central-1"


def test_the_embedded_aws_is_asked_without_the_persons_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "one that is nowhere")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")

    place = embedded()
    sts = client(place, "sts")

    assert "AWS_PROFILE" not in place.process_environment
    assert "AWS_SESSION_TOKEN" not in place.process_environment
    assert sts.meta.endpoint_url == "http://127.0.0.1:1"
    assert sts._request_signer._credentials.access_key == "A"


@pytest.mark.parametrize(
    ("name", "regions"),
    [("local", ("eu-central-1",)), ("dev", ("eu-central-1",)), ("production", ("eu-central-1", "us-east-1"))],
)
def test_a_stage_with_an_edge_is_in_two_regions(name: str, regions: tuple[str, ...]) -> None:
    assert aws(name).regions == regions
