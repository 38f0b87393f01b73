"""The auditor: what does not agree is found, mended once, and found no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from integration.pictures import change
from integration.uploading import PDF, Sender, png
from mocshelf.indexing.reindexing import reindex
from mocshelf.runtime import search
from mocshelf.testing import Client
from mocshelf_tools.auditing.audit import audit
from mocshelf_tools.auditing.findings import Finding, Report, Scope
from mocshelf_tools.auditing.places import linked
from mocshelf_tools.commands.audit import described
from mocshelf_tools.stack.stack import Stack

pytest_plugins = ["integration.search_fixtures"]

Audit = Callable[..., list[Finding]]


@pytest.fixture
def look(stack: Stack, client: Client, alice: str) -> Audit:
    """Audits Alice's things."""

    def run(*, repair: bool = False, deep: bool = False) -> list[Finding]:
        return report(alice, repair=repair, deep=deep).findings

    return run


def report(owner: str | None, **options: Any) -> Report:
    return audit(Scope(linked(), owner=owner, deep=options.pop("deep", False)), **options)


@pytest.fixture
def image(client: Client, alice: str) -> dict[str, str]:
    """An image of Alice's: its id and object keys."""
    made = client.post(
        "/api/images", files=[("file", "a.png", "image/png", png(600, 400))], fields={"title": "Tower"}, as_user=alice
    ).json()["data"]["id"]
    return {
        "id": made,
        "image": f"images/{alice}/{made}.webp",
        "thumbnail": f"images/{alice}/thumbnails/{made}.webp",
    }


@pytest.fixture
def bucket(stack: Stack) -> str:
    return stack.endpoints.bucket


def kinds(findings: list[Finding]) -> list[str]:
    return sorted(one.kind for one in findings)


def test_a_clean_library_has_no_findings(
    look: Audit, sender: Sender, client: Client, image: dict[str, str], alice: str
) -> None:
    moc = sender.moc(alice)
    client.post(
        f"/api/mocs/{moc}/parts-lists",
        json={"title": "All", "parts": [{"partNumber": "3001", "quantity": 4}]},
        as_user=alice,
    )

    assert look(deep=True) == []


def test_a_missing_thumbnail_is_drawn_anew(look: Audit, image: dict[str, str], s3: Any, bucket: str) -> None:
    s3.delete_object(Bucket=bucket, Key=image["thumbnail"])

    before = look()
    mended = look(repair=True)
    after = look(deep=True)

    assert [(one.kind, one.what, one.mendable) for one in before] == [("missing", image["thumbnail"], True)]
    assert [one.mended for one in mended] == [True]
    assert after == []


def test_a_missing_image_is_named_and_cannot_be_mended(
    look: Audit, image: dict[str, str], s3: Any, bucket: str, alice: str
) -> None:
    s3.delete_object(Bucket=bucket, Key=image["image"])

    (found,) = look(repair=True)

    assert (found.kind, found.mendable, found.mended) == ("missing", False, False)
    assert image["id"] in found.text
    assert found.owner == alice
    assert "backup" in found.advice


def test_an_orphan_is_queued_for_the_sweep_and_never_deleted_at_once(
    look: Audit, s3: Any, bucket: str, alice: str, handlers: dict[str, Any]
) -> None:
    key = f"mocs/{alice}/nothing/orphan.pdf"
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")

    found = look(repair=True)
    still_there = s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"]
    again = look(repair=True)
    handlers["sweep"]({}, None)

    assert kinds(found) == ["orphaned"]
    assert still_there == 1
    assert again == []
    assert s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"] == 0


def test_bytes_that_changed_are_seen_when_every_byte_is_read(
    look: Audit, sender: Sender, client: Client, s3: Any, bucket: str, alice: str
) -> None:
    moc = sender.moc(alice)
    one = ("file", "a.pdf", "application/pdf", PDF)
    client.post(f"/api/mocs/{moc}/files", files=[one], fields={"fileType": "instruction"}, as_user=alice)
    key = s3.list_objects_v2(Bucket=bucket, Prefix=f"mocs/{alice}/")["Contents"][0]["Key"]
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=PDF[:-1] + b"X",
        ContentType="application/pdf",
        CacheControl="private, max-age=31536000, immutable",
        ChecksumAlgorithm="SHA256",
    )

    found = look(deep=True)

    assert len(found) == 1
    assert found[0].kind in ("wrong-hash", "damaged")
    assert not found[0].mendable


