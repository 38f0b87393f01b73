"""BrickLink's numbers for a Studio model, from the second text that has the same lines in BrickLink's terms."""

from __future__ import annotations

from dataclasses import dataclass, field

from mocshelf.parts.ldraw_count import Placed, Twins
from mocshelf.parts.ldraw_files import Model, ModelFile, key_of

Ids = dict[str, object]


@dataclass(frozen=True, slots=True)
class Twin:
    """By id of a file, for each of its references: BrickLink's colour as written, and BrickLink's part number."""

    colors: Twins = field(default_factory=dict)
    numbers: dict[int, list[str | None]] = field(default_factory=dict)

    def ids_of(self, placed: Placed) -> Ids:
        """`{"part": …, "color": …}` as far as they are known; BrickLink's colour 0 is none."""
        numbers = self.numbers.get(id(placed.file))
        found = {"part": numbers[placed.place] if numbers else None, "color": placed.twin_color}
        return {key: value for key, value in found.items() if value}


def match(model: Model, second: Model) -> Twin | None:
    """Pairs the k-th reference of each submodel with the k-th of its namesake in the second text; None when
    the two differ in length anywhere."""
    twin = Twin()
    for file in model.files:
        if not (file is model.files[0] or model.is_submodel(file)):
            continue
        namesake = second.by_key.get(key_of(file.name))
        if file is model.files[0] and namesake is None:
            namesake = second.files[0]
        if len(namesake.references if namesake else []) != len(file.references):
            return None
        if namesake:
            twin.colors[id(file)] = [reference.color for reference in namesake.references]
            twin.numbers[id(file)] = _numbers(second, namesake)
    return twin


def of_itself(model: Model) -> Twin:
    """The part numbers of a model that is in BrickLink's terms already."""
    return Twin({}, {id(file): _numbers(model, file) for file in model.files if model.is_submodel(file)})


def _numbers(model: Model, file: ModelFile) -> list[str | None]:
    heads = (model.by_key.get(key_of(reference.name)) for reference in file.references)
    return [head.bricklink_number if head else None for head in heads]
