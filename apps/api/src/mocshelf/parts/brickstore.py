"""Reads the files of BrickStore, which have BrickLink's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from file_validator.xml import iter_elements
from mocshelf.parts.bricklink import KINDS, NO_PARTS
from mocshelf.parts.cells import (
    colour_id_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_number,
    reject_quantity,
    shown,
)
from mocshelf.parts.collect import Details

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.receipt import Rows

_READ = frozenset({"itemid", "itemtypeid", "colorid", "qty", "status", "itemname", "colorname", "categoryname"})
# What stays in the stored file only, because a parts list has no place for it; the last holds old values.
_PASSED_OVER = frozenset(
    {"itemtypename", "categoryid", "price", "cost", "bulk", "sale", "condition", "comments", "remarks", "lotid"}
    | {"dateadded", "datelastsold", "totalweight", "stockroom", "retain", "reserved", "differencebasevalues"}
)

Item = dict[str, str]


def read(data: bytes, rows: Rows, collector: Collector) -> None:
    """Takes every item of the inventory."""
    place = 0
    for _event, element in iter_elements(data, events=("end",)):
        if element.tag.lower() != "item":
            continue
        rows.count_record()
        place += 1
        item = {child.tag.lower(): (child.text or "").strip() for child in element}
        for name in sorted(item.keys() - _READ - _PASSED_OVER):
            collector.note("ignored-element", name)
        _take(f"item {place}", item, collector)
        element.clear()


def _take(at: str, item: Item, collector: Collector) -> None:
    amount, cells = item.get("qty") or "0", list(item.values())
    is_nothing = amount.strip("0") == ""
    quantity = 0 if is_nothing else quantity_of(amount)
    kind = item.get("itemtypeid", "")[:1].upper()
    reason = _skipped_for(item, kind, is_nothing=is_nothing)
    if reason:
        return collector.skip(at, reason, quantity or 0)
    if quantity is None:
        return reject_quantity(collector, at, amount, cells)
    if kind not in KINDS:
        said = shown(item.get("itemtypeid", ""))
        message = (
            f'{at.capitalize()}: the item type is "{said}". It must be P for a part, M for a minifig, or G for gear.'
        )
        return collector.reject(at, "kind", message, cells, pieces=quantity)
    number = item.get("itemid", "")
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity)
    written = item.get("colorid", "")
    color_id = colour_id_of(written)
    if written and color_id is None:
        return reject_colour(collector, at, written, cells, quantity)
    details = Details(kind=KINDS[kind], name=item.get("itemname") or None, category=item.get("categoryname") or None)
    spare = item.get("status", "").upper() == "E"
    # BrickLink's 0 is not a colour but the word for having none, and so is the name it then has.
    color = (color_id, item.get("colorname") or None) if color_id else (None, None)
    collector.add(at, quantity, number, "bricklink", color[0], "bricklink", color[1], spare, details)
    return None


def _skipped_for(item: Item, kind: str, *, is_nothing: bool) -> str | None:
    if item.get("status", "").upper() == "X":
        return "excluded"
    if kind in NO_PARTS:
        return "not-a-part"
    return "quantity-0" if is_nothing else None
