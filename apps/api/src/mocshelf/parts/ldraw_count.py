"""Counts the pieces of an LDraw model: each file once per inherited colour, then multiplied, never expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from file_validator.faults import Kind, refusal
from mocshelf.parts.cells import MOST_OF_A_RECORD, shown
from mocshelf.parts.collect import MOST_PIECES
from mocshelf.parts.ldraw_files import MOST_REFERENCES, Model, ModelFile, Reference, Role, too_large

MOST_LEVELS = 64

# 16 takes the colour of the referring line, 24 that of its edges; Studio's BrickLink form says -1.
LDRAW_INHERITS = frozenset({16, 24})
BRICKLINK_INHERITS = frozenset({-1})

# What submodels are reached in: colour (None: not stated) -> how often. Twins: the same in BrickLink's colours.
Reached = dict[int | None, int]


class Placed(NamedTuple):
    """One reference line in one resolved colour: a record. `quantity` counts how often the model has it;
    `twin_color` is the BrickLink colour that a second text gives for it."""

    file: ModelFile
    place: int
    reference: Reference
    role: Role
    color: int | None
    quantity: int
    twin_color: int | None


# By id of a file: the colours, in BrickLink's numbers, of its references.
Twins = dict[int, list[int]]


class Count:
    """The counts of a model. Raises `Refused` for a model that contains itself or is beyond our limits."""

    def __init__(self, model: Model, inherits: frozenset[int], twins: Twins | None = None) -> None:
        self.model = model
        self._inherits = inherits
        self._twins = twins or {}
        order = _from_the_top(model)
        first = model.files[0]
        self.reached: dict[int, Reached] = {id(file): {} for file in order}
        self.reached[id(first)] = {None: 1}
        self._twin_reached: dict[int, dict[int | None, int | None]] = {id(file): {} for file in order}
        self._twin_reached[id(first)] = {None: None}
        references = 0
        for file in order:
            references += self._resolved(file)
            if references > MOST_REFERENCES:
                raise too_large(f"more than {MOST_REFERENCES:,} references")
            for placed in self._placed(file, ("submodel",)):
                self._reach(placed)

    def placed(self) -> Iterator[Placed]:
        """Every record in the order of the text: parts, drawings, and submodels that are missing."""
        for file in self.model.files:
            if id(file) in self.reached:
                yield from self._placed(file, ("part", "inlined", "drawing", "missing"))

    def pieces(self, counts: Callable[[Placed], bool] = lambda _: True) -> int:
        """How many parts the model has, of those that count."""
        parts = (placed for placed in self.placed() if placed.role in ("part", "inlined"))
        return sum(placed.quantity for placed in parts if counts(placed))

    def walks(self) -> int:
        """How many steps `walk` takes: the pieces, and the submodels on the way to them."""
        return self.pieces() + sum(sum(reached.values()) for reached in self.reached.values())

    def walk(self) -> Iterator[Placed]:
        """Every single part in the order in which a program would build them; one record comes many times."""
        return self._walk(self.model.files[0], None)

    def _walk(self, file: ModelFile, inherited: int | None) -> Iterator[Placed]:
        for place, reference in enumerate(file.references):
            role = self.model.role(reference.name)
            color = inherited if reference.color in self._inherits else reference.color
            if role == "submodel":
                yield from self._walk(self.model.submodel(reference.name), color)
            elif role in ("part", "inlined"):
                yield Placed(file, place, reference, role, color, 1, None)

    def _resolved(self, file: ModelFile) -> int:
        """How many records a file's references are, when those that inherit come in several colours."""
        inheriting = sum(reference.color in self._inherits for reference in file.references)
        return len(file.references) + inheriting * (len(self.reached[id(file)]) - 1)

    def _placed(self, file: ModelFile, roles: tuple[Role, ...]) -> Iterator[Placed]:
        reached, twins = self.reached[id(file)], self._twins.get(id(file))
        twin_reached = self._twin_reached[id(file)]
        total = sum(reached.values())
        # A colour that only the second text inherits is known where the file comes in one colour.
        only = next(iter(twin_reached.values())) if len(twin_reached) == 1 else None
        for place, reference in enumerate(file.references):
            role = self.model.role(reference.name)
            if role not in roles:
                continue
            inherited = reference.color in self._inherits
            twin = twins[place] if twins else None
            for color, quantity in reached.items() if inherited else ((reference.color, total),):
                _check(reference, quantity)
                if twins and twins[place] in BRICKLINK_INHERITS:
                    twin = twin_reached.get(color) if inherited else only
                yield Placed(file, place, reference, role, color, quantity, twin)

    def _reach(self, placed: Placed) -> None:
        target = id(self.model.submodel(placed.reference.name))
        reached = self.reached[target]
        twins = self._twin_reached[target]
        # Where the second text gives two colours for what is one here, it does not tell which.
        agrees = twins.get(placed.color, placed.twin_color) == placed.twin_color
        twins[placed.color] = placed.twin_color if agrees else None
        reached[placed.color] = reached.get(placed.color, 0) + placed.quantity
        if reached[placed.color] > MOST_PIECES:
            raise too_large(f'"{shown(placed.reference.name)}" more than {MOST_PIECES:,} times')


def _check(reference: Reference, quantity: int) -> None:
    if quantity > MOST_OF_A_RECORD:
        raise too_large(f'"{shown(reference.name)}" more than {MOST_OF_A_RECORD:,} times')


def _from_the_top(model: Model) -> list[ModelFile]:
    """The files that the first one reaches, each after all that refer to it; at most 64 levels deep."""
    done: list[ModelFile] = []
    levels: dict[int, int] = {}
    open_files: dict[int, ModelFile] = {}
    stack = [(model.files[0], _submodels(model, model.files[0]))]
    open_files[id(model.files[0])] = model.files[0]
    while stack:
        file, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            del open_files[id(file)]
            levels[id(file)] = 1 + max((levels[id(below)] for below in _submodels(model, file)), default=0)
            if levels[id(file)] > MOST_LEVELS:
                raise too_large(f"submodels within submodels, more than {MOST_LEVELS} levels deep")
            done.append(file)
        elif id(child) in open_files:
            message = f'Submodel "{shown(child.name)}" contains itself.'
            raise refusal(Kind.CONTENT, "LDRAW_PARSE_ERROR", message, line=child.line)
        elif id(child) not in levels:
            open_files[id(child)] = child
            stack.append((child, _submodels(model, child)))
    return done[::-1]


def _submodels(model: Model, file: ModelFile) -> Iterator[ModelFile]:
    for name in dict.fromkeys(reference.name for reference in file.references):
        if model.role(name) == "submodel":
            yield model.submodel(name)
