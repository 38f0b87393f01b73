"""Makes name and picture of a bundle those of a user."""

from __future__ import annotations

from mocshelf.intake import objects
from mocshelf.intake.objects import NewObject
from mocshelf.profiles import service
from mocshelf.runtime import cache, database, users
from mocshelf.runtime.storage import NO_CACHE
from mocshelf.runtime.users import User
from mocshelf_tools.bundle.checking import Checked


def take_over(bundle: Checked, user: User) -> None:
    """Sets what the bundle has; what it lacks stays as it is."""
    if bundle.profile.name and bundle.profile.name != user.name:
        users.rename(user, bundle.profile.name)
        cache.renew(user.user_id, "profile")
    path = bundle.profile.avatar
    if path is None or path in bundle.absent:
        return
    key = f"avatars/{user.user_id}/avatar.webp"
    avatar = NewObject(key, bundle.reader.read(path), "image/webp", NO_CACHE, written_over=True)
    objects.write([avatar])
    row = database.run(lambda conn: service.set_avatar(conn, user.user_id, avatar))
    service.follow_picture(row)
