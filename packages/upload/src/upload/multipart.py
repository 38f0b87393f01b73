"""Reading a `multipart/form-data` body (RFC 7578): its text fields and its files, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_PARAMETER = re.compile(r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|"[^"]*"|[^;"]*)""")
_ESCAPED = re.compile(r"""\\(["\\])""")
_ENCODINGS = ("", "7bit", "8bit", "binary")


class MultipartError(ValueError):
    """The body cannot be read; the message says why, for the person who sent it."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file as it was sent: neither its name nor its type has been checked."""

    field: str
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The parts; a name may occur several times."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)


def parse(body: bytes, content_type: str, *, max_parts: int = 100, max_field_size: int = 65_536) -> Form:
    """Reads the whole body; `max_field_size` is the most bytes that a text field may have. Raises MultipartError.

    A file part with neither name nor content, which browsers send when no file was chosen, is left out.
    """
    reader = _Reader(max_parts, max_field_size)
    try:
        parser = MultipartParser(_boundary(content_type), reader.callbacks())
        parser.write(body)
    except FormParserError:
        raise MultipartError("The multipart body cannot be read: it is not built as its boundary says.") from None
    if not reader.ended:
        raise MultipartError("The multipart body ends too early: its closing boundary is missing.")
    return reader.form


def _boundary(content_type: str) -> bytes:
    if content_type.partition(";")[0].strip().lower() != "multipart/form-data":
        raise MultipartError("The body is not multipart/form-data.")
    boundary = _parameters(content_type).get("boundary", "")
    if not boundary or not boundary.isascii():
        raise MultipartError("The Content-Type of the body has no usable boundary.")
    return boundary.encode()


class _Reader:
    """Collects one part after the other from the parser's calls."""

    def __init__(self, max_parts: int, max_field_size: int) -> None:
        self.form = Form()
        self.ended = False
        self._left = max_parts
        self._max_field_size = max_field_size
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._end_header,
            "on_part_data": self._data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._chunks: list[bytes] = []

    def _begin_part(self) -> None:
        if not self._left:
            raise MultipartError("The multipart body has too many parts.")
        self._left -= 1
        self._begin()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        name = self._name.decode("latin-1").lower()
        if name in self._headers:
            raise MultipartError(f"A part of the multipart body has the header {name} twice.")
        self._headers[name] = _text(self._value)
        self._name = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._chunks.append(data[start:end])

    def _end_part(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        parameters = _parameters(disposition)
        if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in parameters:
            raise MultipartError("A part of the multipart body does not say which field it is.")
        if self._headers.get("content-transfer-encoding", "").strip().lower() not in _ENCODINGS:
            raise MultipartError("A part of the multipart body is encoded; send its bytes as they are.")
        name, filename = parameters["name"], _filename(parameters)
        content = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        if filename is None:
            self.form.fields.append((name, self._field(name, content)))
        elif filename or content:
            declared = self._headers.get("content-type", "").strip() or "application/octet-stream"
            self.form.files.append(FilePart(name, filename, declared, content))

    def _field(self, name: str, content: bytes) -> str:
        if len(content) > self._max_field_size:
            raise MultipartError(f"The field {name[:100]!r} is longer than {self._max_field_size:,} bytes.")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise MultipartError(f"The field {name[:100]!r} is not UTF-8 text.") from None

    def _end(self) -> None:
        self.ended = True


def _filename(parameters: dict[str, str]) -> str | None:
    """The file's name: the extended form (RFC 5987), where a client sends it, says it better than the plain one."""
    charset, quote, encoded = parameters.get("filename*", "").partition("'")
    _language, second, encoded = encoded.partition("'")
    if quote and second and charset.lower() in ("utf-8", "iso-8859-1"):
        try:
            return unquote(encoded, charset, "strict")
        except UnicodeDecodeError:
            pass
    return parameters.get("filename")


def _parameters(header: str) -> dict[str, str]:
    """The parameters of a header by their names in lower case; of a repeated one the first."""
    found: dict[str, str] = {}
    position = header.find(";")
    while position >= 0 and (match := _PARAMETER.match(header, position)):
        name, value = match.group(1).lower(), match.group(2)
        if value.startswith('"'):
            # Any other backslash is part of the name: browsers do not escape it.
            value = _ESCAPED.sub(r"\1", value[1:-1])
        found.setdefault(name, value.strip())
        position = header.find(";", match.end())
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
