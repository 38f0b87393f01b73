"""Records of XML or JSON under names that people give: found by meaning, laid out as cells like those of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from file_validator.columns import CSV_MEANINGS, SPOKEN, meaning, named_scheme
from file_validator.faults import Kind, Refused, refusal
from mocshelf.parts.declared import Columns, Record

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector

_MEANINGS = tuple(CSV_MEANINGS)
_SHOWN = 64


class Fields:
    """Collects records of (name, text) pairs; `code` is the error of fields that contradict each other."""

    def __init__(self, code: str, collector: Collector) -> None:
        self._code = code
        self._collector = collector
        self._named: dict[str, str] = {}
        self._schemes: dict[str, str | None] = {}
        self._unknown: set[str] = set()
        self.records: list[Record] = []

    def add(self, *levels: Iterable[tuple[str, str]]) -> None:
        """Adds a record. A meaning is looked for in one level after the other, and may stand only once in each."""
        cells = [""] * len(_MEANINGS)
        found: set[str] = set()
        for level in levels:
            here: dict[str, str] = {}
            for name, text in level:
                meant = meaning(name)
                if meant is None:
                    self._ignore(name)
                elif meant in here and here[meant] != name:
                    raise self._twice(here[meant], name, meant)
                elif meant not in found:
                    here[meant] = name
                    self._name(meant, name)
                    cells[_MEANINGS.index(meant)] = text.strip()
            found |= here.keys()
        self.records.append(Record(f"item {len(self.records) + 1}", None, cells))

    def columns(self) -> Columns:
        """Where each meaning stands. Raises `Refused` when no record says what every list must say."""
        at = {meant: _MEANINGS.index(meant) for meant in self._named}
        is_element = "part" not in at and "element" in at
        if is_element:
            at["part"] = at.pop("element")
        for meant, example in (("part", "part"), ("quantity", "quantity")):
            if meant not in at:
                raise self._missing(meant, example)
        color = self._schemes.get("color_id" if "color_id" in at else "color")
        return Columns(at, self._schemes.get("part"), color, is_element)

    def _name(self, meant: str, name: str) -> None:
        scheme = named_scheme(name)
        first = self._named.setdefault(meant, name)
        if self._schemes.setdefault(meant, scheme) != scheme:
            raise self._twice(first, name, meant)

    def _ignore(self, name: str) -> None:
        if name not in self._unknown and len(self._unknown) < _SHOWN:
            self._unknown.add(name)
            self._collector.note("ignored-field", name)

    def _twice(self, first: str, second: str, meant: str) -> Refused:
        names = f'"{first[:_SHOWN]}" and "{second[:_SHOWN]}"'
        message = f"The fields {names} both hold the {SPOKEN[meant]}. Remove or rename one."
        return refusal(Kind.CONTENT, self._code, message)

    def _missing(self, meant: str, example: str) -> Refused:
        names = [*self._named.values(), *sorted(self._unknown)]
        shown = ", ".join(name[:_SHOWN] for name in names[:_SHOWN]) or "none"
        message = f"No record has a {SPOKEN[meant]}. Fields found: {shown}. Name one of them {example}."
        return refusal(Kind.CONTENT, "NO_PARTS_FOUND", message)
