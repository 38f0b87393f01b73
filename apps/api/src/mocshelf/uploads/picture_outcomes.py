"""Pictures outside MOCs: gallery images, the image of a wishlist item, the avatar."""

from __future__ import annotations

from uuid import UUID

from mocshelf.gallery import service as gallery
from mocshelf.intake.objects import NewObject
from mocshelf.intake.verdicts import Rejection
from mocshelf.profiles import service as profiles
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import NotFound
from mocshelf.uploads.outcome import Made, Settled
from mocshelf.wishlist import service as wishlist


class ImageOutcome:
    """A new gallery image, in the session's album if that is still there."""

    def __init__(self, claimed: Row, data: bytes) -> None:
        self._claimed = claimed
        self._album_id = None if claimed["album_id"] is None else UUID(claimed["album_id"])
        self._image = gallery.new_image(claimed["user_id"], data, claimed["name"])

    def objects(self) -> list[NewObject]:
        return self._image.objects()

    def hold(self, conn: Connection) -> None:
        """An album that went meanwhile leaves its images outside any album, and so this one."""
        try:
            if self._album_id is not None:
                gallery.held_album(conn, self._claimed["user_id"], self._album_id)
        except NotFound:
            self._album_id = None

    def settle(self, conn: Connection) -> Settled:
        claimed = self._claimed
        row = gallery.add_image(
            conn,
            claimed["user_id"],
            image=self._image,
            title=claimed["title"] or claimed["name"].rpartition(".")[0][:200] or claimed["name"][:200],
            description=claimed["description"],
            tags=claimed["tags"],
            album_id=self._album_id,
        )
        return Settled(Made("image", row["id"]))


class WishlistOutcome:
    """The image of a wishlist item, in the place of the one before."""

    def __init__(self, claimed: Row, data: bytes) -> None:
        self._owner: str = claimed["user_id"]
        self._item_id = UUID(claimed["item_id"])
        self._picture = wishlist.new_picture(self._owner, self._item_id, data, claimed["name"])

    def objects(self) -> list[NewObject]:
        return [self._picture.object]

    def hold(self, conn: Connection) -> None:
        try:
            wishlist.held(conn, self._owner, self._item_id)
        except NotFound:
            raise Rejection("TARGET_GONE", "The wishlist item was deleted before the image was ready.") from None

    def settle(self, conn: Connection) -> Settled:
        row = wishlist.set_image(conn, self._owner, self._item_id, self._picture)
        return Settled(Made("wishlist-item", row["id"]))


class AvatarOutcome:
    """The user's avatar, in the place of the one before."""

    def __init__(self, claimed: Row, data: bytes) -> None:
        self._owner: str = claimed["user_id"]
        self._avatar = profiles.new_avatar(self._owner, data, claimed["name"])

    def objects(self) -> list[NewObject]:
        return [self._avatar]

    def hold(self, conn: Connection) -> None:
        """Nothing to hold: a user cannot be deleted here."""

    def settle(self, conn: Connection) -> Settled:
        # Only the profiles function may tell Cognito; its schedule finds the outbox row that this leaves.
        profiles.set_avatar(conn, self._owner, self._avatar)
        return Settled(Made("user", self._owner))
