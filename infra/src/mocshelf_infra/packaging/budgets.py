"""How large things are, beside how large they may be."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from mocshelf import manifest
from mocshelf_infra.packaging.artifacts import Artifacts, Zip, layers_of
from mocshelf_infra.packaging.problems import OverBudget

KB, MB = 1_000, 1_000_000

CODE = 300 * KB  # of our own in a function's zip, as zipped, what it is compiled to not counted
LAYERS = {"runtime": 60 * MB, "imaging": 60 * MB}  # unzipped
TOGETHER = 250 * MB  # unzipped, with the layers: Lambda's own limit

# What a zip says of an entry, twice, beside its name.
_HEADERS = 30 + 46


def code_size(built: Zip) -> int:
    """What the zip would take without the compiled files: sources and data."""
    with zipfile.ZipFile(built.path) as archive:
        compiled = [entry for entry in archive.infolist() if entry.filename.endswith(".pyc")]
    return built.size - sum(entry.compress_size + 2 * len(entry.filename) + _HEADERS for entry in compiled)


def table(artifacts: Artifacts) -> Iterator[str]:
    """A line for each zip, with headings."""
    yield f"{'function':<16}{'own code':>10}{'of':>8}{'zip':>10}{'unzipped':>12}{'with layers':>13}{'of':>10}"
    for name, built in sorted(artifacts.functions.items()):
        code = f"{_kilobytes(code_size(built)):>10}{_kilobytes(CODE):>8}"
        together = f"{_megabytes(_together(artifacts, name)):>13}{_megabytes(TOGETHER):>10}"
        yield f"{name:<16}{code}{_kilobytes(built.size):>10}{_kilobytes(built.unzipped):>12}{together}"
    yield f"{'layer':<16}{'zip':>28}{'unzipped':>12}{'of':>13}"
    for name, built in artifacts.layers.items():
        limit = _megabytes(LAYERS[name]) if name in LAYERS else "-"
        yield f"{name:<16}{_megabytes(built.size):>28}{_megabytes(built.unzipped):>12}{limit:>13}"


def check(artifacts: Artifacts) -> None:
    """OverBudget with everything that is too large."""
    over = []
    for name, built in sorted(artifacts.functions.items()):
        if (code := code_size(built)) > CODE:
            over.append(f"the code of {name} is {_kilobytes(code)} zipped, of {_kilobytes(CODE)}")
        if (together := _together(artifacts, name)) > TOGETHER:
            over.append(f"{name} with its layers is {_megabytes(together)} unzipped, of {_megabytes(TOGETHER)}")
    for name, limit in LAYERS.items():
        if (unzipped := artifacts.layers[name].unzipped) > limit:
            over.append(f"the layer {name} is {_megabytes(unzipped)} unzipped, of {_megabytes(limit)}")
    if over:
        raise OverBudget(f"Over budget: {'; '.join(over)}. The sizes above say what has grown.")


def _together(artifacts: Artifacts, name: str) -> int:
    layers = layers_of(manifest.function(name))
    return artifacts.functions[name].unzipped + sum(artifacts.layers[layer].unzipped for layer in layers)


def _kilobytes(size: int) -> str:
    return f"{size / KB:,.0f} KB"


def _megabytes(size: int) -> str:
    return f"{size / MB:,.1f} MB"
