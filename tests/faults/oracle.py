"""The oracle: all that one user was acknowledged, and nothing else, beside what is shown and what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from faults.client import Client

Rows = Callable[..., list[tuple[Any, ...]]]
Content = dict[str, tuple[str, ...]]  # what is known of each thing, by its id


class Ticked(NamedTuple):
    """A parts list and how many of its pieces are there; `line` is its only one."""

    moc: str
    line: str
    acquired: int


@dataclass
class Library:
    """Acknowledged writes by id: titles of MOCs and albums, (title, order) of wishes, (title, album) of images."""

    mocs: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, tuple[str, str]] = field(default_factory=dict)
    albums: dict[str, str] = field(default_factory=dict)
    images: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    lists: dict[str, Ticked] = field(default_factory=dict)

    def forget_moc(self, moc: str) -> None:
        del self.mocs[moc]
        self.lists = {one: ticked for one, ticked in self.lists.items() if ticked.moc != moc}

    def forget_album(self, album: str) -> None:
        """An album's images stay, in no album."""
        del self.albums[album]
        self.images = {one: (title, None if held == album else held) for one, (title, held) in self.images.items()}

    def wishes_in_order(self) -> list[tuple[str, str]]:
        """(id, title) in the order that the user gave them."""
        order = sorted(self.wishes, key=lambda one: (self.wishes[one][1].encode(), one))
        return [(one, self.wishes[one][0]) for one in order]

    def content(self) -> dict[str, Content]:
        """Everything by kind, in one form for both comparisons."""
        return {
            "moc": {one: (title,) for one, title in self.mocs.items()},
            "wish": {one: (title, order) for one, (title, order) in self.wishes.items()},
            "album": {one: (title,) for one, title in self.albums.items()},
            "image": {one: (title, str(album)) for one, (title, album) in self.images.items()},
            "parts list": {one: (ticked.moc, str(ticked.acquired)) for one, ticked in self.lists.items()},
        }


def shown(client: Client, library: Library) -> dict[str, Content]:
    """What the API shows the user."""
    images = client.listed("/api/images", albumId="all")
    lists: Content = {}
    for moc in {ticked.moc for ticked in library.lists.values()}:
        for one in client.listed(f"/api/mocs/{moc}/parts-lists"):
            lists[one["id"]] = (moc, str(one["acquiredPartsCount"]))
    return {
        "moc": {one["id"]: (one["title"],) for one in client.listed("/api/mocs")},
        "wish": {one["id"]: (one["title"], one["sortOrder"]) for one in client.listed("/api/wishlist")},
        "album": {one["id"]: (one["title"],) for one in client.listed("/api/albums")},
        "image": {one["id"]: (one["title"], str(one["albumId"])) for one in images},
        "parts list": lists,
    }


def stored(rows: Rows, user_id: str) -> dict[str, Content]:
    """What PostgreSQL holds of the user; ticked pieces are counted from the lines themselves."""
    statements = {
        "moc": "select id::text, title from moc_instructions where user_id = %s",
        "wish": "select id::text, title, sort_order from wishlist_items where user_id = %s",
        "album": "select id::text, title from gallery_albums where user_id = %s",
        "image": "select id::text, title, coalesce(album_id::text, 'None') from gallery_images where user_id = %s",
        "parts list": """
            select l.id::text, l.moc_id::text, coalesce(sum(p.acquired_quantity), 0)::text
              from moc_parts_lists l left join moc_parts p on p.parts_list_id = l.id
             where l.user_id = %s group by l.id""",
    }
    return {kind: {row[0]: tuple(row[1:]) for row in rows(sql, user_id)} for kind, sql in statements.items()}


def differences(promised: dict[str, Content], found: dict[str, Content], where: str) -> list[str]:
    """Acknowledged and not there, or there and not acknowledged, in words."""
    return [
        f"{where}: {kind} {one} is {found[kind].get(one)}, promised {content.get(one)}"
        for kind, content in promised.items()
        for one in sorted(content.keys() | found[kind].keys())
        if content.get(one) != found[kind].get(one)
    ]
