"""The auditor's further findings: damage on the disk, rows past the constraints, what the sweep and queues owe."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from integration.pictures import change, send_picture
from integration.uploading import CSV, PDF, Sender, png
from mocshelf.testing import Client
from mocshelf_tools.auditing.audit import audit
from mocshelf_tools.auditing.findings import Finding, Scope
from mocshelf_tools.auditing.places import linked
from mocshelf_tools.commands import audit as command
from mocshelf_tools.running import LINKS, described
from mocshelf_tools.stack import Stack


def look(owner: str | None, **options: Any) -> list[Finding]:
    return audit(Scope(linked(), owner=owner, deep=options.pop("deep", False)), **options).findings


def kinds(findings: list[Finding]) -> list[str]:
    return sorted(one.kind for one in findings)


def past_the_constraints(stack: Stack, statement: str, **values: object) -> None:
    """As a restore without constraints would leave it: the database itself refuses such rows."""
    with contextlib.closing(psycopg2.connect(stack.endpoints.postgres)) as conn, conn, conn.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(statement, values)


def flip(stack: Stack, key: str) -> None:
    """Changes a byte where the embedded S3 keeps the object, as a failing disk does."""
    (path,) = (stack.folder.path / "aws" / "objects").rglob(key)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.fixture
def image(client: Client, alice: str) -> dict[str, str]:
    files = [("file", "a.png", "image/png", png(60, 40))]
    made = client.post("/api/images", files=files, fields={"title": "Tower"}, as_user=alice).data["id"]
    return {"id": made, "key": f"images/{alice}/{made}.webp", "thumbnail": f"images/{alice}/thumbnails/{made}.webp"}


@pytest.fixture
def file_key(sender: Sender, s3: Any, stack: Stack, moc: str, alice: str) -> str:
    """The key of the one file of Alice's MOC."""
    sender.upload(alice, moc, "castle.pdf", PDF)
    found = s3.list_objects_v2(Bucket=stack.endpoints.bucket, Prefix=f"mocs/{alice}/")["Contents"]
    return str(found[0]["Key"])


def test_a_byte_that_the_disk_changed_is_seen_only_when_every_byte_is_read(
    stack: Stack, file_key: str, alice: str
) -> None:
    flip(stack, file_key)

    shallow = look(alice)
    (found,) = look(alice, deep=True, repair=True)

    assert shallow == []
    assert (found.kind, found.what, found.mended) == ("damaged", file_key, False)
    assert "backup" in found.advice


def test_a_thumbnail_that_the_disk_changed_is_drawn_anew(stack: Stack, image: dict[str, str], alice: str) -> None:
    flip(stack, image["thumbnail"])

    mended = look(alice, deep=True, repair=True)

    assert [(one.kind, one.mended) for one in mended] == [("damaged", True)]
    assert look(alice, deep=True, repair=True) == []


def test_a_thumbnail_whose_image_is_missing_too_is_not_mended(
    stack: Stack, s3: Any, image: dict[str, str], alice: str
) -> None:
    for key in (image["key"], image["thumbnail"]):
        s3.delete_object(Bucket=stack.endpoints.bucket, Key=key)

    found = {one.what: one for one in look(alice, repair=True)}

    assert kinds(list(found.values())) == ["missing", "missing"]
    assert not found[image["thumbnail"]].mended
    assert "missing too" in found[image["thumbnail"]].advice


def test_another_picture_under_a_wishlist_items_key_is_seen_by_its_size(
    client: Client, stack: Stack, s3: Any, alice: str, image: dict[str, str]
) -> None:
    item = client.post("/api/wishlist", as_user=alice, json={"title": "Fort"}).data["id"]
    assert send_picture(client, f"/api/wishlist/{item}/image", alice, png(30, 20)).status == 200
    other = s3.get_object(Bucket=stack.endpoints.bucket, Key=image["key"])["Body"].read()
    s3.put_object(
        Bucket=stack.endpoints.bucket,
        Key=f"wishlist/{alice}/{item}.webp",
        Body=other,
        ContentType="image/webp",
        CacheControl="private, no-cache",
        ChecksumAlgorithm="SHA256",
    )

    (found,) = look(alice, deep=True)

    assert found.kind == "damaged"
    assert "60 × 40 pixels instead of 30 × 20" in found.text


