"""How users of a stage sign in to pages that are served here: as the stage's app client lets them, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mocshelf_infra.stages import DEV_ORIGINS, stage
from mocshelf_tools.cloud.live_site import WayIn, files_origin, way_in
from unit.tools.cloud_places import aws, embedded

LOGIN = "https://login.example.org"
BY_NUMBER, BY_NAME = DEV_ORIGINS


def client(*back: str, flows: tuple[str, ...] = ("ALLOW_USER_SRP_AUTH",)) -> dict[str, Any]:
    """An app client as Cognito describes it."""
    return {"AllowedOAuthFlows": ["code"], "CallbackURLs": list(back), "ExplicitAuthFlows": list(flows)}


@pytest.mark.parametrize(
    ("back", "origin"),
    [
        ([f"{BY_NAME}/signed-in", f"{BY_NUMBER}/signed-in"], BY_NUMBER),
        (["https://dev.example/signed-in", f"{BY_NAME}/signed-in"], BY_NAME),
    ],
)
def test_users_sign_in_there_where_they_are_sent_back_here(back: list[str], origin: str) -> None:
    found = way_in(client(*back, flows=("ALLOW_USER_PASSWORD_AUTH",)), LOGIN, DEV_ORIGINS, "dev")

    assert found == WayIn(origin, LOGIN)


@pytest.mark.parametrize(
    "described",
    [
        client("http://127.0.0.1:9999/signed-in"),
        client(f"{BY_NUMBER}/"),
        {**client(f"{BY_NUMBER}/signed-in"), "AllowedOAuthFlows": []},
        {},
    ],
)
def test_where_nobody_is_sent_back_here_the_page_asks_for_the_password_if_it_may(described: dict[str, Any]) -> None:
    may = {**described, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}

    closed = way_in(described, LOGIN, DEV_ORIGINS, "production")

    assert way_in(may, LOGIN, DEV_ORIGINS, "dev") == WayIn(BY_NUMBER)
    assert closed.login is None
    assert closed.closed is not None
    assert "the app client of production neither sends users back to http://127.0.0.1:8484" in closed.closed


def test_a_pool_without_pages_of_its_own_has_no_way_there() -> None:
    described = client(f"{BY_NUMBER}/signed-in", flows=("USER_PASSWORD_AUTH",))

    assert way_in(described, None, DEV_ORIGINS, "local") == WayIn(BY_NUMBER)


def test_pages_may_talk_to_the_bucket_where_it_is() -> None:
    elsewhere = replace(aws(), stage=replace(stage("dev"), region="eu-west-1"))

    assert files_origin(elsewhere, "files") == "https://files.s3.eu-west-1.amazonaws.com"
    assert files_origin(embedded(), "files") == "http://127.0.0.1:1"
