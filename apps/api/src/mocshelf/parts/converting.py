"""A lot in the numbers of a site: its colour converted, its part number as the site can take it, or left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocshelf.parts import colours
from mocshelf.parts.colours import Conversion

if TYPE_CHECKING:
    from mocshelf.parts.export_report import Report
    from mocshelf.parts.lot import Lot

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# The numbers of printed parts are made up by each site, and the other one's upload stops at them.
_PRINTS = {
    "bricklink": ("Rebrickable", re.compile(r"pr[0-9]{2}")),
    "rebrickable": ("BrickLink", re.compile(r"p[bx][0-9]{2}")),
}
_NO_COLOUR = Conversion("same", None)
_UNMAPPED = Conversion("unmapped", None)


def numbers(lot: Lot, site: str, report: Report) -> tuple[str, int | None] | None:
    """(part number, colour number) at the site, the colour None when there is none; None when the lot is left out,
    which the report then says."""
    color = colour_number(lot, site)
    name = colours.SITES[site]
    if color.outcome == "unmapped":
        report.leave_out(lot, "colour-unmapped", f"The colour has no {name} number.")
        return None
    given = given_number(lot, site, "part")
    number = given if isinstance(given, str) else lot.part_number
    is_own = number is given or lot.part_scheme == site
    if not _is_usable(lot, number, site, report, is_own=is_own):
        return None
    if color.outcome == "folded":
        report.change(lot, "colour-folded", f"The colour has no {name} number of its own; the plain one stands in.")
    if not is_own:
        report.change(lot, "part-number-untranslated", f"The part number is not {name}'s and goes out unchanged.")
    return number, color.id


def colour_number(lot: Lot, site: str) -> Conversion:
    """The site's number for the colour: the one the file gave for it, else the table's."""
    given = given_number(lot, site, "color")
    if isinstance(given, int):
        return Conversion("same" if lot.color_scheme == site else "mapped", given)
    if lot.color_id is not None:
        return colours.convert(lot.color_scheme, lot.color_id, site)
    if not lot.color_name:
        return _NO_COLOUR
    if lot.color_scheme == "lego":
        number = colours.lego_number(lot.color_name)
        return _UNMAPPED if number is None else colours.convert("lego", number, site)
    found = colours.named(lot.color_name)
    number = colours.number_at(found, site) if found else None
    return _UNMAPPED if number is None else Conversion("mapped", number)


def given_number(lot: Lot, site: str, what: str) -> object:
    """What the file itself gave in the site's scheme: its `part` or `color`; None when it did not."""
    ids = (lot.other or {}).get(site)
    return ids.get(what) if isinstance(ids, dict) else None


def _is_usable(lot: Lot, number: str, site: str, report: Report, *, is_own: bool) -> bool:
    name = colours.SITES[site]
    if not is_own and lot.part_scheme == "element":
        report.leave_out(lot, "element-id", "An element id is no part number, and we have no table of them.")
    elif not _NUMBER.fullmatch(number):
        report.leave_out(lot, "part-number", f"The part number has characters that {name} does not take.")
    elif not is_own and _PRINTS[site][1].search(number):
        owner = _PRINTS[site][0]
        report.leave_out(lot, "print-number", f"The part number is {owner}'s for a print; {name} stops at it.")
    else:
        return True
    return False
