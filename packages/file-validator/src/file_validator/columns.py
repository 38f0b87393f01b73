"""What the columns of a parts list mean, by the names people give them."""

from __future__ import annotations

import unicodedata

_NUMBERED = ("", "id", "no", "num", "number")

# Meaning -> the names it goes by, as `normalised` spells them.
CSV_MEANINGS: dict[str, frozenset[str]] = {
    "part": frozenset(
        {f"{noun}{suffix}" for noun in ("part", "item") for suffix in _NUMBERED}
        | {"id", "designid", "blitemno", "ldrawid"}
    ),
    "element": frozenset({"elementid", "element"}),
    "quantity": frozenset({"quantity", "qty", "count", "amount", "pieces", "num", "minqty"}),
    "color": frozenset({"color", "colour", "partcolor", "partcolour", "colorname", "colourname"}),
    "color_id": frozenset(
        f"{colour}{suffix}" for colour in ("color", "colour") for suffix in ("id", "code", "number")
    ),
    "name": frozenset({"partname", "itemname", "elementname", "name", "description", "desc", "partdescription"}),
    "spare": frozenset({"isspare", "spare", "extra"}),
    "category": frozenset({"category", "categoryname", "cat", "type", "partcategory"}),
}

# The meanings as a person is told of them.
SPOKEN = {
    "part": "part number",
    "element": "element id",
    "quantity": "quantity",
    "color": "colour",
    "color_id": "colour number",
    "name": "name",
    "spare": "spare flag",
    "category": "category",
}
_MEANING_OF = {alias: meaning for meaning, aliases in CSV_MEANINGS.items() for alias in aliases}
_SCHEMES = {
    "rebrickable": "rebrickable",
    "bricklink": "bricklink",
    "ldraw": "ldraw",
    "lego": "lego",
    "rb": "rebrickable",
    "bl": "bricklink",
    "ld": "ldraw",
}
_WITH_SCHEME = ("part", "color", "color_id")
_IGNORED = str.maketrans("", "", " \t\u00a0-_.\r\n")


def normalised(cell: str) -> str:
    """A column name after Unicode NFKC, in lower case, without blanks, `-`, `_` and `.`."""
    return unicodedata.normalize("NFKC", cell[:255]).lower().translate(_IGNORED)


def meaning(cell: str) -> str | None:
    """The meaning of a column name, a key of `CSV_MEANINGS`; None when it is not a known one. A column
    named for a site (`BL Color ID`) means what the rest of its name says."""
    key = normalised(cell)
    known = _MEANING_OF.get(key)
    return known if known is not None else _split(key)[1]


def named_scheme(cell: str) -> str | None:
    """Whose numbers a column name says it holds: `rebrickable`, `bricklink`, `ldraw`, `lego` or None."""
    key = normalised(cell)
    if key == "blitemno":
        return "bricklink"
    if key == "ldrawid":
        return "ldraw"
    return _split(key)[0]


def _split(key: str) -> tuple[str | None, str | None]:
    """The scheme and the meaning in a name such as `blcolorid`."""
    for prefix, scheme in _SCHEMES.items():
        rest = _MEANING_OF.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
        if rest in _WITH_SCHEME:
            return scheme, rest
    return None, None


def is_whole_number(cell: str) -> bool:
    """Whether a trimmed cell is a whole number of at most 10 ASCII digits, maybe with a minus sign."""
    digits = cell.removeprefix("-")
    return 0 < len(digits) <= 10 and digits.isascii() and digits.isdigit()


def is_basic_colour(cell: str) -> bool:
    """Whether a cell names one of the commonest colours; callers with a colour table ask that instead."""
    words = cell[:64].lower().replace("grey", "gray").replace("_", " ").replace("-", " ")
    return " ".join(words.split()) in _BASIC_COLOURS


_PLAIN = "white black red blue yellow green tan orange brown pink purple lime gray azure lavender gold silver"
_BASIC_COLOURS = frozenset(
    {
        f"{shade}{colour}"
        for shade in ("", "light ", "dark ", "medium ", "bright ", "bright light ", "trans ", "sand ", "pearl ")
        for colour in _PLAIN.split()
    }
    | {"light bluish gray", "dark bluish gray", "reddish brown", "trans clear", "nougat", "dark turquoise"}
    | {"medium nougat", "light nougat", "medium azure", "olive green", "magenta", "coral", "flat silver"}
)
