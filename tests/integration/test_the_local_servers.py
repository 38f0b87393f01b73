"""The servers of the stage `local`, without anything deployed: they run in the background and come back."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest

from integration.running_dev import command
from integration.running_gateway import eventually
from mocshelf_tools.cloud import local_links, local_servers
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import family
from mocshelf_tools.stack.folder import DataFolder


class Servers:
    """Those of one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.steps: list[str] = []

    def ensure(self) -> Place:
        return local_servers.ensure(self.steps.append, self.data)

    @property
    def pids(self) -> dict[str, int]:
        known: dict[str, int] = json.loads((self.data / "place.json").read_text())["pids"]
        return known

    def kill_everything(self) -> None:
        """As a power cut would."""
        family.kill_all(self.pids["dev"])
        assert eventually(lambda: DataFolder(self.data).holder() is None, 10)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    made = Servers(tmp_path / "data")
    yield made
    local_servers.remove(data=made.data)


def _answers(place: Place) -> bool:
    with urllib.request.urlopen(f"{place.endpoint}/_ministack/ready", timeout=5) as answer:
        return bool(answer.status == 200)


def _owner(place: Place, statement: str) -> list[tuple[Any, ...]]:
    link = place.given["owner"]
    assert (link["secret"], link["tls"]) == (None, False)
    address = f"postgresql://{link['user']}@{link['host']}:{link['port']}/{link['name']}"
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        connection.commit()
        return cursor.fetchall() if cursor.description else []


def test_they_are_started_once_and_left_empty_for_a_deployment(servers: Servers) -> None:
    place = servers.ensure()
    pids = servers.pids
    again = servers.ensure()

    assert (place.stage.name, _answers(place)) == ("local", True)
    assert {"stage", "database", "owner", "cache"} <= set(place.given)
    assert place.given["stage"] == {"endpoint": place.endpoint}
    assert _owner(place, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    assert not client(place, "s3").list_buckets()["Buckets"]
    assert client(place, "sts").get_caller_identity()["Account"] == "000000000000"
    assert servers.steps == ["Starting PostgreSQL", "Starting Valkey", "Starting MiniStack"]
    assert (again, servers.pids) == (place, pids)
    assert os.getsid(pids["dev"]) != os.getsid(0)


def test_one_that_was_killed_is_started_again_with_what_it_held(servers: Servers) -> None:
    place = servers.ensure()
    _owner(place, "create table kept (title text); insert into kept values ('Lighthouse')")
    os.kill(servers.pids["postgres"], signal.SIGKILL)
    os.kill(servers.pids["valkey"], signal.SIGSTOP)
    killed = eventually(lambda: _states(servers.data)["postgres"] == "ended", 10)

    again = servers.ensure()

    assert killed
    assert again == place
    assert _owner(place, "select title from kept") == [("Lighthouse",)]
    assert servers.steps[3:] == ["Starting postgres again", "Starting valkey again"]


def test_all_come_back_from_a_power_cut_on_their_ports_with_what_was_saved(servers: Servers) -> None:
    place = servers.ensure()
    _owner(place, "create table kept (title text); insert into kept values ('Lighthouse')")
    # What is deployed: from then on nothing is thrown away.
    (servers.data / "links.json").write_text("{}")
    client(place, "sqs").create_queue(QueueName="saved")
    local_links.save(servers.data)
    client(place, "sqs").create_queue(QueueName="not-saved")
    client(place, "secretsmanager").create_secret(Name="told", SecretString="it is on disk before it is told")
    servers.kill_everything()

    again = servers.ensure()

    assert again == place
    assert _owner(place, "select title from kept") == [("Lighthouse",)]
    assert [url.rpartition("/")[2] for url in client(place, "sqs").list_queues()["QueueUrls"]] == ["saved"]
    assert client(place, "secretsmanager").get_secret_value(SecretId="told")["SecretString"].startswith("it is")


def test_half_of_a_first_deployment_is_thrown_away_after_a_power_cut(servers: Servers) -> None:
    place = servers.ensure()
    client(place, "s3").create_bucket(
        Bucket="half", CreateBucketConfiguration={"LocationConstraint": place.stage.region}
    )
    servers.kill_everything()

    again = servers.ensure()

    assert again == place
    assert not client(place, "s3").list_buckets()["Buckets"]


def test_commands_say_what_is_missing_before_anything_is_deployed(servers: Servers) -> None:
    servers.ensure()

    token = command("token", "--data", str(servers.data))
    swept = command("invoke", "sweep", "--data", str(servers.data))
    states = command("server", "status", "--json", "--data", str(servers.data))
    elsewhere = command("token", "--stage", "production")
    both = command("token", "--stage", "local", "--data", str(servers.data))

    assert (token.returncode, "does not run" in token.stderr) == (1, True)
    assert (swept.returncode, "./mocshelf deploy --stage local" in swept.stderr) == (1, True)
    assert {name for name, one in json.loads(states.stdout).items() if one["state"] == "running"} == {
        "postgres",
        "valkey",
        "aws",
    }
    assert (elsewhere.returncode, "does not run on this machine" in elsewhere.stderr) == (2, True)
    assert both.returncode == 2


def test_their_address_says_that_nothing_is_deployed_yet(servers: Servers) -> None:
    web = servers.ensure().stage.api.origins[-1]

    answer = httpx.get(f"{web}/", trust_env=False)

    assert (answer.status_code, "./mocshelf deploy --stage local" in answer.text) == (503, True)


def test_servers_that_older_code_has_started_are_not_taken_for_todays(servers: Servers) -> None:
    servers.ensure()
    place = servers.data / "place.json"
    known = json.loads(place.read_text())
    place.write_text(json.dumps({name: value for name, value in known.items() if name != "web"}))

    with pytest.raises(CannotContinue, match=rf"End process {known['pids']['dev']} and run this again"):
        servers.ensure()


def test_removed_nothing_is_left(tmp_path: Path) -> None:
    servers = Servers(tmp_path / "data")
    servers.ensure()
    pids = servers.pids

    local_servers.remove(data=servers.data)
    local_servers.remove(data=servers.data)

    assert not any(family.started(pid) for pid in pids.values())
    assert not servers.data.exists()


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(CannotContinue, match="is not a Mocshelf data folder"):
        local_servers.ensure(data=tmp_path)


def _states(data: Path) -> dict[str, str]:
    from mocshelf_tools.gateway.control import command_server

    return {name: str(found["state"]) for name, found in command_server(DataFolder(data), "", "status").items()}
