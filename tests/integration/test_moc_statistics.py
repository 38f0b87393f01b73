"""What the MOCs of a user add up to."""

from __future__ import annotations

from typing import Any

from mocshelf.runtime import database
from mocshelf.testing import Client


def add(client: Client, owner: str, title: str, **fields: Any) -> str:
    body = {"type": "moc", "title": title, "author": "Ada", "partsCount": 1, **fields}
    answer = client.post("/api/mocs", as_user=owner, json=body)
    assert answer.status == 201, answer.body
    return str(answer.data["id"])


def test_themes_and_tags_are_counted_and_a_tag_that_is_a_theme_is_not(client: Client, alice: str, bob: str) -> None:
    add(client, alice, "a", theme="Castle", tags=["Night", "castle", "night"])
    add(client, alice, "b", theme="Castle", tags=["night", "moat"])
    add(client, alice, "c", theme="City")
    bought = {"type": "set", "title": "d", "brand": "LEGO", "setNumber": "1", "theme": "City", "tags": ["boxed"]}
    client.post("/api/mocs", as_user=alice, json=bought)
    add(client, bob, "e", theme="Space")

    answer = client.get("/api/mocs/stats/by-category", as_user=alice).json()

    assert [(one["category"], one["count"]) for one in answer["data"]] == [
        ("Castle", 2), ("City", 2), ("night", 2), ("moat", 1),
    ]  # fmt: skip
    assert answer["total"] == 7


def test_only_the_ten_largest_categories_are_shown(client: Client, alice: str) -> None:
    add(client, alice, "a", tags=[f"tag {number:02}" for number in range(12)])

    answer = client.get("/api/mocs/stats/by-category", as_user=alice).json()

    assert [one["category"] for one in answer["data"]] == [f"tag {number:02}" for number in range(10)]
    assert answer["total"] == 10


def test_additions_are_counted_by_month_and_theme_for_a_year(client: Client, alice: str) -> None:
    created = [("a", "Castle", 0), ("b", None, 0), ("c", "Castle", 11), ("d", "Castle", 12)]
    for title, theme, months in created:
        moc = add(client, alice, title, theme=theme)
        with database.transaction() as conn:
            database.execute(
                conn,
                """
                update moc_instructions
                   set created_at = date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'
                                    - make_interval(months => %(months)s)
                 where id = %(id)s
                """,
                {"months": months, "id": moc},
            )

    answer = client.get("/api/mocs/stats/uploads-over-time", as_user=alice).json()

    assert [(one["category"], one["count"]) for one in answer["data"]] == [
        ("Castle", 1),
        ("Castle", 1),
        ("Unknown", 1),
    ]
    assert answer["data"][0]["date"] < answer["data"][1]["date"] == answer["data"][2]["date"]
    assert answer["total"] == 3


def test_someone_without_mocs_has_no_figures(client: Client, alice: str) -> None:
    for path in ("by-category", "uploads-over-time"):
        answer = client.get(f"/api/mocs/stats/{path}", as_user=alice)

        assert answer.json() == {"success": True, "data": [], "total": 0}
