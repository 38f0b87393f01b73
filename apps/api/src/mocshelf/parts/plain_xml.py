"""Reads XML lists of parts, items, pieces or elements, whatever program wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from file_validator.xml import iter_elements
from mocshelf.parts.declared import Verdict, take_all
from mocshelf.parts.fields import Fields

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.receipt import Rows

_RECORDS = frozenset({"part", "item", "piece", "element"})


def read(data: bytes, rows: Rows, scheme: str | None, collector: Collector) -> Verdict:
    """Takes every record and says whose numbers they were. The first of the known elements below the root is the
    record; of one within another only the outer one counts."""
    fields = Fields("XML_PARSE_ERROR", collector)
    record_tag: str | None = None
    depth = record_depth = 0
    for event, element in iter_elements(data):
        tag = element.tag.lower()
        if event == "start":
            depth += 1
            if record_tag is None and depth > 1 and tag in _RECORDS:
                record_tag = tag
            if tag == record_tag and not record_depth:
                record_depth = depth
            continue
        if depth == record_depth:
            record_depth = 0
            rows.count_record()
            fields.add(element.attrib.items(), ((child.tag, child.text or "") for child in element))
        if not record_depth:
            element.clear()
        depth -= 1
    return take_all(fields.columns(), fields.records, scheme, collector)
