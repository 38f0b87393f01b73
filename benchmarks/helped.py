"""What makes a cold start short: each measure undone in turn, beside the start with all of them."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from cold import FORGET, in_turns, starter
from shelf import list_event, shelf
from table import show

RUNS = 25

LOAD = "import sys\nfrom mocshelf.functions.mocs import handler\n"
ASK = """
from benchmark_event import event
assert handler(event, None)["statusCode"] == 200
"""

# Before the function is loaded: its threshold does nothing, so that the usual one stays; and nobody says that someone
# waits.
COLLECTED = "import gc\ngc.set_threshold = lambda *_: None\n"
WAITED_FOR = "import os\ndel os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
# After it, and before its first request: Pydantic finds its own search again.
SEARCHED = "del sys.modules['pydantic.plugin._loader']\n"
PARTS = "import mocshelf.parts.inputs, mocshelf.parts.service\n"
BUILT = """
from mocshelf.runtime import schemas
kinds = [schemas.Input, schemas.Query, schemas.Output]
for kind in kinds:
    kinds += kind.__subclasses__()
    kind.model_rebuild()
"""
# The named tuples are there already, so this takes what those take more than what dataclasses alone would.
DATACLASSES = """
from dataclasses import make_dataclass
from mocshelf.runtime import resources
for kind in [kind for kind in vars(resources).values() if hasattr(kind, "_field_defaults")]:
    make_dataclass(kind.__name__, kind._fields, frozen=True)
"""


def main() -> None:
    """Prints the table of processor time, in which a few per cent show on a busy machine too.

    It says nothing of waiting, so the connection that is opened ahead only shows what its thread takes.
    """
    contenders = {
        "Mocshelf": LOAD + ASK,
        "a search for plugins": LOAD + SEARCHED + ASK,
        "garbage looked for as usual": COLLECTED + LOAD + ASK,
        "connected when asked": WAITED_FOR + LOAD + ASK,
        "every shape built at once": LOAD + BUILT + ASK,
        "parts lists loaded too": LOAD + PARTS + ASK,
        "links as dataclasses too": LOAD + DATACLASSES + ASK,
    }
    with shelf(cache=True), tempfile.TemporaryDirectory() as folder:
        python = starter(Path(folder), list_event())
        starts = {name: python(FORGET + code) for name, code in contenders.items()}
        samples = in_turns(starts, RUNS, processor_time)
    title = f"Cold start with one measure undone, milliseconds of processor time, {RUNS} fresh processes each"
    show("helped", title, samples)


def processor_time() -> float:
    """Seconds that the processes have taken which this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
