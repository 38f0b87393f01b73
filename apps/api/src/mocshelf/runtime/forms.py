"""A multipart body: read when a route asks for it, because the target's 404 and 403 come before its parts."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from mocshelf.runtime.errors import BadRequest

if TYPE_CHECKING:
    from upload.multipart import FilePart, Form

MAX_PARTS = 100


class Multipart:
    """The text fields and files of a `multipart/form-data` body."""

    def __init__(self, body: bytes, content_type: str) -> None:
        self._body = body
        self._content_type = content_type

    @cached_property
    def _form(self) -> Form:
        from upload.multipart import MultipartError, parse

        try:
            return parse(self._body, self._content_type, max_parts=MAX_PARTS)
        except MultipartError as problem:
            raise BadRequest(str(problem)) from None

    def files(self, most: int) -> list[FilePart]:
        """The file parts, 1 to `most` of them; BadRequest otherwise, or when the body cannot be read."""
        found = self._form.files
        if not found:
            raise BadRequest("The body has no file part.")
        if len(found) > most:
            wanted = "one file" if most == 1 else f"at most {most} files"
            raise BadRequest(f"The body has {len(found)} files; this request takes {wanted}.")
        return found

    def fields(self) -> dict[str, str]:
        """The text parts by name; of a repeated one the last."""
        return dict(self._form.fields)

    def identity(self) -> list[list[str]]:
        """What makes two multipart requests the same one: the parts, whatever the boundary."""
        parts = [["text", name, value] for name, value in self._form.fields]
        for part in self._form.files:
            digest = hashlib.sha256(part.data).hexdigest()
            parts.append(["file", part.field, part.filename, part.content_type, digest])
        return parts
