"""Files that are only declared yet."""

from __future__ import annotations

from typing import Any

import pytest

from mocshelf.uploads.declarations import session_files
from mocshelf.uploads.messages import uploaded_files
from mocshelf.uploads.schemas import UploadCreate

PDF: dict[str, Any] = {"name": "a.pdf", "size": 1, "contentType": "application/pdf"}
PHOTO: dict[str, Any] = {"name": "a.jpg", "size": 1, "contentType": "image/jpeg"}
ID = "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"
LIST: dict[str, Any] = {"name": "a.csv", "size": 1, "contentType": "text/csv"}


def upload(purpose: str, *files: dict[str, Any], **target: str) -> UploadCreate:
    target = target or ({"mocId": ID} if purpose in ("moc-file", "parts-list") else {})
    return UploadCreate.model_validate({"purpose": purpose, "files": list(files), **target})


def faults(purpose: str, *files: dict[str, Any]) -> list[str | None]:
    _, details = session_files(upload(purpose, *files))
    return [detail.field for detail in details]


def test_an_instruction_is_the_default_kind_and_derives() -> None:
    declared, details = session_files(upload("moc-file", PDF))

    assert details == []
    assert (declared[0].kind, declared[0].derive, declared[0].partial) == ("instruction", True, False)


def test_exactly_the_limit_is_accepted_and_one_byte_more_is_not() -> None:
    assert faults("moc-file", {**PDF, "size": 50 * 1_048_576}) == []
    assert faults("moc-file", {**PDF, "size": 50 * 1_048_576 + 1}) == ["files[0].size"]


@pytest.mark.parametrize(
    ("purpose", "file", "field"),
    [
        ("parts-list", PDF, "files[0].name"),
        ("parts-list", {**LIST, "kind": "parts-list"}, "files[0].kind"),
        ("moc-file", {**PDF, "title": "x"}, "files[0].title"),
        ("moc-file", {**PDF, "partial": True}, "files[0].partial"),
        ("moc-file", {**PDF, "derive": True}, "files[0].derive"),
        ("moc-file", {**LIST, "kind": "parts-list", "derive": True}, "files[0].derive"),
    ],
)
def test_options_that_mean_nothing_for_a_file_are_refused(purpose: str, file: dict[str, Any], field: str) -> None:
    assert field in faults(purpose, file)


def test_each_kind_has_its_own_most() -> None:
    pdfs = [{**PDF, "name": f"{n}.pdf"} for n in range(11)]
    lists = [{**LIST, "name": f"{n}.csv", "kind": "parts-list"} for n in range(10)]

    assert faults("moc-file", *pdfs, *lists) == ["files"]
    assert faults("moc-file", *pdfs[:10], *lists) == []


@pytest.mark.parametrize(
    ("purpose", "target", "expected"),
    [
        ("moc-file", {"itemId": ID}, ["mocId", "itemId"]),
        ("parts-list", {"albumId": ID, "mocId": ID}, ["albumId"]),
        ("gallery-image", {"mocId": ID}, ["mocId"]),
        ("gallery-image", {"albumId": ID}, []),
        ("wishlist-image", {"albumId": ID}, ["itemId", "albumId"]),
        ("wishlist-image", {"itemId": ID}, []),
        ("avatar", {"itemId": ID}, ["itemId"]),
    ],
)
def test_each_purpose_has_its_own_target(purpose: str, target: dict[str, str], expected: list[str]) -> None:
    file = LIST if purpose == "parts-list" else PDF if purpose == "moc-file" else PHOTO

    _, details = session_files(upload(purpose, file, **target))

    assert [detail.field for detail in details] == expected


@pytest.mark.parametrize(("purpose", "most"), [("gallery-image", 25), ("wishlist-image", 1), ("avatar", 1)])
def test_each_purpose_takes_so_many_files(purpose: str, most: int) -> None:
    target = {"itemId": ID} if purpose == "wishlist-image" else {"albumId": ID} if purpose == "gallery-image" else {}
    files = [{**PHOTO, "name": f"{n}.jpg"} for n in range(most + 1)]

    too_many = session_files(upload(purpose, *files, **target))[1]
    enough = session_files(upload(purpose, *files[:most], **target))[1]

    assert [detail.field for detail in too_many] == ["files"]
    assert enough == []


def test_an_avatar_may_be_a_gif_and_is_small() -> None:
    assert faults("avatar", {**PHOTO, "name": "a.gif", "contentType": "image/gif"}) == []
    assert faults("avatar", {**PHOTO, "size": 2 * 1_048_576 + 1}) == ["files[0].size"]


def test_a_message_names_its_files_and_other_objects_are_passed_over() -> None:
    key = "incoming/ada%40example/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c12"
    event = (
        f'{{"Records": [{{"s3": {{"object": {{"key": "{key}"}}}}}}, {{"s3": {{"object": {{"key": "mocs/x"}}}}}}]}}'
    )

    assert [str(one) for one in uploaded_files(event)] == [key[-36:]]
    assert uploaded_files('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == []
    assert [str(one) for one in uploaded_files(f'{{"file": "{key[-36:]}"}}')] == [key[-36:]]
