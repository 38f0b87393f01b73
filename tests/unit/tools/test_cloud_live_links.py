"""What functions that run here are linked to: which servers need a tunnel, and how the links look then."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from mocshelf.runtime.resources import Cache, Database, Resources, Search
from mocshelf_tools.cloud import live_links
from mocshelf_tools.cloud.live_links import Inside
from mocshelf_tools.cloud.tunnelling import Server
from unit.tools.cloud_places import aws, embedded

DATABASE = {"host": "proxy.internal", "port": 5432, "name": "mocshelf", "user": "mocshelf_app", "auth": "iam"}
LINKS: dict[str, dict[str, Any]] = {
    "stage": {"name": "staging", "region": "eu-central-1", "version": "of the stage"},
    "database": {**DATABASE, "tls": True},
    "cache": {"host": "cache.internal", "port": 6379, "tls": True},
    "search": {"url": "https://search.internal", "auth": "iam"},
    "files": {"bucket": "shelf"},
    "index_queue": {"url": "https://sqs.eu-central-1.amazonaws.com/1/index"},
    "users": {"pool_id": "eu-central-1_Pool", "client_id": "client"},
    "origin": {"secret": "mocshelf/staging/origin"},
    "owner": {"host": "writer.internal", "port": 5432, "name": "mocshelf", "secret": "arn:owner"},
}
PROXY, CACHE, SEARCH = Server("proxy.internal", 5432), Server("cache.internal", 6379), Server("search.internal", 443)


def variables(links: Mapping[str, Any]) -> dict[str, str]:
    return {f"MOCSHELF_{name.upper()}": json.dumps(link) for name, link in links.items()}


def test_links_are_read_from_variables_and_nothing_else_is() -> None:
    assert live_links.read({**variables(LINKS), "SSL_CERT_FILE": "/etc/pki", "PATH": "/bin"}) == LINKS


@pytest.mark.parametrize("name", ["dev", "dev-ada", "staging", "production"])
def test_a_stage_with_a_network_needs_a_tunnel_to_each_server_in_it(name: str) -> None:
    assert live_links.inside(aws(name), LINKS) == [
        Inside("database", PROXY, secure=True),
        Inside("cache", CACHE, secure=True),
        Inside("search", SEARCH, secure=True),
    ]


def test_servers_that_the_stage_lacks_need_none() -> None:
    links = {name: link for name, link in LINKS.items() if name not in ("cache", "search")}

    assert [one.name for one in live_links.inside(aws(), links)] == ["database"]


def test_the_stage_on_this_machine_needs_no_tunnel() -> None:
    assert live_links.inside(embedded(), LINKS) == []


def test_hosts_stay_and_tunnels_say_how_they_are_reached() -> None:
    linked = Resources(live_links.environment(LINKS, {PROXY: 50001, CACHE: 50002, SEARCH: 50003}))

    assert linked.database == Database("proxy.internal", 5432, "mocshelf", "mocshelf_app", "iam", tls=True)
    assert linked.cache == Cache("cache.internal", 6379, tls=True)
    assert linked.search == Search("https://search.internal", "iam")
    assert linked.way("proxy.internal", 5432) == ("127.0.0.1", 50001)
    assert linked.way("search.internal", 443) == ("127.0.0.1", 50003)
    assert linked.tunnels.patience > 1


def test_without_tunnels_nothing_of_them_is_said() -> None:
    linked = Resources(live_links.environment(LINKS, {}))

    assert not linked.linked("tunnels")
    assert linked.tunnels.patience == 1


def test_neither_cloudfronts_secret_nor_the_owner_is_linked_here() -> None:
    linked = Resources(live_links.environment(LINKS, {PROXY: 1}))

    assert [name for name in LINKS if not linked.linked(name)] == ["origin", "owner"]


def test_the_version_is_that_of_this_code() -> None:
    linked = Resources(live_links.environment(LINKS, {}))

    assert (linked.stage.name, linked.stage.version) == ("staging", metadata.version("mocshelf-api"))


def test_functions_get_nothing_of_whoever_typed_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "HOME", "AWS_XRAY_DAEMON_ADDRESS"):
        monkeypatch.setenv(name, "mine")

    assert "mine" not in live_links.process_environment(aws()).values()


def test_the_authorities_are_a_file_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    found = live_links.authorities()
    monkeypatch.setenv("SSL_CERT_FILE", "/my/own.pem")

    assert ssl.create_default_context(cafile=found).get_ca_certs()
    assert Path(found).is_file()
    assert live_links.authorities() == "/my/own.pem"
