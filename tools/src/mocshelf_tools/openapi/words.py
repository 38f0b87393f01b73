"""What the document says to people, where the code does not say it already."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TITLE = "Mocshelf"
ABOUT = """\
A place where LEGO fans keep their MOCs: what they built, its instructions and parts lists, pictures of it, and the
sets they wish for.

**Signing in.** Every request but `GET /health` needs a token of the user pool in `Authorization: Bearer …`.

**Bodies** are JSON, or forms where a request says so, of at most 4,500,000 bytes; larger files go straight to the
storage through `POST /api/uploads`. Unknown fields are refused. Texts are trimmed before they are measured. A PATCH
changes the fields it is given; `null` empties one that may be empty.

**Answers** are `{"success": true, "data": …}`; lists add `total`, `page` and `limit`. Every field of an object is
always there, `null` or `[]` when empty. Times are UTC. Failed requests get `{"success": false, "error": …}` with
a code for programs and a message for people; only answers that the gateway gives by itself are `{"message": …}`.

**Addresses of files and pictures** need no token and work for an hour; ask again instead of keeping them.

**Versions.** The `ETag` of an answer about one thing is its version. A request with `If-Match` goes ahead only while
that version is the current one.

**Repeating.** A request that makes something may carry an `Idempotency-Key`: sent again within 24 hours, it gets the
first answer again and makes nothing twice.
"""

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An ID or access token of the user pool. In development `./mocshelf token` prints one.",
}

REQUEST_HEADERS: Json = {
    "If-Match": {
        "description": "Go ahead only if this version, or one of several, is the current one; `*` is any.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Idempotency-Key": {
        "description": "A name for this request, chosen by the client, by which a repetition is recognised.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        "example": "6d1b2f8e",
    },
}

_TEXT = {"type": "string"}
HEADERS: Json = {
    "X-Request-Id": {"description": "Names this request in the logs.", "schema": _TEXT},
    "ETag": {"description": "The version, in quotes, where the thing has versions.", "schema": _TEXT},
    "Location": {"description": "Where to go on from here.", "schema": {**_TEXT, "format": "uri-reference"}},
    "Content-Disposition": {
        "description": "The name to save the file under.",
        "schema": {"type": "string"},
    },
    "X-Skipped-Lines": {
        "description": "How many lines the format could not take; `report=true` says which.",
        "schema": {"type": "integer"},
    },
    "Idempotent-Replayed": {"description": "This is the first answer again.", "schema": {"const": "true"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "WWW-Authenticate": {"description": "The kind of token that is wanted.", "schema": _TEXT},
}

# What the signatures do not show: statuses that come from what is stored.
ALSO: dict[str, set[int]] = {"GET /api/mocs/{}/parts-lists/{}/export": {409}}

PARAMETERS = {
    "page": "Which page, counted from 1.",
    "limit": "How many a page.",
    "search": "Words to look for; forgives typos, case and accents.",
    "sort": "What to order by; with `search` the best matches come first unless this is given.",
    "order": "Which way; titles ascend by default, all else descends.",
    "theme": "Only this theme, exactly.",
    "tag": "Only those with this tag, exactly.",
    "category": "Only this category, exactly.",
    "mocId": "The MOC.",
    "fileId": "The file.",
    "imageId": "The image.",
    "albumId": "The album.",
    "itemId": "The wishlist item.",
    "listId": "The parts list.",
    "userId": "The user: your own id, or `me`.",
    "uploadId": "The upload session.",
}

# By field name, in requests and answers alike, where it means the same everywhere.
FIELDS = {
    "acquiredPartsCount": "Pieces that are there, spares aside.",
    "acquiredQuantity": "How many of these pieces are there.",
    "actualCost": "What the pieces cost in the end.",
    "after": "The image behind which it goes; null puts it first.",
    "author": "Who designed it; MOCs have one, sets do not.",
    "brand": "Who makes it; sets have one, MOCs do not.",
    "builtCount": "Lists marked as built.",
    "completedParts": "Lines with all their pieces there, spares aside.",
    "contentType": "The media type, one that fits the name's extension.",
    "costEstimate": "What the pieces will cost.",
    "coverImageUrl": "Where to see the cover for the next hour.",
    "createdAt": "When it was made.",
    "derive": "Take the cover and the parts list out of a Studio model; true by default.",
    "derived": "What was made out of the file besides.",
    "downloadUrl": "Where to fetch the file for the next hour.",
    "expiresAt": "Until when.",
    "expiresIn": "For how many seconds.",
    "fields": "What to send before the file with POST; null with PUT.",
    "fileSize": "In bytes.",
    "fileUrl": "Where to fetch the file for the next hour.",
    "galleryImageId": "An image of the gallery.",
    "headers": "What to send with PUT, exactly; null with POST.",
    "imageUrl": "Where to see the picture for the next hour.",
    "inventoryPercentage": "How much of the pieces is there, in per cent.",
    "kind": "What the file is.",
    "method": "How to send the bytes.",
    "mimeType": "The media type.",
    "name": "What it is called.",
    "notes": "Remarks.",
    "originalFilename": "What the file was called when it was sent.",
    "partial": "Leave out records that cannot be used instead of refusing the file.",
    "partsCount": "How many pieces it has.",
    "purpose": "What the files are for.",
    "reason": "Why the file was rejected.",
    "releaseYear": "When a set came out.",
    "resource": "What the file has become.",
    "retired": "Whether a set is no longer sold.",
    "scheme": "Whose part and colour numbers they are, where the file does not say.",
    "score": "How well it matches; only to compare within one answer.",
    "setNumber": "The number on the box, or the MOC's number elsewhere.",
    "sha256": "The file's checksum; other bytes are then refused.",
    "size": "In bytes.",
    "sortOrder": "Where it stands in the list, compared byte by byte.",
    "sparePartsCount": "Spare pieces.",
    "subtheme": "A part of the theme.",
    "tags": "At most 20.",
    "theme": "Such as Castle or Modular.",
    "thumbnailUrl": "A small picture of it.",
    "title": "What it is called.",
    "totalParts": "Lines, or pieces where a whole file is meant; spares aside.",
    "totalPartsCount": "Pieces, spares aside.",
    "totalPieceCount": "Pieces in all its parts lists, spares aside; null without lists.",
    "updatedAt": "When it was last changed.",
    "uploadedDate": "When it was published or brought here.",
    "uploadUrl": "Where to send the file.",
    "userId": "Whose it is.",
}
