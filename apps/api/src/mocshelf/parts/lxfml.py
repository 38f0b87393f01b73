"""Reads the models of LEGO Digital Designer, which list every brick, with LEGO's own numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from file_validator.containers import LXF_MODEL
from file_validator.faults import Kind, refusal
from file_validator.signatures import ZIP, recognise
from file_validator.xml import iter_elements
from mocshelf.parts.cells import colour_id_of, number_fault, reject_colour, reject_number
from mocshelf.parts.collect import Details

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from mocshelf.parts.collect import Collector
    from mocshelf.parts.receipt import Rows

MOST_BRICKS = 1_000_000
# The largest models there are need a quarter of this.
MOST_UNPACKED = 64 * 1_048_576

_SEPARATOR = re.compile(r"[,:;]")
_ELEMENT = re.compile(r"[0-9]{1,20}")


def read(data: bytes, rows: Rows, collector: Collector) -> None:
    """Takes every brick as one piece. Cameras and groups repeat bricks, so only `Bricks/Brick` counts."""
    if recognise(data) is ZIP:
        from file_validator.archive import open_zip

        data = open_zip(data).read(LXF_MODEL, MOST_UNPACKED)
    path: list[str] = []
    for event, element in iter_elements(data):
        if event == "start":
            path.append(element.tag)
            continue
        if path[1:] == ["Bricks", "Brick"]:
            rows.records += 1
            if rows.records > MOST_BRICKS:
                raise refusal(Kind.CONTENT, "XML_PARSE_ERROR", f"The model has more than {MOST_BRICKS:,} bricks.")
            _take(f"item {rows.records}", element, collector)
        if "Brick" not in path[:-1]:
            element.clear()
        path.pop()


def _take(at: str, brick: Element, collector: Collector) -> None:
    parts = brick.findall("Part")
    first = dict(parts[0].attrib) if parts else {}
    number = (brick.get("designID") or first.get("designID", "")).partition(";")[0].strip()
    materials = _numbers(first.get("materials", ""))
    cells = [number, first.get("materials", "")]
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, 1)
    written = materials[0] if materials else ""
    color_id = colour_id_of(written)
    if written and color_id is None:
        return reject_colour(collector, at, written, cells, 1)
    notes = {
        "assembly": len(parts) > 1,
        "several-colours": len([one for one in materials if one.strip("0")]) > 1,
        "decorated": any(one.strip("0") for one in _numbers(first.get("decoration", ""))),
    }
    ids = _numbers(brick.get("itemNos") or first.get("itemNos", ""))
    details = Details(
        elements=tuple(one for one in ids if _ELEMENT.fullmatch(one)),
        notes=tuple(code for code, applies in notes.items() if applies),
    )
    collector.add(at, 1, number, "lego", color_id, "lego", details=details)
    return None


def _numbers(text: str) -> list[str]:
    """The numbers in `21,0,0,0` or `23:0`; none in an empty text."""
    return [one.strip() for one in _SEPARATOR.split(text) if one.strip()]
