"""Reads Studio's `.io` files: the LDraw model in them, and what the other entries say beside it."""

from __future__ import annotations

import json

from file_validator.archive import Archive, open_zip
from file_validator.faults import Kind, Refused
from file_validator.text import decode
from mocshelf.parts import ldraw, studio_bricks, studio_twin
from mocshelf.parts.cells import shown
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.ldraw_count import BRICKLINK_INHERITS, LDRAW_INHERITS, Count, Placed
from mocshelf.parts.ldraw_files import Form, Model, parse
from mocshelf.parts.receipt import Source
from mocshelf.parts.studio_bricks import Elements, stem_of
from mocshelf.parts.studio_twin import Twin

THUMBNAIL = "thumbnail.png"
MODEL, MODEL_V2, BRICKLINK_MODEL = "model.ldr", "modelv2.ldr", "model2.ldr"

_BRICKS, _INFO, _ERRORS, _CUSTOM = "model.lxfml", ".info", "errorPartList.err", "customparts/"
_SMALL = 1_048_576
_FORMS: dict[str, Form] = {MODEL: "ldraw", MODEL_V2: "studio", BRICKLINK_MODEL: "bricklink"}


def cover(data: bytes) -> bytes | None:
    """The picture that Studio saved with the model, a PNG; None when there is none that can be read."""
    archive = open_zip(data)
    if not archive.has(THUMBNAIL) or archive.encrypted(THUMBNAIL):
        return None
    return archive.read(THUMBNAIL)


def read(data: bytes, source: Source, collector: Collector) -> None:
    """Takes the records of the list, and compares the other entries with it."""
    archive = open_zip(data)
    name = next(entry for entry in (MODEL, MODEL_V2, BRICKLINK_MODEL) if archive.has(entry))
    decoded = decode(archive.read(name), name=name)
    source.encoding = decoded.encoding
    model = parse(decoded.text, source.file_name, _FORMS[name])
    del decoded
    if name == BRICKLINK_MODEL:
        _read_bricklink_model(archive, model, source, collector)
    else:
        _read_model(archive, model, source, collector)
    if name == MODEL:
        _claim_pieces(MODEL_V2, _second(archive, MODEL_V2, collector), LDRAW_INHERITS, collector)
    _claim_total(archive, collector)
    _note_errors(archive, collector)


class _Description:
    """What is known of a record beyond its line."""

    def __init__(self, custom: frozenset[str], twin: Twin, elements: Elements, *, tells_inlined: bool) -> None:
        self._custom = custom
        self._twin = twin
        self._elements = elements
        self._tells_inlined = tells_inlined

    def __call__(self, placed: Placed) -> Details:
        notes = []
        if stem_of(placed.reference.name) in self._custom:
            notes.append("custom-part")
        if placed.role == "inlined" and self._tells_inlined:
            notes.append("inlined-part")
        ids = self._twin.ids_of(placed)
        elements = self._elements.get((id(placed.file), placed.place, placed.color), ())
        return Details(elements=tuple(elements), other={"bricklink": ids} if ids else None, notes=tuple(notes))


def _read_model(archive: Archive, model: Model, source: Source, collector: Collector) -> None:
    """The list as LDraw, with BrickLink's numbers and LEGO's element ids where the other entries fit it."""
    second = _second(archive, BRICKLINK_MODEL, collector)
    twin = studio_twin.match(model, second) if second else None
    if second and twin is None:
        collector.note("bricklink-numbers-unused", BRICKLINK_MODEL)
    twin = twin or Twin()
    count = Count(model, LDRAW_INHERITS, twin.colors)
    custom = _custom_parts(archive)
    elements = _elements(archive, count, custom, collector)
    ldraw.collect(count, "ldraw", source, collector, _Description(custom, twin, elements, tells_inlined=True))
    _claim_pieces(BRICKLINK_MODEL, second, BRICKLINK_INHERITS, collector)


def _read_bricklink_model(archive: Archive, model: Model, source: Source, collector: Collector) -> None:
    """The list from the form in which every part is inlined and the colours are BrickLink's."""
    description = _Description(_custom_parts(archive), studio_twin.of_itself(model), {}, tells_inlined=False)
    ldraw.collect(Count(model, BRICKLINK_INHERITS), "bricklink", source, collector, description)


def _second(archive: Archive, name: str, collector: Collector) -> Model | None:
    """Another form of the model; None when there is none, or none that can be read."""
    if not archive.has(name):
        return None
    try:
        return parse(decode(archive.read(name), name=name).text, name, _FORMS[name])
    except Refused as refused:
        _only_note(refused, name, collector)
        return None


def _elements(archive: Archive, count: Count, custom: frozenset[str], collector: Collector) -> Elements:
    if not archive.has(_BRICKS) or count.walks() > studio_bricks.MOST_WALKED:
        return {}
    try:
        bricks = studio_bricks.read_bricks(archive.read(_BRICKS))
    except Refused as refused:
        _only_note(refused, _BRICKS, collector)
        return {}
    pieces = count.pieces(lambda placed: stem_of(placed.reference.name) not in custom)
    collector.claim(_BRICKS, len(bricks), pieces, agrees=len(bricks) == pieces)
    elements = studio_bricks.match(count, bricks, custom)
    if elements is None:
        collector.note("element-ids-unused", _BRICKS)
    return elements or {}


def _claim_pieces(name: str, second: Model | None, inherits: frozenset[int], collector: Collector) -> None:
    """Compares the pieces of another form of the model with those counted."""
    if second is None:
        return
    try:
        pieces = Count(second, inherits).pieces()
    except Refused as refused:
        _only_note(refused, name, collector)
        return
    counted = collector.pieces["needed"]
    collector.claim(name, pieces, counted, agrees=pieces == counted)


def _claim_total(archive: Archive, collector: Collector) -> None:
    info = _json(archive, _INFO, collector)
    total = info.get("total_parts") if isinstance(info, dict) else None
    if isinstance(total, int):
        counted = collector.pieces["needed"]
        collector.claim("total_parts", total, counted, agrees=total == counted)


def _note_errors(archive: Archive, collector: Collector) -> None:
    """The parts that Studio itself could not find."""
    names = _json(archive, _ERRORS, collector)
    for name in names if isinstance(names, list) else []:
        collector.note("studio-error-part", shown(str(name)))


def _json(archive: Archive, name: str, collector: Collector) -> object:
    """The content of a small JSON entry; None when there is none that can be read."""
    if not archive.has(name):
        return None
    try:
        # Numbers stay text where they are too long to be honest.
        return json.loads(archive.read(name, _SMALL), parse_int=lambda digits: int(digits[:12]))
    except Refused as refused:
        _only_note(refused, name, collector)
    except (ValueError, RecursionError):
        collector.note("entry-unread", name)
    return None


def _only_note(refused: Refused, name: str, collector: Collector) -> None:
    """An entry that only adds to the list may be damaged; one that is made to do harm refuses the file."""
    if refused.kind is Kind.UNSAFE:
        raise refused
    collector.note("entry-unread", name)


def _custom_parts(archive: Archive) -> frozenset[str]:
    """The names of the parts that the author of the model made."""
    return frozenset(stem_of(name) for name in archive.names() if name.lower().startswith(_CUSTOM))
