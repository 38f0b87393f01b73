"""What a user gets from their profile: who they are, how much they have, and a name they can change."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from integration.people import People, ada, no_cognito, people
from integration.uploading import aws
from mocshelf.testing import Client

__all__ = ["ada", "no_cognito", "people"]


def rename(client: Client, user_id: str, name: object, **call: Any) -> Any:
    return client.patch("/api/users/me", as_user=user_id, json={"name": name}, **call)


def test_a_profile_tells_who_the_caller_is_by_id_and_as_me(client: Client, people: People, ada: str) -> None:
    by_id = client.get(f"/api/users/{ada}", as_user=ada)
    as_me = client.get("/api/users/me", as_user=ada)

    assert (by_id.status, by_id.body, by_id.headers["etag"]) == (200, as_me.body, as_me.headers["etag"])
    assert by_id.data == {
        "id": ada,
        "email": people.attributes(ada)["email"],
        "name": "Ada O’Neill",
        "avatarUrl": None,
        "stats": {"mocs": 0, "images": 0, "wishlistItems": 0},
    }


def test_the_stats_count_the_callers_own(client: Client, people: People, ada: str) -> None:
    for user, count in ((ada, 2), (people.add(), 1)):
        for number in range(count):
            moc = {"type": "moc", "title": f"Castle {number}", "author": "Ada", "partsCount": 1}
            client.post("/api/mocs", as_user=user, json=moc)
            client.post("/api/wishlist", as_user=user, json={"title": "Jazz Club"})
    client.post("/api/wishlist", as_user=ada, json={"title": "Jazz Club"})

    stats = client.get("/api/users/me", as_user=ada).data["stats"]

    assert stats == {"mocs": 2, "images": 0, "wishlistItems": 3}


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"given_name": "Ada", "family_name": "Byron"}, "Ada Byron"),
        ({"family_name": "Byron"}, "Byron"),
        ({"name": "Countess", "given_name": "Ada"}, "Countess"),
        ({"name": " "}, None),
        ({}, None),
    ],
)
def test_without_a_name_given_and_family_name_stand_in(
    client: Client, people: People, attributes: dict[str, str], name: str | None
) -> None:
    user = people.add(**attributes)

    assert client.get("/api/users/me", as_user=user).data["name"] == name


def test_someone_elses_profile_is_forbidden_and_what_is_no_id_is_400(
    client: Client, people: People, ada: str
) -> None:
    other = people.add(name="Bob")
    picture = [("file", "a.png", "image/png", b"x")]

    for user_id, status in ((other, 403), (str(uuid.uuid4()), 403), ("ME", 400), ("bob", 400)):
        path = f"/api/users/{user_id}"
        answers = [
            client.get(path, as_user=ada),
            client.patch(path, as_user=ada, json={"name": "Mine"}),
            client.post(f"{path}/avatar", as_user=ada, files=picture),
            client.delete(f"{path}/avatar", as_user=ada),
        ]
        assert [answer.status for answer in answers] == [status] * 4

    assert people.attributes(other)["name"] == "Bob"


def test_a_malformed_id_is_named_with_what_it_must_be(client: Client, ada: str) -> None:
    answer = client.patch("/api/users/bob", as_user=ada, json={"name": ""})

    assert [detail["field"] for detail in answer.error["details"]] == ["userId", "name"]
    assert answer.error["details"][0]["message"] == "must be a UUID or me"


def test_whoever_is_not_in_the_pool_is_404(client: Client, alice: str) -> None:
    answers = [
        client.get("/api/users/me", as_user=alice),
        rename(client, alice, "Ada"),
    ]

    assert [answer.status for answer in answers] == [404, 404]


def test_the_address_of_another_user_is_no_way_to_their_profile(client: Client, people: People, ada: str) -> None:
    email = people.attributes(ada)["email"]

    answer = client.get("/api/users/me", as_user=email)

    assert answer.status == 404


def test_a_new_name_is_in_cognito_and_in_the_answer(client: Client, people: People, ada: str) -> None:
    before = client.get("/api/users/me", as_user=ada)

    answer = rename(client, ada, "  Ada O'Neill-Çelik Jr. 2 ")

    assert (answer.status, answer.data) == (200, {**before.data, "name": "Ada O'Neill-Çelik Jr. 2"})
    assert people.attributes(ada)["name"] == "Ada O'Neill-Çelik Jr. 2"
    again = client.get("/api/users/me", as_user=ada)
    assert again.headers["etag"] == answer.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": ""}, {"name": "a@b"}, {"name": "Ada", "email": "x"}])
def test_a_name_out_of_its_rules_changes_nothing(
    client: Client, people: People, ada: str, body: dict[str, object]
) -> None:
    answer = client.patch("/api/users/me", as_user=ada, json=body)

    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert people.attributes(ada)["name"] == "Ada O’Neill"


def test_a_name_is_changed_only_under_its_present_tag(client: Client, people: People, ada: str) -> None:
    first = client.get("/api/users/me", as_user=ada).headers["etag"]
    current = rename(client, ada, "Ada Byron", headers={"if-match": first})

    stale = rename(client, ada, "Ada King", headers={"if-match": first})

    assert (current.status, stale.status) == (200, 412)
    assert people.attributes(ada)["name"] == "Ada Byron"


def test_a_tag_comes_back_with_the_name(client: Client, ada: str) -> None:
    first = client.get("/api/users/me", as_user=ada).headers["etag"]
    rename(client, ada, "Ada Byron")

    assert rename(client, ada, "Ada O’Neill").headers["etag"] == first


def test_without_cognito_there_is_no_profile_for_now(client: Client, ada: str, no_cognito: None) -> None:
    answers = [client.get("/api/users/me", as_user=ada), rename(client, ada, "Ada")]

    assert [answer.status for answer in answers] == [503, 503]
    assert all(answer.headers["retry-after"] == "5" for answer in answers)
    assert all(b"127.0.0.1" not in answer.body for answer in answers)


def test_every_token_user_of_the_stack_has_a_profile(client: Client, stack: Any) -> None:
    tokens = aws(stack, "cognito-idp").initiate_auth(
        ClientId=stack.endpoints.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": stack.endpoints.demo_email, "PASSWORD": stack.endpoints.demo_password},
    )["AuthenticationResult"]
    user = aws(stack, "cognito-idp").get_user(AccessToken=tokens["AccessToken"])
    subject = next(one["Value"] for one in user["UserAttributes"] if one["Name"] == "sub")

    answer = client.get("/api/users/me", as_user=subject)

    assert (answer.data["name"], answer.data["email"]) == ("Demo Builder", stack.endpoints.demo_email)
