"""Profiles over HTTP: read, rename, set and remove the avatar."""

from __future__ import annotations

from functools import partial

from file_validator.rules import AVATAR
from mocshelf.intake import objects
from mocshelf.intake.direct import one_picture
from mocshelf.intake.objects import NewObject
from mocshelf.profiles import service, store
from mocshelf.profiles.schemas import Profile, ProfileUpdate, UserId
from mocshelf.runtime import users
from mocshelf.runtime.answers import Answer, NoContent
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, after_commit
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.routes import Routes
from mocshelf.runtime.users import User

routes = Routes()


@routes.get("/api/users/{user_id}")
def read_profile(conn: Connection, caller: Caller, user_id: UserId) -> Answer[Profile]:
    """Who the user is, and how much there is of everything; the id may be `me`."""
    user, row = service.read(conn, service.own(caller.user_id, user_id))
    return Answer(service.profile(user, row), service.tag(user, row))


@routes.patch("/api/users/{user_id}")
def rename(caller: Caller, user_id: UserId, body: ProfileUpdate, if_match: IfMatch) -> Answer[Profile]:
    """Changes the name."""
    user, row = service.rename(service.own(caller.user_id, user_id), body.name, if_match)
    return Answer(service.profile(user, row), service.tag(user, row))


def take_avatar(caller: Caller, user_id: UserId, body: Multipart) -> tuple[User, NewObject]:
    """The picture, drawn anew and promised before the transaction, and whose it will be."""
    owner = service.own(caller.user_id, user_id)
    avatar = one_picture(body, AVATAR, partial(service.new_avatar, owner))
    user = users.read(owner)
    objects.write([avatar])
    return user, avatar


@routes.post("/api/users/{user_id}/avatar", prepare=take_avatar)
def set_avatar(
    conn: Connection, caller: Caller, user_id: UserId, prepared: tuple[User, NewObject]
) -> Answer[Profile]:
    """Replaces the picture by the one that is sent, cut to a square."""
    user, avatar = prepared
    outbox_row = service.set_avatar(conn, service.own(caller.user_id, user_id), avatar)
    after_commit(partial(service.follow_picture, outbox_row))
    row = store.read_profile(conn, user.user_id)
    return Answer(service.profile(user, row), service.tag(user, row))


@routes.delete("/api/users/{user_id}/avatar")
def remove_avatar(conn: Connection, caller: Caller, user_id: UserId) -> NoContent:
    """Removes the picture, if there is one."""
    outbox_row = service.remove_avatar(conn, service.own(caller.user_id, user_id))
    if outbox_row is not None:
        after_commit(partial(service.follow_picture, outbox_row))
    return NoContent()
