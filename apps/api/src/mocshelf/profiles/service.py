"""The rules of profiles: whose they are, what they show, how an avatar changes and Cognito follows it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from file_validator.rules import AVATAR as RULE
from mocshelf.intake import objects
from mocshelf.intake.objects import NewObject
from mocshelf.intake.pictures import checked_square
from mocshelf.profiles import store
from mocshelf.profiles.schemas import ME, Profile, Stats
from mocshelf.runtime import cache, database, outbox, telemetry, users
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.counting import count_file
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Forbidden, NotFound, Unavailable
from mocshelf.runtime.imaging import AVATAR_SIDE
from mocshelf.runtime.schemas import UrlRule
from mocshelf.runtime.storage import NO_CACHE, bucket
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import queue_deletions
from mocshelf.runtime.users import User

CACHED_SECONDS = 600


def own(caller: str, user_id: str) -> str:
    """The caller's own id, which is the only one a path may name."""
    if user_id not in (ME, caller):
        raise Forbidden("This profile is someone else's.")
    return caller


def profile(user: User, row: Row) -> Profile:
    """The profile as its user sees it; `row` is the store's."""
    stats = Stats(mocs=row["mocs"], images=row["images"], wishlist_items=row["wishlist_items"])
    return Profile(
        id=user.user_id, email=user.email, name=user.name, avatar_url=_avatar_address(user, row), stats=stats
    )


def tag(user: User, row: Row) -> str:
    """The profile's version: a hash of name and picture.

    Of an avatar of ours key and version are taken, because its signed address changes by itself.
    """
    picture = [row["object_key"], row["version"]] if row["object_key"] else [_foreign_picture(user)]
    return hashlib.sha256(json.dumps([user.name, *picture]).encode()).hexdigest()[:32]


def read(conn: Connection, owner: str) -> tuple[User, Row]:
    """The user and the store's row; NotFound and Unavailable as Cognito says."""
    found = cache.kept(owner, "profile", "me", CACHED_SECONDS, lambda: _read(conn, owner))
    return User(**found["user"]), found["row"]


def rename(owner: str, name: str, if_match: IfMatch) -> tuple[User, Row]:
    """Sets the name, which is in Cognito alone, and gives the profile as it then is."""
    found = database.run(lambda conn: _read(conn, owner), read_only=True)
    user, row = User(**found["user"]), found["row"]
    if_match.check(tag(user, row))
    users.rename(user, name)
    cache.renew(owner, "profile")
    return replace(user, name=name), row


def new_avatar(owner: str, data: bytes, name: str) -> NewObject:
    """The avatar as it will be stored; Refused when it is not an allowed picture, or damaged."""
    picture = checked_square(data, name, RULE, AVATAR_SIDE)
    return NewObject(_key(owner), picture.data, "image/webp", NO_CACHE, written_over=True)


def set_avatar(conn: Connection, owner: str, avatar: NewObject) -> int:
    """Makes a picture that `objects.write` has promised the user's avatar. Returns the outbox row to follow."""
    row = store.put_avatar(conn, owner, avatar.key)
    objects.write_over(conn, avatar, in_use=not row["fresh"])
    count_file(picture=True)
    return outbox.record(conn, "user", owner, user_id=owner, version=row["version"], topic="picture")


def remove_avatar(conn: Connection, owner: str) -> int | None:
    """Drops the avatar and has its object deleted. Returns the outbox row to follow, None when there was none."""
    row = store.delete_avatar(conn, owner)
    if row is None:
        return None
    queue_deletions(conn, [row["object_key"]])
    return outbox.record_deletion(conn, "user", owner, user_id=owner, version=row["version"], topic="picture")


def follow_picture(row_id: int) -> None:
    """Makes Cognito's `picture` of the row's user what the avatar now is; harmless to repeat.

    Unavailable when Cognito does not answer; the row then waits for `follow_all`.
    """
    database.run(lambda conn: _follow(conn, row_id))


def follow_all(limit: int) -> int:
    """Follows up to `limit` rows that were not followed in time; returns for how many that worked."""
    rows = database.run(lambda conn: store.due_pictures(conn, limit))
    for done, row_id in enumerate(rows):
        try:
            follow_picture(row_id)
        except Unavailable as problem:
            # The others would not fare better, and all of them come again.
            telemetry.warning("pictures.postponed", problem)
            return done
    return len(rows)


def _read(conn: Connection, owner: str) -> dict[str, Any]:
    return {"user": asdict(users.read(owner)), "row": store.read_profile(conn, owner)}


def _follow(conn: Connection, row_id: int) -> None:
    """The rows stay held while Cognito is written, so that an earlier state never arrives there after a later one.

    Whoever changes an avatar only adds rows, and so never waits here.
    """
    waiting = store.hold_waiting(conn, row_id)
    if not waiting:
        return
    owner = waiting[0]["user_id"]
    avatar = store.read_avatar(conn, owner)
    try:
        user = users.read(owner)
        address = None if avatar is None else _plain_address(avatar["object_key"])
        # Without an avatar only an address of ours is cleared: one from elsewhere is not ours to take away.
        if user.picture != address and (address or _foreign_picture(user) is None):
            users.set_picture(user, address)
    except NotFound:
        # Nobody is left to follow.
        telemetry.logger.info("picture.nobody", extra={"outbox": row_id})
    handled = max(row["version"] for row in waiting) if avatar is None else avatar["version"]
    store.delete_waiting(conn, owner, handled)
    # Whoever changed the avatar may have died before it renewed this.
    cache.renew_after_commit(owner, "profile")


def _key(owner: str) -> str:
    return f"avatars/{owner}/avatar.webp"


def _avatar_address(user: User, row: Row) -> str | None:
    if row["object_key"] is not None:
        return storage.address(row["object_key"])
    return _foreign_picture(user)


def _foreign_picture(user: User) -> str | None:
    """The address of a picture from elsewhere.

    Ours is none: it stays in Cognito for a while after its avatar was deleted. Users can write the attribute
    themselves, so anything that is no web address is none either.
    """
    picture = user.picture
    if picture is None or picture == _plain_address(_key(user.user_id)):
        return None
    try:
        return UrlRule().check(picture)
    except ValueError:
        return None


def _plain_address(key: str) -> str:
    """Where the object is, without the signature that reading it takes."""
    from urllib.parse import quote

    from upload.signing import bucket_url

    place = bucket()
    return bucket_url(place.name, region=place.region, endpoint=place.endpoint) + quote(key)
