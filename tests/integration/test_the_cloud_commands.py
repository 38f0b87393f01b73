"""Stages in an account are deployed, looked at, looked after and removed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.cloud_stage import account, assembly, command, function, migration, parameter, place, queue
from integration.running_dev import CLI
from integration.running_gateway import eventually
from mocshelf_tools.cloud import deploying
from mocshelf_tools.cloud.account import identity, require_bootstrap
from mocshelf_tools.cloud.data_api import query
from mocshelf_tools.cloud.differing import against_account, against_nothing
from mocshelf_tools.cloud.place import Place, client, outputs, stacks
from mocshelf_tools.cloud.removing import remove
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.stack import Stack
from mocshelf_tools.terminal import Terminal

NAME = "dev-cloud"


def names(where: Place) -> list[str]:
    return [str(stack["StackName"]) for _, stack in stacks(where)]


def deploy(where: Place, folder: Path) -> None:
    deploying.deploy(where, folder, Terminal())


@pytest.fixture
def empty(stack: Stack) -> Iterator[Place]:
    """A stage that is not deployed, nor afterwards."""
    where = place(stack, "dev-empty")
    yield where
    remove(where, Terminal())


@pytest.fixture(scope="module")
def deployed(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A stage with a function and a queue whose dead letters go to another."""
    where = place(stack, NAME)
    dead = {"deadLetterTargetArn": {"Fn::GetAtt": ["PutDead", "Arn"]}, "maxReceiveCount": 1}
    links = {
        "MOCSHELF_STAGE": json.dumps({"name": NAME, "region": "eu-central-1"}),
        "MOCSHELF_PROCESSING_QUEUE": {"Fn::Sub": '{"url": "${PutQueue}"}'},
        "OTHER": "x",
    }
    resources = {
        "PutDead": queue(),
        "PutQueue": queue(RedrivePolicy=dead),
        "Mocs": function(FunctionName=f"mocshelf-{NAME}-mocs", Environment={"Variables": links}),
    }
    deploy(where, assembly(tmp_path_factory.mktemp("deployed") / "assembly", NAME, api=resources))
    yield where
    remove(where, Terminal())


# Deploying.


def test_a_stage_is_deployed_and_deployed_again(
    empty: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = assembly(tmp_path / "a", "dev-empty", storage={"PutQueue": queue()}, api={"P": parameter("/p")})

    deploy(empty, folder)
    said = capsys.readouterr().err
    deploy(empty, folder)

    assert names(empty) == ["Mocshelf-dev-empty-storage", "Mocshelf-dev-empty-api"]
    assert "PutQueue" in outputs(empty)
    assert "made       SQS::Queue" in said
    assert "create complete" in said
    assert capsys.readouterr().err == ""


def test_a_failed_deployment_says_which_resource_and_why_and_is_rolled_back(empty: Place, tmp_path: Path) -> None:
    deploy(empty, assembly(tmp_path / "a", "dev-empty", api={"P": parameter("/p", "old"), **migration("SUCCESS")}))

    with pytest.raises(CannotContinue) as failed:
        changed = {"P": parameter("/p", "new", DependsOn="Done"), **migration("FAILED")}
        changed["Done"]["Properties"]["Code"] = "other"
        deploy(empty, assembly(tmp_path / "b", "dev-empty", api=changed))

    first, which, why, then, _, log = str(failed.value).splitlines()
    assert first == "The deployment failed in Mocshelf-dev-empty-api:"
    assert which == "  Custom::Migration  Done-now"
    assert why == "    revision 0007 failed: column taken"
    assert then == "The stack was rolled back. Traffic goes where it went before."
    assert Path(log.removeprefix("The whole log is ")).exists()
    assert client(empty, "ssm").get_parameter(Name="/p")["Parameter"]["Value"] == "old"


def test_a_template_that_is_refused_is_explained(empty: Place, tmp_path: Path) -> None:
    with pytest.raises(CannotContinue) as failed:
        deploy(empty, assembly(tmp_path / "a", "dev-empty", api={"E": {"Type": "AWS::EC2::EIP"}}))

    assert "Unrecognized resource types: [AWS::EC2::EIP]" in str(failed.value)
    assert "Traffic goes where it went before." in str(failed.value)


def test_a_name_that_is_taken_is_explained(empty: Place, tmp_path: Path) -> None:
    s3, name = client(empty, "s3"), "mocshelf-dev-taken"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})

    with pytest.raises(CannotContinue) as failed:
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}
        deploy(empty, assembly(tmp_path / "a", "dev-empty", storage={"Files": bucket}))

    s3.delete_bucket(Bucket=name)
    assert "  AWS::S3::Bucket  Files-now" in str(failed.value)
    assert f"'{name}' already exists" in str(failed.value)


