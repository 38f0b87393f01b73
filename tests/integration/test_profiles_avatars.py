"""A user's avatar: set, replaced, removed, and followed by Cognito's picture."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from integration.people import People, ada, no_cognito, people
from integration.pictures import HOSTILE, change, deletions, rows, send_picture, size_of
from integration.uploading import fetch, png
from mocshelf.intake import objects
from mocshelf.profiles import service
from mocshelf.runtime import database, users
from mocshelf.runtime.errors import Conflict
from mocshelf.runtime.resources import resources
from mocshelf.testing import Client, Reply

__all__ = ["ada", "no_cognito", "people"]

PATH = "/api/users/me/avatar"
ELSEWHERE = "https://pictures.example.com/ada.jpg"


@pytest.fixture
def key(ada: str) -> str:
    return f"avatars/{ada}/avatar.webp"


@pytest.fixture
def send(client: Client, ada: str) -> Callable[..., Reply]:
    return lambda data, name="a.png", **call: send_picture(client, PATH, ada, data, name, **call)


@pytest.fixture
def profile(client: Client, ada: str) -> Callable[[], Reply]:
    return lambda: client.get("/api/users/me", as_user=ada)


@pytest.fixture
def sweep(handlers: dict[str, Callable[[Any, Any], Any]]) -> Callable[[], Any]:
    return lambda: handlers["sweep"]({}, None)


def waiting(user_id: str) -> list[int]:
    found = rows(
        "select id from outbox where topic = 'picture' and entity = 'user' and entity_id = %(id)s order by id",
        id=user_id,
    )
    return [row["id"] for row in found]


def make_due() -> None:
    change("update outbox set available_at = now() where topic = 'picture'")


def test_an_avatar_is_the_centre_square_and_cognito_knows_its_place(
    people: People, send: Any, profile: Any, ada: str, key: str
) -> None:
    answer = send(png(400, 100))

    url = answer.data["avatarUrl"]
    _, _, headers = fetch(url)
    assert (answer.status, answer.data, answer.headers["etag"]) == (
        200, profile().data, profile().headers["etag"],
    )  # fmt: skip
    assert size_of(url) == (256, 256)
    assert (headers["content-type"], headers["cache-control"]) == ("image/webp", "private, no-cache")
    assert people.attributes(ada)["picture"] == url.partition("?")[0]
    assert url.partition("?")[0].endswith(key)
    assert waiting(ada) == []
    assert deletions(key) == []


def test_each_new_avatar_has_a_new_tag_at_the_same_key(send: Any, profile: Any, ada: str, sweep: Any) -> None:
    before = profile().headers["etag"]

    first, second = send(png(8, 8)), send(png(9, 9))
    sweep()

    tags = {before, first.headers["etag"], second.headers["etag"]}
    assert len(tags) == 3
    assert first.data["avatarUrl"].partition("?")[0] == second.data["avatarUrl"].partition("?")[0]
    assert size_of(profile().data["avatarUrl"]) == (256, 256)


def test_a_removed_avatar_is_gone_everywhere_and_its_tag_never_comes_back(
    client: Client, people: People, send: Any, profile: Any, ada: str, key: str, sweep: Any
) -> None:
    first = send(png())
    bare = client.delete(PATH, as_user=ada)
    without = profile()
    sweep()
    picture = people.attributes(ada).get("picture", "")

    again = send(png())

    assert (bare.status, without.data["avatarUrl"], picture) == (204, None, "")
    assert fetch(first.data["avatarUrl"])[0] == 200
    assert len({first.headers["etag"], without.headers["etag"], again.headers["etag"]}) == 3
    assert waiting(ada) == []


def test_the_sweep_deletes_a_removed_avatar(
    client: Client, send: Any, ada: str, key: str, s3: Any, stack: Any, sweep: Any
) -> None:
    send(png())

    client.delete(PATH, as_user=ada)
    due = deletions(key)
    sweep()

    assert due == [True]
    assert "Contents" not in s3.list_objects_v2(Bucket=stack.endpoints.bucket, Prefix=key)


def test_a_new_avatar_takes_a_pending_deletion_back(
    client: Client, send: Any, profile: Any, ada: str, key: str, sweep: Any
) -> None:
    send(png())
    client.delete(PATH, as_user=ada)

    send(png(9, 9))
    sweep()

    assert deletions(key) == []
    assert size_of(profile().data["avatarUrl"]) == (256, 256)


def test_an_avatar_removed_while_a_new_one_is_made_does_not_delete_the_new_one(
    client: Client, send: Any, profile: Any, ada: str, sweep: Any
) -> None:
    send(png())
    avatar = service.new_avatar(ada, png(9, 9), "a.png")
    objects.write([avatar])
    client.delete(PATH, as_user=ada)

    database.run(lambda conn: service.set_avatar(conn, ada, avatar))
    sweep()

    assert size_of(profile().data["avatarUrl"]) == (256, 256)


def test_an_avatar_whose_promise_the_sweep_has_kept_is_not_set(
    client: Client, send: Any, profile: Any, ada: str, sweep: Any
) -> None:
    send(png())
    avatar = service.new_avatar(ada, png(9, 9), "a.png")
    objects.write([avatar])
    client.delete(PATH, as_user=ada)
    sweep()

    with pytest.raises(Conflict):
        database.run(lambda conn: service.set_avatar(conn, ada, avatar))

    assert profile().data["avatarUrl"] is None


def test_removing_no_avatar_is_fine(client: Client, ada: str) -> None:
    answers = [client.delete(path, as_user=ada) for path in (PATH, f"/api/users/{ada}/avatar")]

    assert [answer.status for answer in answers] == [204, 204]
    assert waiting(ada) == []


@pytest.mark.parametrize(("name", "data", "status", "code"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_refused_picture_leaves_the_avatar_before(
    send: Any, profile: Any, key: str, name: str, data: bytes, status: int, code: str
) -> None:
    before = send(png(20, 20))
    bytes_before = fetch(before.data["avatarUrl"])[1]

    answer = send(data, name)

    assert (answer.status, answer.error["code"]) == (status, code)
    assert profile().headers["etag"] == before.headers["etag"]
    assert fetch(profile().data["avatarUrl"])[1] == bytes_before
    assert deletions(key) == []


def test_an_avatar_has_its_own_types_and_limit(client: Client, send: Any, ada: str) -> None:
    files = [(f"file{n}", "a.png", "image/png", png()) for n in range(2)]

    answers = [
        client.post(PATH, as_user=ada, files=files),
        client.post(PATH, as_user=ada, fields={"a": "b"}),
        client.post(PATH, as_user=ada, json={}),
        send(png(), "a.heic"),
        send(png() + b"\x00" * 2_097_152),
    ]

    assert [answer.status for answer in answers] == [400, 400, 415, 400, 413]


def test_a_picture_from_elsewhere_is_kept_until_there_is_an_avatar(
    client: Client, people: People, send: Any, profile: Any, ada: str
) -> None:
    people.set(ada, picture=ELSEWHERE)
    foreign = profile().data["avatarUrl"]
    client.delete(PATH, as_user=ada)
    kept = profile().data["avatarUrl"]

    own = send(png()).data["avatarUrl"]

    assert (foreign, kept, people.attributes(ada)["picture"]) == (ELSEWHERE, ELSEWHERE, own.partition("?")[0])


@pytest.mark.parametrize("picture", ["javascript:alert(1)", "data:image/png;base64,AAAA", "ada.jpg"])
def test_a_picture_that_is_no_web_address_is_not_shown(people: People, profile: Any, ada: str, picture: str) -> None:
    people.set(ada, picture=picture)

    assert profile().data["avatarUrl"] is None


def test_without_cognito_no_avatar_is_set(send: Any, ada: str, key: str, no_cognito: None) -> None:
    answer = send(png())

    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert rows("select 1 from avatars where user_id = %(id)s", id=ada) == []
    assert waiting(ada) == []


def test_an_avatar_is_removed_without_cognito_which_follows_later(
    client: Client, people: People, send: Any, profile: Any, ada: str, request: pytest.FixtureRequest
) -> None:
    send(png())
    # Only now, because the avatar could not have been set without it.
    request.getfixturevalue("no_cognito")
    answer = client.delete(PATH, as_user=ada)
    request.getfixturevalue("monkeypatch").undo()
    stale, shown = people.attributes(ada)["picture"], profile().data["avatarUrl"]

    make_due()
    followed = service.follow_all(100)

    assert (answer.status, shown) == (204, None)
    assert stale.endswith("avatar.webp")
    assert followed >= 1
    assert people.attributes(ada).get("picture", "") == ""
    assert waiting(ada) == []


def test_rows_stay_while_cognito_is_away(ada: str, no_cognito: None) -> None:
    avatar = service.new_avatar(ada, png(), "a.png")
    objects.write([avatar])
    row = database.run(lambda conn: service.set_avatar(conn, ada, avatar))

    make_due()
    followed = service.follow_all(100)

    assert followed == 0
    assert waiting(ada) == [row]
    # They are moved on, so that the next run does not meet them at once.
    assert service.follow_all(100) == 0


def test_following_an_old_row_brings_the_present_state_and_ends_every_row_up_to_it(
    people: People, ada: str, profile: Any
) -> None:
    avatar = service.new_avatar(ada, png(), "a.png")
    objects.write([avatar])
    first = database.run(lambda conn: service.set_avatar(conn, ada, avatar))
    database.run(lambda conn: service.remove_avatar(conn, ada))
    objects.write([avatar])
    database.run(lambda conn: service.set_avatar(conn, ada, avatar))
    before = waiting(ada)

    service.follow_picture(first)
    service.follow_picture(first)

    assert len(before) == 3
    assert waiting(ada) == []
    assert people.attributes(ada)["picture"] == profile().data["avatarUrl"].partition("?")[0]


def test_a_row_of_someone_who_has_left_the_pool_is_done(people: People) -> None:
    user = people.add(name="Bob")
    avatar = service.new_avatar(user, png(), "a.png")
    objects.write([avatar])
    row = database.run(lambda conn: service.set_avatar(conn, user, avatar))
    people.remove(user)

    service.follow_picture(row)

    assert waiting(user) == []


def test_an_earlier_state_never_arrives_in_cognito_after_a_later_one(
    people: People, ada: str, stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    avatar = service.new_avatar(ada, png(), "a.png")
    objects.write([avatar])
    first = database.run(lambda conn: service.set_avatar(conn, ada, avatar))
    arrived, go_on = threading.Event(), threading.Event()
    set_picture = users.set_picture

    def slow(user: users.User, address: str | None) -> None:
        if address is not None:
            arrived.set()
            go_on.wait(5)
        set_picture(user, address)

    def follow_beside() -> None:
        conn = database.connect(resources.database)
        service._follow(conn, first)
        conn.commit()
        conn.close()

    # Only a call that is held up on its way shows what overtaking would do.
    monkeypatch.setattr(users, "set_picture", slow)
    beside = threading.Thread(target=follow_beside)
    beside.start()
    arrived.wait(5)
    removed = database.run(lambda conn: service.remove_avatar(conn, ada))
    threading.Timer(0.3, go_on.set).start()
    assert removed is not None
    service.follow_picture(removed)
    beside.join()

    assert people.attributes(ada)["picture"] == ""
    assert waiting(ada) == []
