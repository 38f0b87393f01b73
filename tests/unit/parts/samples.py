"""What the tests of parts lists share: reading text as a file, and models made by code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from file_validator.faults import Refused
from mocshelf.parts.reading import Imported, read_parts

HEADER = "Part,Color,Quantity,Is Spare\n"
MATRIX = "0 0 0 1 0 0 0 1 0 0 0 1"


def read(
    content: str | bytes, name: str = "list.csv", *, scheme: str | None = None, partial: bool = False
) -> Imported:
    data = content.encode() if isinstance(content, str) else content
    return read_parts(data, name, scheme=scheme, partial=partial)


def refused(
    content: str | bytes, name: str = "list.csv", *, scheme: str | None = None, partial: bool = False
) -> Refused:
    with pytest.raises(Refused) as caught:
        read(content, name, scheme=scheme, partial=partial)
    return caught.value


def lots(imported: Imported) -> list[tuple[str, int | None, int]]:
    """(part, colour, quantity) of every lot."""
    return [(lot.part_number, lot.color_id, lot.quantity) for lot in imported.lots]


def codes(imported: Imported) -> dict[str, int]:
    """How often each note is in the receipt."""
    return {note["code"]: note["count"] for note in imported.receipt["notes"]}  # type: ignore[attr-defined]


def place(color: int | str, name: str) -> str:
    """A reference line of LDraw."""
    return f"1 {color} {MATRIX} {name}"


def studio_place(color: int, name: str) -> str:
    """The same in `modelv2.ldr`: line type 11, with a brick id and two more fields."""
    return f"11 {color} 1 False 0 {MATRIX} {name}"


def mpd(files: Mapping[str, list[str]]) -> str:
    """A model of several files, the first one the model itself."""
    return "".join(f"0 FILE {name}\n" + "\n".join(lines) + "\n0 NOFILE\n" for name, lines in files.items())


def studio(entries: Mapping[str, str | bytes]) -> bytes:
    """A Studio file with these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()