def test_a_resource_that_never_answers_is_given_up(
    empty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(deploying._PATIENCE_SECONDS, "embedded", 1)

    with pytest.raises(CannotContinue) as failed:
        deploy(empty, assembly(tmp_path / "a", "dev-empty", api=migration(None)))

    assert "Custom::Migration  Done-now" in str(failed.value)
    assert "./mocshelf remove --stage dev-empty --yes starts over" in str(failed.value)


def test_a_region_is_prepared_once_and_in_aws_only_when_asked_to(stack: Stack) -> None:
    embedded, who = place(stack, "dev"), identity(place(stack, "dev"))
    in_aws = command(account(stack), "deploy", "--stage", "dev-ada")

    # Who has not edited the table yet is told of that first.
    assert in_aws.code == 1
    assert "still has example settings" in in_aws.errors
    assert "budget.email = 'operator@mocshelf.example'" in in_aws.errors

    said: list[str] = []
    require_bootstrap(embedded, who, said.append, may_make=False)
    require_bootstrap(embedded, who, said.append, may_make=False)
    assert said == ["Preparing eu-central-1 for the CDK"]


# Comparing.


def test_a_comparison_shows_what_is_new(empty: Place, tmp_path: Path) -> None:
    deploy(empty, assembly(tmp_path / "a", "dev-empty", api={"P": parameter("/p")}))
    folder = assembly(tmp_path / "b", "dev-empty", api={"P": parameter("/p"), "Q": queue()})

    found = against_account(empty, folder, lambda _: None)
    anew = against_nothing(empty, folder, lambda _: None)

    assert "[+] AWS::SQS::Queue" in found
    assert "AWS::SSM::Parameter" not in found
    assert "[+] AWS::SQS::Queue" in anew
    assert "[+] AWS::SSM::Parameter" in anew


# Removing.


def test_a_stage_is_removed_from_its_last_stack_to_its_first(
    stack: Stack, empty: Place, tmp_path: Path, deployed: Place
) -> None:
    first = {"Q": queue()}
    second = {"P": parameter("/kept", {"Fn::ImportValue": "dev-empty-first"}, DeletionPolicy="Retain")}
    deploy(empty, assembly(tmp_path / "a", "dev-empty", first=first, second=second))

    removed = command(account(stack), "remove", "--stage", "dev-empty", "--yes")

    assert removed.code == 0, removed.errors
    assert "The stage dev-empty is removed: 2 stacks" in removed.output
    assert "AWS::SSM::Parameter  /kept" in removed.output
    assert names(empty) == []
    assert names(deployed) == [f"Mocshelf-{NAME}-api"]
    client(empty, "ssm").delete_parameter(Name="/kept")


def test_a_stage_is_removed_with_its_files(empty: Place, tmp_path: Path) -> None:
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": versioned}
    deploy(empty, assembly(tmp_path / "a", "dev-empty", storage={"PutFiles": bucket}))
    s3, name = client(empty, "s3"), outputs(empty)["PutFiles"]
    for content in (b"old", b"new"):
        s3.put_object(Bucket=name, Key="mocs/a.pdf", Body=content)
    s3.put_object(Bucket=name, Key="mocs/b.pdf", Body=b"b")
    s3.delete_object(Bucket=name, Key="mocs/b.pdf")

    count = remove(empty, Terminal())

    assert count == 1
    assert name not in [one["Name"] for one in s3.list_buckets()["Buckets"]]


def test_a_stage_is_not_removed_without_a_persons_word(stack: Stack, deployed: Place) -> None:
    asked = command(account(stack), "remove", "--stage", NAME, value="no\n")

    assert asked.code == 1
    assert f"This deletes from the account 000000000000:\n  Mocshelf-{NAME}-api\n" in asked.errors
    assert "Add --yes" in asked.errors
    assert names(deployed)


def test_production_is_never_removed(stack: Stack) -> None:
    refused = command(account(stack), "remove", "--stage", "production", "--yes")

    assert refused.code == 1
    assert refused.errors.startswith("mocshelf: The stage production is never removed from here.")


# Looking at it and after it.


def test_secrets_are_set_and_listed_and_never_shown(stack: Stack) -> None:
    def secret(*words: str, value: str = "") -> str:
        done = command(account(stack), "secret", *words, "--stage", NAME, value=value)
        assert "hush" not in done.output + done.errors
        return done.output or done.errors

    assert secret("list") == f"The stage {NAME} has no secrets.\n"
    assert secret("set", "MAIL_KEY", value="hush\n").startswith("Added MAIL_KEY.")
    assert secret("set", "MAIL_KEY", value="hush hush\n").startswith("Changed MAIL_KEY.")
    assert secret("list").startswith("MAIL_KEY   20")
    manager = client(place(stack, NAME), "secretsmanager")
    assert manager.get_secret_value(SecretId=f"mocshelf/{NAME}/MAIL_KEY")["SecretString"] == "hush hush"
    assert secret("set", "MAIL_KEY") == "mocshelf: The value is empty; nothing was changed.\n"
    assert secret("remove", "MAIL_KEY").startswith("Removed MAIL_KEY.")
    assert secret("remove", "MAIL_KEY") == (
        f"mocshelf: The stage {NAME} has no secret 'MAIL_KEY'. ./mocshelf secret list --stage {NAME} "
        "shows those there are.\n"
    )
    assert "is no name for a secret" in secret("set", "../other", value="hush")


def test_logs_are_read_by_level_and_as_json(stack: Stack, deployed: Place) -> None:
    client(deployed, "lambda").invoke(FunctionName=f"mocshelf-{NAME}-mocs")
    # As in AWS, lines arrive a moment after the call.
    assert eventually(lambda: bool(command(account(stack), "logs", "--stage", NAME).output), 30)

    everything = command(account(stack), "logs", "--stage", NAME)
    errors = command(account(stack), "logs", "--stage", NAME, "--function", "mocs", "--level", "error", "--json")

    assert "info     mocs            request route=/api/mocs" in everything.output
    assert "error    mocs            request.crashed error=KeyError (request r1)" in everything.output
    assert "MocsCreated" not in everything.output
    assert "RequestId" not in everything.output
    (line,) = map(json.loads, errors.output.splitlines())
    assert (line["function"], line["event"]) == ("mocs", "request.crashed")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["logs", "--function", "moc"], "There is no function 'moc'. There are: health, mocs,"),
        (["logs", "--since", "soon"], "--since: 'soon' is no span of time such as 30s, 15m, 2h or 1d."),
        (["redrive", "upload"], "There is no queue 'upload'. There are: processing."),
        (["tunnel", "cache"], f"The stage {NAME} has no cache."),
        (["db", "query", "select 1"], f"The stage {NAME} has no database that the Data API reaches."),
        (["shell", "--", "nothing-of-that-name"], "nothing-of-that-name cannot be run: No such file or directory."),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(
    stack: Stack, deployed: Place, words: list[str], said: str
) -> None:
    name, *rest = words
    refused = (
        command(account(stack), name, *rest[:1], "--stage", NAME, *rest[1:])
        if name == "db"
        else command(account(stack), name, "--stage", NAME, *rest)
    )

    assert refused.code == 1
    assert refused.errors.startswith(f"mocshelf: {said}")