def test_an_object_put_back_without_its_checksum_is_written_with_one(
    stack: Stack, s3: Any, file_key: str, alice: str
) -> None:
    s3.put_object(
        Bucket=stack.endpoints.bucket,
        Key=file_key,
        Body=PDF,
        ContentType="application/pdf",
        CacheControl="private, max-age=31536000, immutable",
        ChecksumAlgorithm="CRC32",
    )

    mended = look(alice, repair=True)

    assert [(one.kind, one.mended) for one in mended] == [("no-checksum", True)]
    assert look(alice, deep=True) == []


def test_wrong_headers_on_damaged_bytes_stay_for_a_person(stack: Stack, s3: Any, file_key: str, alice: str) -> None:
    s3.put_object(Bucket=stack.endpoints.bucket, Key=file_key, Body=PDF[:-1] + b"X", ContentType="text/html")

    found = {one.kind: one for one in look(alice, repair=True)}

    assert not any(one.mended for one in found.values())
    assert "damaged" in found["wrong-headers"].advice
    assert s3.get_object(Bucket=stack.endpoints.bucket, Key=file_key)["Body"].read() == PDF[:-1] + b"X"


def test_an_orphan_that_a_row_comes_to_name_is_not_queued(stack: Stack, s3: Any, alice: str) -> None:
    key = f"avatars/{alice}/avatar.webp"
    s3.put_object(Bucket=stack.endpoints.bucket, Key=key, Body=b"x")
    scope = Scope(linked(), owner=alice)
    seen = audit(scope).findings
    change("insert into avatars (user_id, object_key) values (%(user)s, %(key)s)", user=alice, key=key)

    again = [one.kind for one in audit(scope, repair=True).findings]

    assert kinds(seen) == ["orphaned"]
    assert "orphaned" not in again


def test_rows_of_two_users_that_refer_to_each_other_are_named(
    stack: Stack, client: Client, sender: Sender, image: dict[str, str], alice: str, bob: str
) -> None:
    moc = sender.moc(bob)
    past_the_constraints(
        stack,
        "insert into moc_gallery_images (user_id, moc_id, gallery_image_id) values (%(bob)s, %(moc)s, %(image)s)",
        bob=bob,
        moc=moc,
        image=image["id"],
    )

    found = look(bob, repair=True)

    assert kinds(found) == ["crossed"]
    assert image["id"] in found[0].text
    assert alice in found[0].text
    assert not found[0].mended


def test_an_object_in_another_users_place_is_named(
    stack: Stack, s3: Any, image: dict[str, str], alice: str, bob: str
) -> None:
    past_the_constraints(
        stack, "update gallery_images set user_id = %(bob)s where id = %(id)s", bob=bob, id=image["id"]
    )

    found = look(bob)

    assert {one.what for one in found if one.kind == "misplaced"} == {image["key"], image["thumbnail"]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("{pieces,read}", "99", id="sums within the receipt"),
        pytest.param("{rows,records}", "4", id="outcomes of its records"),
    ],
)
def test_a_receipt_that_does_not_balance_is_named(
    sender: Sender, moc: str, alice: str, path: str, value: str
) -> None:
    sender.upload(alice, moc, "list.csv", CSV, purpose="parts-list")
    assert look(alice) == []
    change(
        "update moc_parts_lists set receipt = jsonb_set(receipt, %(path)s, %(value)s) where user_id = %(user)s",
        path=path,
        value=value,
        user=alice,
    )

    found = look(alice, repair=True)

    assert [(one.kind, one.mended) for one in found] == [("unbalanced-receipt", False)]


def test_lines_that_were_lost_after_an_import_are_seen_by_receipt_and_counts(
    sender: Sender, moc: str, alice: str
) -> None:
    sender.upload(alice, moc, "list.csv", CSV, purpose="parts-list")
    change(
        "delete from moc_parts where line = 1"
        " and parts_list_id in (select id from moc_parts_lists where user_id = %(user)s)",
        user=alice,
    )

    assert kinds(look(alice)) == ["unbalanced-receipt", "wrong-list"]


def test_a_list_without_lines_may_say_its_own_counts(client: Client, moc: str, alice: str) -> None:
    body = {"title": "By hand", "totalPartsCount": 40, "acquiredPartsCount": 2}
    assert client.post(f"/api/mocs/{moc}/parts-lists", as_user=alice, json=body).status == 201

    assert look(alice) == []


def test_a_change_that_waits_is_sent_again_once_and_then_left_to_the_sweep(sender: Sender, alice: str) -> None:
    sender.moc(alice)
    change(
        "update outbox set created_at = now() - interval '3 days', attempts = 4,"
        " available_at = now() + interval '1 hour' where user_id = %(user)s",
        user=alice,
    )

    first, second = look(alice, repair=True), look(alice, repair=True)

    assert [(one.kind, one.mended) for one in first] == [("waiting", True)]
    assert "3 days" in first[0].text
    assert [(one.kind, one.mended) for one in second] == [("waiting", False)]


