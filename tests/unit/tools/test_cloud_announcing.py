"""What is said before and after a deployment."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mocshelf_tools.cloud.agreement import ask
from mocshelf_tools.cloud.announcing import absent, left_out, of_this_machine
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws, embedded

KNOWN = {
    "web": "http://127.0.0.1:2",
    "api": "http://127.0.0.1:1/_aws/execute-api/abc/%24default",
    "demo": {"email": "demo@mocshelf.example", "password": "Mx1-x"},
    "postgres": "postgresql://x",
}


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assembly of one stack with a NAT gateway, two addresses and a queue."""
    kinds = ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::EIP", "AWS::SQS::Queue"]
    resources = {f"R{number}": {"Type": kind} for number, kind in enumerate(kinds)}
    (tmp_path / "t.json").write_text(json.dumps({"Resources": resources}))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-central-1",
        "properties": {"templateFile": "t.json"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Mocshelf-local-api": stack}}))
    return tmp_path


def test_only_what_the_templates_have_is_listed_as_left_out(folder: Path) -> None:
    place = replace(embedded(), stage=replace(embedded().stage, left_out=("AWS::EC2::EIP", "AWS::Budgets::Budget")))

    assert left_out(place, folder) == ["  2  AWS::EC2::EIP"]


def test_what_a_stage_has_not_is_read_from_its_row() -> None:
    assert "CloudFront and WAF" in absent(embedded())
    assert "X-Ray" in absent(embedded())
    assert absent(aws("production")) == []


def test_two_lines_to_copy_go_on_from_a_deployment(folder: Path) -> None:
    lines = "\n".join(of_this_machine(embedded(), KNOWN, folder, 12.34)).splitlines()

    assert "The stage local is deployed (12.3 s)." in lines
    assert "  Web         http://127.0.0.1:2/" in lines
    assert "  API=http://127.0.0.1:1/_aws/execute-api/abc/%24default" in lines
    assert '  AUTH="Authorization: Bearer $(./mocshelf token --stage local)"' in lines
    assert "    1  AWS::EC2::NatGateway" in lines


def test_a_person_agrees_by_typing_the_stages_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard("staging\n"))

    ask("staging", ["This deletes everything."], "delete")


@pytest.mark.parametrize("typed", ["", "\n", "yes\n", "stagin\n"])
def test_anything_else_changes_nothing(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard(typed))

    with pytest.raises(CannotContinue, match="nothing was changed"):
        ask("staging", [], "delete")


def test_nobody_at_the_keyboard_agrees_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("staging\n"))

    with pytest.raises(CannotContinue, match="Add --yes to delete staging all the same"):
        ask("staging", [], "delete")