def test_dead_letters_get_another_try(stack: Stack, deployed: Place) -> None:
    sqs: Any = client(deployed, "sqs")
    found = outputs(deployed)
    kind = {"kind": {"DataType": "String", "StringValue": "upload"}}
    for number in range(12):
        sqs.send_message(QueueUrl=found["PutDead"], MessageBody=f"m{number}", MessageAttributes=kind)

    moved = command(account(stack), "redrive", "--stage", NAME, "processing", "--json")
    again = command(account(stack), "redrive", "--stage", NAME)

    assert json.loads(moved.output) == {"processing": 12}
    assert again.output == "processing  no dead letters\n"
    (message,) = sqs.receive_message(QueueUrl=found["PutQueue"], MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"]["kind"]["StringValue"] == "upload"


def test_a_shell_has_the_links_of_the_functions_and_nothing_else_of_theirs(stack: Stack, deployed: Place) -> None:
    shell = [*CLI, "shell", "--stage", NAME, "--", "env"]
    own = {name: text for name, text in os.environ.items() if not name.startswith("MOCSHELF_")}

    # It takes the place of the process, so it needs one of its own.
    ended = subprocess.run(shell, capture_output=True, text=True, timeout=60, env={**own, **account(stack)})

    has = dict(line.split("=", 1) for line in ended.stdout.splitlines() if "=" in line)
    assert json.loads(has["MOCSHELF_PROCESSING_QUEUE"]) == {"url": outputs(deployed)["PutQueue"]}
    assert json.loads(has["MOCSHELF_STAGE"])["name"] == NAME
    assert has["AWS_ACCESS_KEY_ID"] == stack.settings.access_key
    assert "OTHER" not in has


def test_a_statement_reads_and_writes_only_when_told_to(stack: Stack) -> None:
    given = {"host": "127.0.0.1", "port": stack.settings.ports["postgres"], "name": "mocshelf", "user": "postgres"}
    here = Place(place(stack, "local").stage, account(stack), {"owner": given})

    found = query(here, "select 1 as one, null as none", print, write=False)
    with pytest.raises(CannotContinue, match="Add --write if you mean it"):
        query(here, "create table tried (id int)", print, write=False)
    query(here, "create table tried (id int)", print, write=True)
    query(here, "drop table tried", print, write=True)
    with pytest.raises(CannotContinue, match='The database refused: syntax error at or near "selekt"'):
        query(here, "selekt", print, write=False)

    assert (found.columns, found.rows) == (["one", "none"], [[1, None]])


# Bad input.

COMMANDS = (
    ["deploy"],
    ["remove"],
    ["secret", "list"],
    ["shell"],
    ["tunnel"],
    ["logs"],
    ["redrive"],
    ["db", "query", "select 1"],
)


@pytest.mark.parametrize("words", [*COMMANDS, ["diff"], ["synth"]], ids=" ".join)
def test_an_unknown_stage_is_one_line(words: list[str]) -> None:
    refused = command({}, *words, "--stage", "prod")

    assert (refused.code, refused.output) == (1, "")
    assert refused.errors == (
        "mocshelf: There is no stage 'prod'. There are local, dev, staging, production, "
        "and dev-NAME for a stage of your own.\n"
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_missing_credentials_are_one_line_that_says_what_to_do(words: list[str]) -> None:
    refused = command({}, *words, "--stage", "dev")

    assert refused.code == 1
    assert refused.errors.startswith("mocshelf: There are no AWS credentials here. Sign in (aws sso login)")
    assert refused.errors.count("\n") == 1


@pytest.mark.parametrize("words", [["deploy"], ["logs"]], ids=" ".join)
def test_a_lost_network_is_told_from_a_refusal(stack: Stack, words: list[str]) -> None:
    nowhere = {**account(stack), "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}

    refused = command(nowhere, *words, "--stage", "dev")

    assert refused.errors == (
        "mocshelf: AWS cannot be reached in eu-central-1. Check the connection and run this again.\n"
    )


@pytest.mark.parametrize("words", [word for word in COMMANDS if word[0] not in ("deploy", "secret")], ids=" ".join)
def test_a_stage_that_is_not_deployed_is_one_line(stack: Stack, words: list[str]) -> None:
    refused = command(account(stack), *words, "--stage", "dev-nobody")

    assert refused.code == 1
    assert refused.errors == (
        "mocshelf: The stage dev-nobody is not deployed. Deploy it: ./mocshelf deploy --stage dev-nobody\n"
    )
