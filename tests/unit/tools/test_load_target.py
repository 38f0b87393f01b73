"""Where load may go, how much of it, and what is refused before anything is sent."""

from __future__ import annotations

import json
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from mocshelf_infra.stages import stage
from mocshelf_tools.cli import main
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.load import locusting, plan, target
from mocshelf_tools.load.plan import Person, Plan
from mocshelf_tools.problems import CannotContinue
from unit.tools.small_server import Asked, Reply, serving


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """A command that can be stopped takes the signals of the process, which here is that of all tests."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is not installed for first."""

    def install(_report: object) -> None:
        raise AssertionError("Locust was about to be installed")

    monkeypatch.setattr(locusting, "install", install)


def page_with_users_at(cognito: str) -> Reply:
    return Reply(content={"api": "", "cognito": {"endpoint": cognito, "clientId": "app"}})


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://192.168.0.7:8484",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "127.0.0.1",
    ],
)
def test_an_address_that_is_not_on_this_machine_is_refused_with_the_reason(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", "--url", url]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"mocshelf: {url} is not on this machine. Load on other people's systems is an attack")
    assert said.count("\n") == 1


def test_a_page_here_with_users_elsewhere_is_refused() -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> Reply:
        asked.append(one)
        return page_with_users_at("https://cognito-idp.eu-central-1.amazonaws.com/")

    with serving(answer) as url, pytest.raises(CannotContinue, match="users and data of a stage elsewhere"):
        target.of_url(url)

    assert [one.path for one in asked] == ["/config.json"]


def test_a_page_here_with_users_here_is_taken() -> None:
    with serving(lambda _: page_with_users_at("http://127.0.0.1:4566")) as url:
        found = target.of_url(f"{url}/")

    assert (found.api, found.where, found.at_home, found.own) == (url, "dev", True, False)


def test_something_else_that_answers_here_is_one_line() -> None:
    with serving(lambda _: Reply(404)) as url, pytest.raises(CannotContinue, match="Nothing of Mocshelf answers at"):
        target.of_url(url)


@pytest.mark.usefixtures("nothing_installed")
def test_production_is_never_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "--stage", "production", "--yes"]) == 1

    assert "The stage production is people's own: it is not for load tests." in capsys.readouterr().err


def test_a_deployed_stage_is_for_a_person_to_permit(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = {"ApiUrl": "https://api.example.com", "UserPoolId": "pool", "ClientId": "app"}
    # The account of a stage is nobody's here: what it says of itself is given.
    monkeypatch.setattr("mocshelf_tools.cloud.place.outputs", lambda _place: outputs)
    agreed: list[str] = []

    def refuse(place: Place) -> NoReturn:
        agreed.append(place.stage.name)
        raise CannotContinue("no")

    with pytest.raises(CannotContinue, match=r"^no$"):
        target.of_stage("dev", refuse, lambda _: None)
    found = target.of_stage("dev", lambda place: agreed.append(place.stage.name), lambda _: None)

    assert agreed == ["dev", "dev"]
    assert (found.where, found.at_home, found.own) == ("deployed", False, False)
    assert stage("dev").removable


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--users", "201"], "must be from 1 to 200"),
        (["--users", "0"], "must be from 1 to 200"),
        (["--minutes", "46"], "must be from 0.05 to 45"),
        (["--minutes", "nan"], "must be from 0.05 to 45"),
        (["--profile", "flood"], "invalid choice: 'flood'"),
        (["--url", "http://127.0.0.1", "--stage", "local"], "not allowed with argument"),
    ],
)
def test_more_than_is_allowed_is_refused(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load", *words])

    assert ended.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--users", "3"], ["--minutes", "1"], ["--url", "http://127.0.0.1"]], ids=" ".join)
def test_the_documentation_takes_profiles_as_they_are(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "--write", *words]) == 1

    assert "--write takes --profile and --stage only" in capsys.readouterr().err


def test_thresholds_that_cannot_be_read_are_said_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", "--thresholds", str(tmp_path / "none.toml")]) == 1

    assert capsys.readouterr().err.endswith("none.toml cannot be read: No such file or directory.\n")


@pytest.mark.usefixtures("nothing_installed")
def test_a_folder_on_which_nothing_runs_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "--data", str(tmp_path)]) == 1

    assert capsys.readouterr().err == (
        f"mocshelf: Mocshelf does not run on {tmp_path}. Start it with ./mocshelf dev.\n"
    )


def test_a_plan_is_read_as_it_was_written_by_its_owner_only(tmp_path: Path) -> None:
    told = Plan("http://127.0.0.1", (Person("a", "t"),), ((0.0, 0.1), (1.0, 1.0)), 7, 2.5, str(tmp_path), True)
    path = tmp_path / "plan.json"

    told.write(path)

    assert plan.read(path) == told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["people"] == [{"user_id": "a", "token": "t"}]


def test_a_locust_that_fails_says_why_and_leaves_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such option' >&2\nexit 2\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    folder = tmp_path / "run"
    folder.mkdir()

    with pytest.raises(CannotContinue, match=r"^Locust ended with 2\.\nno such option$"):
        locusting.send(Plan("http://127.0.0.1", (), ((0.0, 1.0),), 1, 1.0, str(folder), True), lambda _: None)

    assert not (folder / "plan.json").exists()
