"""An image sent in the request itself: its fields and its file, judged before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from file_validator.rules import GALLERY_IMAGE
from mocshelf.gallery import album_store, service
from mocshelf.gallery.schemas import ImageForm
from mocshelf.gallery.service import NewImage
from mocshelf.intake import objects
from mocshelf.intake.direct import one_picture
from mocshelf.runtime import database
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import owned
from mocshelf.runtime.validation import validated


@dataclass(frozen=True, slots=True)
class Sent:
    """An image of the request, checked and written, with what is said of it."""

    image: NewImage
    form: ImageForm


def take(owner: str, body: Multipart) -> Sent:
    """Checks fields, file and album, in the contract's order: what is wrong with the request, then whose album it is.

    What is wrong with the fields is said before the file is decoded, which takes a second.
    """
    body.files(1)
    details: list[Detail] = []
    given = {name: value for name, value in body.fields().items() if value.strip()}
    form = validated(ImageForm, given, details)
    album = None
    if form is not None and form.album_id is not None:
        album = _album(form.album_id)
        if album is None:
            details.append(service.not_yours("albumId", "album"))
    if form is None or details:
        raise Invalid(details)
    image = one_picture(body, GALLERY_IMAGE, lambda data, name: service.new_image(owner, data, name))
    if album is not None:
        owned(album, owner, "album")
    objects.write(image.objects())
    return Sent(image, form)


def store_image(conn: Connection, owner: str, sent: Sent) -> Row:
    """The row of the image that was sent."""
    form = sent.form
    return service.add_image(
        conn,
        owner,
        image=sent.image,
        title=form.title,
        description=form.description,
        tags=form.tags,
        album_id=form.album_id,
    )


def _album(album_id: UUID) -> Row | None:
    return database.run(lambda conn: album_store.read_album(conn, album_id), read_only=True)
