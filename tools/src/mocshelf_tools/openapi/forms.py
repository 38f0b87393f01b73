"""The fields of multipart bodies, which routes read part by part and so do not declare in their signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mocshelf.uploads.schemas import Kind, Scheme

Json = dict[str, Any]

_FILE = {"type": "string", "format": "binary"}
_TEXT = {"type": "string"}


@dataclass(frozen=True)
class Form:
    """One multipart body: up to `most` files that are `what`, and text fields."""

    what: str
    most: int = 1
    fields: Json = field(default_factory=dict)
    required: tuple[str, ...] = ()
    numbered: Json = field(default_factory=dict)

    def schema(self) -> Json:
        """An object as OpenAPI describes forms; the files' field name is free."""
        if self.most == 1:
            files: Json = {"file": {**_FILE, "description": f"{self.what}, under any field name."}}
        else:
            described = f"1 to {self.most} files, under any field names: {self.what}."
            files = {"files": {"type": "array", "items": _FILE, "minItems": 1, "maxItems": self.most}}
            files["files"]["description"] = described
        schema: Json = {"type": "object", "properties": {**files, **self.fields}}
        schema["required"] = [*files, *self.required]
        if self.numbered:
            schema["patternProperties"] = self.numbered
        return schema


_PICTURE = "A picture: JPEG, PNG, WebP, HEIC, HEIF or AVIF"

FORMS = {
    "POST /api/mocs/{}/files": Form(
        "instructions, parts lists or pictures",
        most=10,
        fields={"fileType": {**Kind.schema(), "description": "What the files are."}},
        required=("fileType",),
        numbered={
            "^fileType_[0-9]+$": {**Kind.schema(), "description": "The same for one file, by position from 0."}
        },
    ),
    "POST /api/mocs/{}/upload-parts-list": Form(
        "A parts list",
        fields={
            "title": {**_TEXT, "description": "Defaults to the file's name without its extension."},
            "scheme": {**Scheme.schema(), "description": "Whose numbers they are, where the file does not say."},
            "partial": {**_TEXT, "enum": ["true", "false"], "description": "Leave out records that cannot be used."},
        },
    ),
    "POST /api/images": Form(
        _PICTURE,
        fields={
            "title": {**_TEXT, "minLength": 1, "maxLength": 200},
            "description": {**_TEXT, "maxLength": 2000},
            "tags": {**_TEXT, "contentMediaType": "application/json", "description": "A JSON array of texts."},
            "albumId": {**_TEXT, "format": "uuid", "description": "An album of yours to put it in."},
        },
        required=("title",),
    ),
    "POST /api/wishlist/{}/image": Form(_PICTURE),
    "POST /api/users/{}/avatar": Form("A picture: JPEG, PNG, GIF or WebP"),
}


def form(subject: str) -> Form:
    """The form of a route; KeyError with what to add when nobody has described it."""
    try:
        return FORMS[subject]
    except KeyError:
        raise KeyError(f"{subject} takes a form that openapi/forms.py does not describe.") from None