def test_an_upload_past_its_end_is_finished_by_the_sweep(sender: Sender, moc: str, alice: str) -> None:
    upload = sender.open(alice, moc, {"name": "a.pdf", "size": 9, "contentType": "application/pdf"}).data["id"]
    change("update upload_sessions set expires_at = now() - interval '1 hour' where id = %(id)s", id=upload)

    mended = look(alice, repair=True)

    assert [(one.kind, one.what, one.mended) for one in mended] == [("unfinished-upload", upload, True)]
    assert sender.session(alice, upload)["status"] == "finished"
    assert look(alice) == []


def test_a_deletion_that_was_put_off_too_often_is_carried_out(stack: Stack, s3: Any, alice: str) -> None:
    key = f"mocs/{alice}/x/late.pdf"
    s3.put_object(Bucket=stack.endpoints.bucket, Key=key, Body=b"x")
    change(
        "insert into object_deletions (object_key, attempts, due_at) values (%(key)s, 7, now() + interval '9 hours')",
        key=key,
    )

    before = [one for one in look(None) if one.what == key]
    mended = [one for one in look(None, repair=True) if one.what == key]

    assert [(one.kind, one.mended) for one in before + mended] == [
        ("overdue-deletion", False),
        ("overdue-deletion", True),
    ]
    assert s3.list_objects_v2(Bucket=stack.endpoints.bucket, Prefix=key)["KeyCount"] == 0


def test_messages_that_were_put_aside_are_named_with_their_function(stack: Stack, sqs: Any) -> None:
    dead = sqs.get_queue_url(QueueName="mocshelf-processing-dead")["QueueUrl"]
    sqs.send_message(QueueUrl=dead, MessageBody="{}")

    found = [one for one in look(None) if one.kind == "dead-letters"]
    sqs.purge_queue(QueueUrl=dead)

    assert [one.what for one in found] == ["mocshelf-processing-dead"]
    assert "process_upload" in found[0].text
    assert [one for one in look(None) if one.kind == "dead-letters"] == []


@pytest.fixture
def data(stack: Stack) -> Iterator[Path]:
    """The data folder as `./mocshelf dev` leaves it while it runs, on a machine without a search engine."""
    stack.folder.write("endpoints.json", described(stack.endpoints, "http://127.0.0.1"))
    # The command links this very process, and a search engine that still starts would be one that does not answer.
    links = {name: link for name, link in stack.environment.items() if name != "MOCSHELF_SEARCH"}
    stack.folder.write(LINKS, links)
    yield stack.folder.path
    stack.folder.endpoints.unlink()


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["audit", *map(str, words)])
    code: int = args.run(args)
    return code


def test_the_command_says_what_is_wrong_and_ends_with_one(
    data: Path, stack: Stack, s3: Any, image: dict[str, str], alice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.delete_object(Bucket=stack.endpoints.bucket, Key=image["thumbnail"])

    code = run("--user", alice, "--json", "--data", data)
    checks = json.loads(capsys.readouterr().out)["checks"]
    mended = run("--user", alice, "--repair", "--data", data)

    assert (code, mended) == (1, 0)
    assert [one["what"] for check in checks for one in check["findings"]] == [image["thumbnail"]]


def test_what_the_sweep_logs_does_not_stand_in_the_report(data: Path, sender: Sender, moc: str, alice: str) -> None:
    upload = sender.open(alice, moc, {"name": "a.pdf", "size": 9, "contentType": "application/pdf"}).data["id"]
    change("update upload_sessions set expires_at = now() - interval '1 hour' where id = %(id)s", id=upload)
    words = ("-m", "mocshelf_tools", "audit", "--repair", "--json", "--user", alice, "--data", str(data))

    # In a process of its own, as only there the log goes where the command writes.
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert '"event": "sweep"' in done.stderr
    assert [one["what"] for check in json.loads(done.stdout)["checks"] for one in check["findings"]] == [upload]


@pytest.mark.parametrize("user", ["a@b.example", None])
def test_what_cannot_be_looked_at_ends_with_two(
    tmp_path: Path, user: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("--data", tmp_path, *(("--user", user) if user else ()))

    assert code == 2
    assert capsys.readouterr().err.startswith("mocshelf: ")


def test_an_id_that_nothing_belongs_to_is_not_passed_over(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--user", str(uuid.uuid4()), "--data", data)

    assert "Is it right?" in capsys.readouterr().err
