"""Somebody who makes the requests of the mix through the real handlers, on a shelf that is filled as people do."""

from __future__ import annotations

import importlib
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from capacity.mix import KINDS
from mocshelf import manifest
from mocshelf.testing import Client, Reply

OWNED = 20  # MOCs, wishlist items; and two images, which are the same picture
PHOTO = (4000, 3000)  # pixels
ROWS = 400  # lines of a parts list
WORDS = ("castle", "castel", "harbor crane", "tiny windmill", "lighthouse", "2 x 4")
FIRST = ("Medieval", "Tiny", "Modular", "Haunted", "Royal")
SECOND = ("castle", "lighthouse", "windmill", "harbor crane", "train station", "dragon")


@dataclass
class Person:
    """Somebody with a shelf, and what is on it."""

    user: str
    mocs: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    """Makes the requests of the mix, for anybody."""

    client: Client
    chance: random.Random
    photo: bytes
    made: int = 0

    def arrive(self) -> Person:
        """A new person, with a shelf that is filled as a person would fill it."""
        person = Person(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)))
        for _ in range(OWNED):
            person.mocs.append(self._created(self._create(person)))
            item = {"title": f"Set {self._number()}", "category": "Castle"}
            person.items.append(self._created(self.client.post("/api/wishlist", as_user=person.user, json=item)))
        for _ in range(2):
            person.images.append(self._created(self._picture(person, _small())))
        return person

    def request(self, kind: str, person: Person) -> Any:
        """The request as something to call."""
        user, chance, client = person.user, self.chance, self.client
        moc, image, word = chance.choice(person.mocs), chance.choice(person.images), chance.choice(WORDS)
        order = [{"id": one, "sortOrder": f"{self._number():08}"} for one in chance.sample(person.items, 5)]
        change = {"description": f"Change {self._number()}. " + "A keep with a moat. " * 8}
        file = {"name": "photo.jpg", "size": len(self.photo), "contentType": "image/jpeg"}
        number = self._number()
        opened = {"purpose": "gallery-image", "files": [file]}
        return {
            "list of MOCs": lambda: client.get("/api/mocs", as_user=user),
            "gallery": lambda: client.get("/api/images", as_user=user),
            "wishlist": lambda: client.get("/api/wishlist", as_user=user),
            "one MOC": lambda: client.get(f"/api/mocs/{moc}", as_user=user),
            "one image": lambda: client.get(f"/api/images/{image}", as_user=user),
            "search": lambda: client.get("/api/mocs/search", as_user=user, params={"search": word}),
            "change a MOC": lambda: client.patch(f"/api/mocs/{moc}", as_user=user, json=change),
            "reorder the wishlist": lambda: client.post("/api/wishlist/reorder", as_user=user, json={"items": order}),
            "create a MOC": lambda: self._create(person),
            "declare an upload": lambda: client.post("/api/uploads", as_user=user, json=opened),
            "send a parts list": lambda: client.post(
                f"/api/mocs/{moc}/upload-parts-list",
                as_user=user,
                files=[("file", f"list-{number}.csv", "text/csv", _parts())],
            ),
            "send a picture": lambda: self._picture(person, self.photo),
        }[kind]

    def check(self, kind: str, answer: Reply) -> None:
        """A refused request is no measure of one that works."""
        if answer.status not in (200, 201):
            raise RuntimeError(f"“{kind}” was answered {answer.status}: {answer.body[:300]!r}")

    def _create(self, person: Person) -> Reply:
        number = self._number()
        title = f"{FIRST[number % 5]} {SECOND[number % 6]} {number}"
        body = {"type": "moc", "title": title, "author": "Ada", "partsCount": number, "theme": "Castle"}
        body |= {"tags": ["keep", "moat"], "description": "A keep with a moat. " * 10}
        return self.client.post(
            "/api/mocs", as_user=person.user, json=body, headers={"idempotency-key": str(uuid.uuid4())}
        )

    def _picture(self, person: Person, data: bytes) -> Reply:
        files = [("file", "photo.jpg", "image/jpeg", data)]
        fields = {"title": f"Picture {self._number()}"}
        return self.client.post("/api/images", as_user=person.user, files=files, fields=fields)

    def _created(self, answer: Reply) -> str:
        self.check("filling the shelves", answer)
        return str(answer.data["id"])

    def _number(self) -> int:
        self.made += 1
        return self.made


def front_door() -> Client:
    functions = {kind.function for kind in KINDS.values()}
    handlers = {name: importlib.import_module(f"mocshelf.functions.{name}").handler for name in functions}
    tables = {}
    for name in functions:
        module, _, attribute = str(manifest.function(name).routes).partition(":")
        tables[name] = getattr(importlib.import_module(module), attribute).keys()
    return Client(handlers, tables)


def photo(width: int = PHOTO[0], height: int = PHOTO[1]) -> bytes:
    """Slopes and grain: about as many bytes as a phone's photo of that size."""
    import pyvips

    x, y = pyvips.Image.xyz(width, height).bandsplit()
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=4, seed=7)
    bands = [x / 40 + grain, y / 30 + grain, (x * 3 - y) % 200 + grain]
    image = bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(Q=80))


def _small() -> bytes:
    return photo(320, 240)


def _parts() -> bytes:
    rows = (f"{3000 + number // 7}b,{number % 7},{1 + number % 9},False" for number in range(ROWS))
    return "\n".join(["Part,Color,Quantity,Is Spare", *rows, ""]).encode()
