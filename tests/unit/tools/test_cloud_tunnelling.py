"""Tunnels, as far as they go without a bastion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mocshelf_tools.cloud import links, tunnelling
from mocshelf_tools.cloud.tunnelling import Server
from mocshelf_tools.commands import tunnel
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws

LINKS: dict[str, Any] = {
    "database": {"host": "proxy.internal", "port": 5432},
    "search": {"url": "https://search.internal"},
}


@pytest.mark.parametrize(
    ("name", "server"), [("database", Server("proxy.internal", 5432)), ("search", Server("search.internal", 443))]
)
def test_a_server_is_where_the_functions_have_it(name: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "link", lambda _, wanted: LINKS.get(wanted))

    assert tunnelling.server(aws(), name) == server
    with pytest.raises(CannotContinue, match="The stage dev has no cache"):
        tunnelling.server(aws(), "cache")


def test_a_missing_plugin_says_where_it_is_to_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotContinue, match=r"session-manager-plugin, which is not on the PATH\. Install it: https"):
        tunnelling.plugin()


def test_the_plugin_is_given_the_session_and_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ssm = boto3.client("ssm", "eu-central-1", aws_access_key_id="A", aws_secret_access_key="S")
    # The embedded AWS has no sessions.
    monkeypatch.setattr(tunnelling, "client", lambda *_: ssm)
    monkeypatch.setattr(tunnelling, "outputs", lambda _: {"BastionId": "i-0123456789"})
    parameters = {"host": ["proxy.internal"], "portNumber": ["5432"], "localPortNumber": ["15432"]}
    asked = {
        "Target": "i-0123456789",
        "DocumentName": "AWS-StartPortForwardingSessionToRemoteHost",
        "Parameters": parameters,
    }
    answer = {"SessionId": "s", "TokenValue": "t", "StreamUrl": "wss://x"}

    with Stubber(ssm) as stubber:
        stubber.add_response("start_session", answer, asked)
        program, session, region, action, _, request, endpoint = tunnelling.forwarding(
            aws(), Server("proxy.internal", 5432), 15432, "/bin/plugin"
        )

    assert (program, region, action) == ("/bin/plugin", "eu-central-1", "StartSession")
    assert json.loads(session) == answer
    assert json.loads(request) == asked
    assert endpoint == "https://ssm.eu-central-1.amazonaws.com"


def test_what_to_type_checks_the_servers_certificate_under_its_own_name() -> None:
    told = "\n".join(tunnel._told(aws(), "database", Server("proxy.internal", 5432), 15432))

    assert "host=proxy.internal hostaddr=127.0.0.1 port=15432" in told
    assert "sslmode=verify-full" in told
