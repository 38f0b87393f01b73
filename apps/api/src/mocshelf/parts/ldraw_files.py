"""Takes an LDraw text apart into its files and their reference lines (LDraw.org file format and MPD)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from file_validator.faults import Kind, Refused, refusal
from mocshelf.parts.cells import NUMBER_LENGTH, shown

MOST_FILES = 10_000
MOST_REFERENCES = 1_000_000

_FILLED = re.compile(r"[^\n]+")
_NAME_SHOWN = 64
_PLACE = r"(?:[ \t]+[-+.0-9eE]+){12}[ \t]+(\S.*)"
_REFERENCE = re.compile(r"1[ \t]+(\S+)" + _PLACE)
# Studio's own form carries the brick's id and two more fields before the position.
_STUDIO_REFERENCE = re.compile(r"11[ \t]+(\S+)[ \t]+\S+[ \t]+\S+[ \t]+\S+" + _PLACE)
_COLOUR = re.compile(r"-1|[0-9]{1,10}")
_DIRECT = re.compile(r"0x[23][0-9a-f]{6}", re.IGNORECASE)
_PART_TYPES = frozenset({"part", "shortcut", "subpart", "primitive", "8_primitive", "48_primitive"})
_DRAWINGS = ("s/", "8/", "48/")

Form = Literal["ldraw", "studio", "bricklink"]
Role = Literal["part", "inlined", "submodel", "drawing", "missing"]


class Reference(NamedTuple):
    """A line that places a part or a submodel; the colour is as written, the line one of the whole text."""

    line: int
    color: int
    name: str


class ModelFile:
    """One file of a model: what it places, and what its head says of it."""

    __slots__ = ("bricklink_number", "draws", "faults", "is_part", "line", "name", "references")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.references: list[Reference] = []
        self.faults: list[tuple[int, str, str]] = []  # line, message, text
        self.is_part: bool | None = None
        self.draws = False
        self.bricklink_number: str | None = None

    def place(self, line: int) -> str:
        """Where a line is, in the words of a receipt."""
        return f"{self.name[:_NAME_SHOWN]}:{line}"


class Model:
    """The files of a text by the names that references compare (`key_of`); the first one is the model."""

    def __init__(self, files: list[ModelFile], steps: int) -> None:
        self.files = files
        self.steps = steps
        self.by_key: dict[str, ModelFile] = {}
        for file in files:
            self.by_key.setdefault(key_of(file.name), file)
        self._roles: dict[str, Role] = {}

    def role(self, name: str) -> Role:
        """What a referenced name is: a part, a part whose drawing is inlined, a submodel ..."""
        role = self._roles.get(name)
        if role is None:
            role = self._roles[name] = self._find_role(key_of(name))
        return role

    def submodel(self, name: str) -> ModelFile:
        return self.by_key[key_of(name)]

    def is_submodel(self, file: ModelFile) -> bool:
        """Whether a file holds parts, and is not the drawing of one."""
        if file.is_part is not None:
            return not file.is_part
        return not (file.draws and file.name.lower().rstrip().endswith(".dat"))

    def _find_role(self, key: str) -> Role:
        if key.startswith(_DRAWINGS):
            return "drawing"
        file = self.by_key.get(key)
        if file is not None:
            return "submodel" if self.is_submodel(file) else "inlined"
        return "part" if key.endswith(".dat") else "missing"


def key_of(name: str) -> str:
    """A file name as names compare: without case, blanks at its ends, and the difference of slashes."""
    return name.strip().lower().replace("\\", "/")


def parse(text: str, name: str, form: Form = "ldraw") -> Model:
    """The files of a text; `name` is that of the only file where the text names none. Of Studio's forms
    `studio` has line type 11, and `bricklink` the colour -1. Raises `Refused` for more files or references
    than we accept."""
    reader = _Reader(name, form)
    marker = "11" if form == "studio" else "1"
    for number, line in _filled_lines(text):
        fields = line.split(None, 1)
        kind = fields[0] if fields else ""
        if kind == marker:
            reader.reference(number, line.strip())
        elif kind == "0" and len(fields) > 1:
            reader.command(number, fields[1].strip())
        elif kind in ("2", "3", "4", "5"):
            reader.file.draws = True
    return reader.model()


class _Reader:
    """Where the reading of a text has got to."""

    def __init__(self, name: str, form: Form) -> None:
        self._pattern = _STUDIO_REFERENCE if form == "studio" else _REFERENCE
        self._may_inherit = form == "bricklink"
        self._whole = self.file = ModelFile(name, 1)
        self._files: list[ModelFile] = []
        self._references = 0
        self._steps = 0

    def reference(self, number: int, line: str) -> None:
        self._references += 1
        if self._references > MOST_REFERENCES:
            raise too_large(f"more than {MOST_REFERENCES:,} reference lines")
        match = self._pattern.fullmatch(line)
        if match is None:
            self.file.faults.append((number, "the reference is incomplete. Save the model again.", line))
            return
        color = _colour(match[1])
        if color is None or (color < 0 and not self._may_inherit):
            message = f'the colour is "{shown(match[1])}". It must be a colour number of LDraw.'
            self.file.faults.append((number, message, line))
            return
        self.file.references.append(Reference(number, color, match[2].strip()))

    def command(self, number: int, words: str) -> None:
        """A line of type 0: a comment, or one of the few commands that matter here."""
        command, _, rest = words.partition(" ")
        command, rest = command.upper(), rest.strip()
        if command == "FILE":
            self.file = ModelFile(rest or f"file {len(self._files) + 1}", number)
            self._files.append(self.file)
            if len(self._files) > MOST_FILES:
                raise too_large(f"more than {MOST_FILES:,} files")
        elif command == "NOFILE":
            self.file = ModelFile("", number)
        elif command == "STEP":
            self._steps += 1
        elif command in ("!LDRAW_ORG", "LDRAW_ORG"):
            kind = rest.split(None, 1)[0].lower() if rest else ""
            self.file.is_part = kind.removeprefix("unofficial_") in _PART_TYPES
        elif command == "ISSUBMODEL":
            self.file.is_part = rest.lower() == "false"
        elif command == "BL_ITEM_NO":
            self.file.bricklink_number = rest[:NUMBER_LENGTH] or None

    def model(self) -> Model:
        return Model(self._files or [self._whole], self._steps)


def too_large(what: str) -> Refused:
    """The refusal of a model beyond our limits."""
    return refusal(Kind.CONTENT, "LDRAW_PARSE_ERROR", f"The model has {what}. Split it.")


def _filled_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number from 1, line) of every line that is not empty; runs of empty ones cost next to nothing."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    number, before = 1, 0
    for match in _FILLED.finditer(text):
        number += text.count("\n", before, match.start())
        before = match.start()
        yield number, match[0]


def _colour(written: str) -> int | None:
    """The colour as an integer; -1 is Studio's word for the colour of the referring line."""
    if _COLOUR.fullmatch(written):
        return int(written)
    return int(written, 16) if _DIRECT.fullmatch(written) else None
