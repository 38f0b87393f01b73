"""Reads BrickLink's XML of wanted lists, orders, stores and inventories, and writes that of a wanted list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from file_validator.xml import iter_elements
from mocshelf.parts.cells import (
    colour_id_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_number,
    reject_quantity,
    shown,
)
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.converting import numbers

if TYPE_CHECKING:
    from mocshelf.parts.export_report import Report
    from mocshelf.parts.lot import Lot
    from mocshelf.parts.receipt import Rows

_WANTED = frozenset({"MINQTY", "MAXPRICE", "NOTIFY", "QTYFILLED", "WANTEDLISTID"})
_SOLD = frozenset({"PRICE", "LOTID"})
KINDS = {"P": "part", "M": "minifig", "G": "gear"}
_TYPES = {kind: letter for letter, kind in KINDS.items()}
NO_PARTS = frozenset("SBCIOU")
_READ = frozenset({"ITEMTYPE", "ITEMID", "COLOR", "QTY", "MINQTY", "QTYFILLED", "EXTRA", "COUNTERPART", "ALTERNATE"})
# What stays in the stored file only, because a parts list has no place for it.
_PASSED_OVER = frozenset({"MATCHID", "MAXPRICE", "NOTIFY", "WANTEDLISTID", "PRICE", "LOTID", "CONDITION", "REMARKS"})
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")

Item = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Context:
    """What an item can only be read with: the list's use, and the groups with a regular item among them."""

    is_wanted: bool
    regular_groups: frozenset[str]
    seen_groups: set[str]


def read(data: bytes, rows: Rows, collector: Collector) -> str:
    """Takes every item; returns the use: `wanted list`, `order` or `inventory`."""
    items = list(_items(data, rows))
    found = {name for item in items for name in item}
    for name in sorted(found - _READ - _PASSED_OVER):
        collector.note("ignored-element", name)
    use = _use(found)
    regular = frozenset(_group(item) for item in items if not _is_set(item, "ALTERNATE")) - {""}
    context = _Context(use == "wanted list", regular, set())
    for place, item in enumerate(items, 1):
        _take(f"item {place}", item, context, collector)
    return use


def write(lots: Iterable[Lot], report: Report) -> str:
    """The list for the upload of wanted lists, which stops at an XML declaration and at items that come twice."""
    items: dict[tuple[str, str, int | None], int] = {}
    for lot in lots:
        known = numbers(lot, "bricklink", report)
        if known is None:
            continue
        number, color = known
        key = _TYPES[lot.kind], number, color or None
        report.keep(lot, merged=key in items)
        items[key] = items.get(key, 0) + lot.quantity
    return f"<INVENTORY>{''.join(_item(*key, quantity) for key, quantity in items.items())}</INVENTORY>\n"


def _item(kind: str, number: str, color: int | None, quantity: int) -> str:
    # The number's pattern has let no character through that XML would have to escape.
    color_id = "" if color is None else f"<COLOR>{color}</COLOR>"
    return f"<ITEM><ITEMTYPE>{kind}</ITEMTYPE><ITEMID>{number}</ITEMID>{color_id}<MINQTY>{quantity}</MINQTY></ITEM>"


def _items(data: bytes, rows: Rows) -> Iterator[Item]:
    """The texts of each item's elements by their names in upper case."""
    for _event, element in iter_elements(data, events=("end",)):
        if element.tag.upper() != "ITEM":
            continue
        rows.count_record()
        yield {child.tag.upper(): (child.text or "").strip() for child in element}
        element.clear()


def _use(names: set[str]) -> str:
    if names & _WANTED or "QTY" not in names:
        return "wanted list"
    return "order" if names & _SOLD else "inventory"


def _take(at: str, item: Item, context: _Context, collector: Collector) -> None:
    amount = _amount(item, context)
    quantity = quantity_of(amount.replace(",", "") if _THOUSANDS.fullmatch(amount) else amount)
    reason = _skipped_for(item, context)
    if reason:
        return collector.skip(at, reason, quantity or 0)
    cells = list(item.values())
    if quantity is None:
        return reject_quantity(collector, at, amount, cells)
    kind = KINDS.get(item.get("ITEMTYPE", "")[:1].upper())
    if kind is None:
        said = shown(item.get("ITEMTYPE", ""))
        message = (
            f'{at.capitalize()}: the item type is "{said}". It must be P for a part, M for a minifig, or G for gear.'
        )
        return collector.reject(at, "kind", message, cells, pieces=quantity)
    number = item.get("ITEMID", "")
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity)
    written = item.get("COLOR", "")
    color_id = colour_id_of(written)
    if written and color_id is None:
        return reject_colour(collector, at, written, cells, quantity)
    filled = item.get("QTYFILLED", "")
    details = Details(kind=kind, acquired=min(quantity_of(filled) or 0, quantity))
    # BrickLink's 0 is not a colour but the word for having none.
    collector.add(
        at, quantity, number, "bricklink", color_id or None, "bricklink", None, _is_set(item, "EXTRA"), details
    )
    return None


def _amount(item: Item, context: _Context) -> str:
    """The quantity as written; an item of a wanted list that says none is wanted once."""
    return item.get("QTY") or item.get("MINQTY") or ("1" if context.is_wanted else "")


def _skipped_for(item: Item, context: _Context) -> str | None:
    if item.get("ITEMTYPE", "")[:1].upper() in NO_PARTS:
        return "not-a-part"
    if _is_set(item, "COUNTERPART"):
        return "counterpart"
    group = _group(item)
    if not (_is_set(item, "ALTERNATE") and group):
        return None
    if group in context.regular_groups or group in context.seen_groups:
        return "alternate"
    context.seen_groups.add(group)
    return None


def _group(item: Item) -> str:
    """The group of items of which any one will do; empty when the item is in none."""
    match = item.get("MATCHID", "")
    return "" if match == "0" else match


def _is_set(item: Item, name: str) -> bool:
    return item.get(name, "").upper().startswith("Y")