def test_wrong_headers_are_written_right(look: Audit, image: dict[str, str], s3: Any, bucket: str) -> None:
    data = s3.get_object(Bucket=bucket, Key=image["image"])["Body"].read()
    s3.put_object(Bucket=bucket, Key=image["image"], Body=data, ContentType="text/html", ChecksumAlgorithm="SHA256")

    before = look(repair=True)
    head = s3.head_object(Bucket=bucket, Key=image["image"])

    assert kinds(before) == ["wrong-headers"]
    assert head["ContentType"] == "image/webp"
    assert look(deep=True) == []


def test_counts_are_counted_again(look: Audit, sender: Sender, client: Client, alice: str) -> None:
    moc = sender.moc(alice)
    made = client.post(
        f"/api/mocs/{moc}/parts-lists",
        json={"title": "All", "parts": [{"partNumber": "3001", "quantity": 4}]},
        as_user=alice,
    ).json()["data"]["id"]
    change("update moc_parts_lists set total_parts_count = 7 where id = %(id)s", id=made)
    change("update moc_instructions set total_piece_count = 9 where id = %(id)s", id=moc)

    before = look(repair=True)
    detail = client.get(f"/api/mocs/{moc}", as_user=alice).json()["data"]

    assert kinds(before) == ["wrong-list", "wrong-moc"]
    assert all(one.mended for one in before)
    assert detail["totalPieceCount"] == detail["partsLists"][0]["totalPartsCount"] == 4
    assert look() == []


def test_a_change_that_was_given_up_is_sent_again(look: Audit, sender: Sender, alice: str) -> None:
    sender.moc(alice)
    change(
        "update outbox set attempts = 10, last_error = '400 odd', created_at = now() - interval '2 hours',"
        " available_at = now() + interval '1 day' where user_id = %(user)s",
        user=alice,
    )

    (found,) = look()
    mended = look(repair=True)

    assert found.kind == "given-up"
    assert "400 odd" in found.text
    assert [one.mended for one in mended] == [True]


def test_documents_that_differ_are_written_or_deleted(look: Audit, engine: str, sender: Sender, alice: str) -> None:
    missing, stale, gone = (sender.moc(alice, title=title) for title in ("Missing", "Stale", "Gone"))
    change("delete from outbox where user_id = %(user)s", user=alice)
    reindex(["moc"])
    late = sender.moc(alice, title="Late")
    change("delete from outbox where user_id = %(user)s", user=alice)
    change("update moc_instructions set title = 'Changed' where id = %(id)s", id=stale)
    change("delete from moc_instructions where id = %(id)s", id=gone)

    everyone = [one for one in report(None).findings if one.what.split(" ")[-1] in (missing, stale, gone, late)]
    for_all = report(None, repair=True)

    assert {one.what: one.kind for one in everyone} == {
        f"moc {late}": "document-missing",
        f"moc {stale}": "document-stale",
        f"moc {gone}": "document-orphaned",
    }
    assert [one for one in for_all.open if one.what.split(" ")[-1] in (stale, gone, late)] == []
    assert search.request("GET", f"/moc_instructions/_doc/{stale}")[1]["_source"]["title"] == "Changed"
    assert look() == []


def test_an_upload_in_progress_is_no_finding(look: Audit, s3: Any, bucket: str, alice: str) -> None:
    key = f"mocs/{alice}/coming/coming.pdf"
    change("insert into object_deletions (object_key, due_at) values (%(key)s, now() + interval '1 hour')", key=key)
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")

    assert look() == []


def test_a_server_that_does_not_answer_is_said_and_the_others_are_looked_at(
    stack: Stack, alice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = linked()
    monkeypatch.setattr(places.s3, "get_paginator", refuse)

    found = audit(Scope(places, owner=alice))

    assert found.code == 2
    assert {check.name for check in found.checks if check.problem} == {"objects"}
    assert "could not look" in "\n".join(described(found, repair=False))


def refuse(*_: object) -> None:
    raise OSError("no route")


def test_the_report_says_what_to_do(look: Audit, image: dict[str, str], s3: Any, bucket: str, alice: str) -> None:
    s3.delete_object(Bucket=bucket, Key=image["thumbnail"])

    text = "\n".join(described(report(alice), repair=False))

    assert image["thumbnail"] in text
    assert "--repair" in text
    assert json.dumps(text)
