"""What a stack keeps between two starts."""

from __future__ import annotations

import socket
from pathlib import Path

from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.settings import Settings, new_password


def test_everything_stays_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = Settings(DataFolder(tmp_path))
    first.pool_id = "eu-central-1_Pool"
    first.save()

    second = Settings(DataFolder(tmp_path))

    assert {name: value for name, value in vars(second).items() if name != "_folder"} == {
        name: value for name, value in vars(first).items() if name != "_folder"
    }


def test_a_port_that_is_taken_meanwhile_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    first = Settings(DataFolder(tmp_path))
    first.save()

    with socket.create_server(("127.0.0.1", first.ports["valkey"])):
        second = Settings(DataFolder(tmp_path))

    assert second.ports["valkey"] != first.ports["valkey"]
    assert second.ports["postgres"] == first.ports["postgres"]
    assert second.ports["aws"] == first.ports["aws"]


def test_two_folders_share_no_key_and_no_password(tmp_path: Path) -> None:
    one, two = Settings(DataFolder(tmp_path / "one")), Settings(DataFolder(tmp_path / "two"))

    assert one.secret_key != two.secret_key
    assert one.demo_password != two.demo_password


def test_an_access_key_is_no_account_number(tmp_path: Path) -> None:
    key = Settings(DataFolder(tmp_path)).access_key

    assert not key.isdigit()


def test_new_passwords_meet_the_pools_policy() -> None:
    passwords = {new_password() for _ in range(50)}

    assert len(passwords) == 50
    for password in passwords:
        assert len(password) >= 12
        assert any(letter.isupper() for letter in password)
        assert any(letter.islower() for letter in password)
        assert any(letter.isdigit() for letter in password)
        assert "-" in password
