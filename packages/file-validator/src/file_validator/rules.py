"""Which files each purpose takes, and everything wrong with a file that is only declared so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from file_validator.faults import Fault, Kind

MEGABYTE = 1_048_576
NAME_LENGTH = 255
OCTET_STREAM = "application/octet-stream"

_PDF = ("application/pdf",)
_ZIP = ("application/zip", "application/x-zip-compressed")
_LDRAW = ("text/plain", "application/x-ldraw")
_CSV = (
    "text/csv",
    "application/csv",
    "text/tab-separated-values",
    "text/plain",
    "application/vnd.ms-excel",
)
_XML = ("application/xml", "text/xml")
_HEIC = ("image/heic", "image/heif")

_CONTENT_TYPES: Mapping[str, tuple[str, ...]] = {
    ".pdf": _PDF,
    ".io": _ZIP,
    ".lxf": _ZIP,
    ".ldr": _LDRAW,
    ".mpd": _LDRAW,
    ".csv": _CSV,
    ".tsv": _CSV,
    ".txt": ("text/plain",),
    ".xml": _XML,
    ".bsx": _XML,
    ".lxfml": _XML,
    ".json": ("application/json", "text/json"),
    ".jpg": ("image/jpeg",),
    ".jpeg": ("image/jpeg",),
    ".png": ("image/png",),
    ".webp": ("image/webp",),
    ".heic": _HEIC,
    ".heif": _HEIC,
    ".avif": ("image/avif",),
    ".gif": ("image/gif",),
}

# Characters that turn the writing direction can make "exe.csv" out of "vsc.exe" on a screen.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Rule:
    """What one purpose takes; limits are bytes, extensions are lower case with their dot."""

    name: str
    extensions: tuple[str, ...]
    content_types: Mapping[str, tuple[str, ...]]
    direct_limit: int
    session_limit: int


def _rule(name: str, extensions: str, direct: int, session: int) -> Rule:
    taken = tuple(extensions.split())
    types = {extension: _CONTENT_TYPES[extension] for extension in taken}
    return Rule(name, taken, types, direct * MEGABYTE, session * MEGABYTE)


_PHOTOS = ".jpg .jpeg .png .webp .heic .heif .avif"

INSTRUCTION = _rule("instruction", ".pdf .io .ldr .mpd .lxf", 50, 50)
PARTS_LIST = _rule("parts list", ".csv .tsv .txt .xml .json .bsx .io .lxf .lxfml .ldr .mpd", 10, 10)
MOC_IMAGE = _rule("MOC image", _PHOTOS, 10, 20)
GALLERY_IMAGE = _rule("gallery image", _PHOTOS, 10, 20)
WISHLIST_IMAGE = _rule("wishlist image", _PHOTOS, 5, 5)
AVATAR = _rule("avatar", ".jpg .jpeg .png .gif .webp", 2, 2)


def extension_of(name: str) -> str:
    """The extension in lower case with its dot; empty when the name has none."""
    _stem, dot, extension = name.rpartition(".")
    return f".{extension.lower()}" if dot and extension else ""


def readable_size(size: int) -> str:
    """A number of bytes as a person says it: `12.3 MB`, `10 MB`, `512 bytes`."""
    if size < 1024:
        return f"{size} bytes"
    if size < MEGABYTE:
        return f"{_one_decimal(size, 1024)} KB"
    return f"{_one_decimal(size, MEGABYTE)} MB"


def size_fault(name: str, size: int, limit: int) -> Fault | None:
    """What is wrong with a size in bytes: nothing in the file, or more than the limit."""
    if size <= 0:
        return Fault(Kind.CONTENT, "EMPTY_FILE", "The file is empty.", field="size")
    if size <= limit:
        return None
    shown = readable_size(size)
    # One byte too many would read "10 MB; the limit is 10 MB", so the difference is shown in bytes then.
    if shown == readable_size(limit):
        shown = f"{size:,} bytes"
    message = f"{name} is {shown}; the limit is {readable_size(limit)}."
    return Fault(Kind.TOO_LARGE, "PAYLOAD_TOO_LARGE", message, field="size")


def extension_fault(name: str, rule: Rule) -> Fault | None:
    """What is wrong with the extension for this purpose."""
    extension = extension_of(name)
    if extension in rule.extensions:
        return None
    found = f"{extension[:20]} file" if extension else "file without an extension"
    message = f"A {found} cannot be the {rule.name}. Use one of {', '.join(rule.extensions)}."
    return Fault(Kind.TYPE, "TYPE_MISMATCH", message, field="name")


def declared_faults(name: str, content_type: str, size: int, rule: Rule, *, direct: bool) -> list[Fault]:
    """Everything wrong with a declaration: `field` is `name`, `contentType` or `size`. The size is bytes;
    `direct` chooses the limit of the direct routes instead of that of upload sessions."""
    limit = rule.direct_limit if direct else rule.session_limit
    faults = [_name_fault(name), extension_fault(name, rule), _type_fault(name, content_type, rule)]
    return [fault for fault in (*faults, size_fault(name, size, limit)) if fault is not None]


def _one_decimal(size: int, unit: int) -> str:
    return f"{size / unit:.1f}".removesuffix(".0")


def _name_fault(name: str) -> Fault | None:
    if not name.strip():
        message = "The file needs a name."
    elif len(name) > NAME_LENGTH:
        message = f"The file name has {len(name)} characters; at most {NAME_LENGTH} are possible."
    elif any(map(_is_forbidden, name)):
        message = "The file name must not contain slashes, backslashes or control characters."
    else:
        return None
    return Fault(Kind.CONTENT, "VALIDATION_ERROR", message, field="name")


def _is_forbidden(character: str) -> bool:
    code = ord(character)
    control = code < 32 or 0x7F <= code <= 0x9F or code in (0x2028, 0x2029)
    return control or character in "/\\" or character in _DIRECTION_MARKS or 0xD800 <= code <= 0xDFFF


def _type_fault(name: str, content_type: str, rule: Rule) -> Fault | None:
    extension = extension_of(name)
    declared = content_type.partition(";")[0].strip().lower()
    fitting = rule.content_types.get(extension)
    if fitting is None or declared == OCTET_STREAM or declared in fitting:
        return None
    message = f'The content type "{content_type[:100]}" does not fit {extension}. Use {" or ".join(fitting)}.'
    return Fault(Kind.TYPE, "TYPE_MISMATCH", message, field="contentType")
