"""A lot: one line of a parts list, with exactly what is stored of it."""

from __future__ import annotations

Other = dict[str, object]


class Lot:
    """A row of `moc_parts`, without its ids. `quantity` and `acquired_quantity` are pieces; `other` holds
    ids that the file gave in further schemes, such as `{"bricklink": {"part": "3001", "color": 5}}`."""

    __slots__ = (
        "acquired_quantity",
        "category",
        "color_id",
        "color_name",
        "color_scheme",
        "element_id",
        "kind",
        "line",
        "notes",
        "other",
        "part_name",
        "part_number",
        "part_scheme",
        "quantity",
        "source_line",
        "spare",
    )

    def __init__(
        self,
        line: int,
        part_number: str,
        part_scheme: str,
        kind: str,
        color_id: int | None,
        color_scheme: str,
        color_name: str | None,
        quantity: int,
        spare: bool,
        source_line: str | None,
    ) -> None:
        self.line = line
        self.part_number = part_number
        self.part_scheme = part_scheme
        self.kind = kind
        self.part_name: str | None = None
        self.category: str | None = None
        self.color_id = color_id
        self.color_scheme = color_scheme
        self.color_name = color_name
        self.element_id: str | None = None
        self.quantity = quantity
        self.spare = spare
        self.acquired_quantity = 0
        self.other: Other | None = None
        self.source_line = source_line
        self.notes: list[str] = []
