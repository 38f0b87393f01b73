"""Reads LDraw models: the parts that the first file places, directly and through its submodels."""

from __future__ import annotations

from collections.abc import Callable

from file_validator.text import decode
from mocshelf.parts.cells import number_fault
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.ldraw_count import LDRAW_INHERITS, Count, Placed
from mocshelf.parts.ldraw_files import Model, ModelFile, parse
from mocshelf.parts.receipt import Source

Describe = Callable[[Placed], Details | None]


def read(data: bytes, source: Source, collector: Collector) -> None:
    """Takes every reference line of the model, once in each colour that it comes in."""
    model = parse(decode(data, name=source.file_name).text, source.file_name)
    collect(Count(model, LDRAW_INHERITS), "ldraw", source, collector, _described)


def collect(count: Count, color_scheme: str, source: Source, collector: Collector, describe: Describe) -> None:
    """Takes the records of a counted model; `describe` says what more is known of one."""
    records = 0
    missing: set[tuple[int, int]] = set()
    for placed in count.placed():
        if placed.role == "missing":
            # How often and in which colours a submodel is missing says nothing about its parts.
            if (id(placed.file), placed.place) in missing:
                continue
            missing.add((id(placed.file), placed.place))
        records += 1
        _take(placed, color_scheme, collector, describe)
    for file in count.model.files:
        if id(file) in count.reached:
            records += len(file.faults)
            _reject_lines(file, collector)
        elif count.model.is_submodel(file) and file.references:
            records += 1
            collector.skip(file.place(file.line), "not-in-model")
    source.rows.records = records
    _note_steps(count.model, collector)


def part_number(name: str) -> str:
    """The number of a part: its file's name without `.dat`."""
    name = name.replace("\\", "/")
    return name[:-4] if name.lower().endswith(".dat") else name


def _take(placed: Placed, color_scheme: str, collector: Collector, describe: Describe) -> None:
    line, color, name = placed.reference.line, placed.color, placed.reference.name
    at = placed.file.place(line)
    if placed.role == "missing":
        message = f'Line {line}: submodel "{name[:100]}" is missing. Save the model with its submodels in one file.'
        return collector.reject(at, "partNumber", message, (name,), line=line)
    at = f"{at}, colour {color}" if color is not None else at
    if placed.role == "drawing":
        return collector.skip(at, "not-a-part", placed.quantity)
    number = part_number(name)
    if fault := number_fault(number):
        return collector.reject(at, "partNumber", f"Line {line}: {fault}", (name,), pieces=placed.quantity, line=line)
    # BrickLink's 0 is not a colour but the word for having none.
    color_id = None if color_scheme == "bricklink" and color == 0 else color
    collector.add(at, placed.quantity, number, "ldraw", color_id, color_scheme, None, details=describe(placed))
    return None


def _described(placed: Placed) -> Details | None:
    return Details(notes=("inlined-part",)) if placed.role == "inlined" else None


def _reject_lines(file: ModelFile, collector: Collector) -> None:
    for line, message, text in file.faults:
        collector.reject(file.place(line), None, f"Line {line}: {message}", (text,), line=line)


def _note_steps(model: Model, collector: Collector) -> None:
    if model.steps:
        collector.note("steps", count=model.steps)
