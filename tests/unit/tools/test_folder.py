"""A data folder belongs to one process at a time and is never mistaken for somebody's other folder."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.folder import DataFolder


def test_a_new_folder_is_made_and_can_be_opened_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "new" / "data")

    folder.open()
    folder.close()
    folder.open()
    folder.close()

    assert folder.logs.is_dir()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    folder.open()
    folder.close()

    assert folder.logs.is_dir()


def test_a_folder_with_other_content_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(CannotContinue, match="not a Mocshelf data folder"):
        DataFolder(tmp_path).open()

    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(CannotContinue, match="is a file"):
        DataFolder(tmp_path / "data").open()


def test_only_one_can_hold_it(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.open()

    with pytest.raises(CannotContinue, match=r"already runs on .* \(process \d+\)"):
        second.open()

    first.close()
    second.open()
    second.close()


def test_emptying_keeps_the_folder_usable_and_does_not_follow_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("")
    folder = DataFolder(tmp_path / "data")
    folder.open()
    (folder.path / "link").symlink_to(outside)
    (folder.path / "postgres").mkdir()
    (folder.path / "settings.json").write_text("{}")

    folder.empty()
    folder.close()

    assert sorted(entry.name for entry in folder.path.iterdir()) == [".mocshelf-data", "lock", "logs"]
    assert (outside / "precious").exists()


def test_it_cannot_be_emptied_by_who_does_not_hold_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        DataFolder(tmp_path).empty()


def test_files_are_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    folder.write("settings.json", {"a": 1})
    folder.write("settings.json", {"b": 2})

    assert folder.read("settings.json") == {"b": 2}
    assert folder.read("missing.json") == {}
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]
    assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"ports": ')

    with pytest.raises(CannotContinue, match=r"settings\.json is damaged"):
        DataFolder(tmp_path).read("settings.json")
