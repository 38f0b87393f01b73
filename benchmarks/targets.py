"""What good means here, as data: each figure that was promised, where it is measured, and what it stands beside."""

from __future__ import annotations

from dataclasses import dataclass

PSYCOPG = "bare psycopg 3"
FASTAPI, NODE = "FastAPI, SQLAlchemy, boto3", "Node, Drizzle, AWS SDK"
STACKS = (PSYCOPG, FASTAPI, NODE)


@dataclass(frozen=True)
class Target:
    """One promise about a median of `results/<result>.json`.

    `contender` is ours, or None for the largest of all. `most` is in `unit`, `times` a multiple of the
    first of `beside`. With `minus` the figure is what ours takes longer than that contender.
    """

    what: str
    result: str
    contender: str | None
    unit: str = "ms"
    most: float | None = None
    times: float | None = None
    beside: tuple[str, ...] = ()
    minus: str | None = None
    hope: str = ""


TARGETS = (
    Target(
        "Cold start: a fresh process until its first list, from PostgreSQL",
        "cold",
        "Mocshelf",
        most=520,
        beside=STACKS,
        hope="as near to Node's as can be",
    ),
    Target("Warm list: 20 of 200 MOCs, in process", "warm", "Mocshelf", most=0.8, beside=STACKS),
    Target(
        "What the gateway of `dev` adds to a request",
        "gateway",
        "through the gateway",
        most=3,
        minus="handler in process",
    ),
    Target(
        "A 24-megapixel JPEG to 2048 and 400 pixels of WebP",
        "image",
        "Mocshelf",
        times=1,
        beside=("two thumbnail calls", "Sharp"),
    ),
    Target(
        "Peak memory of that", "image-memory", "Mocshelf", "MB", most=300, beside=("two thumbnail calls", "Sharp")
    ),
    Target(
        "A parts list of 10,000 rows, from its bytes to rows",
        "parts",
        "Mocshelf: read, check, store",
        times=2,
        beside=("csv module and one COPY",),
    ),
    Target(
        "The same as a request, with its form, its file in S3 and its receipt",
        "parts-request",
        "POST …/upload-parts-list",
        times=2,
        beside=("csv module and one COPY",),
    ),
    Target("`./mocshelf dev`: a later start, until it is healthy", "start", "Mocshelf, a later start", "s", most=6),
    Target("A code change, until it is live", "start", "Mocshelf, a code change", "s", most=1),
    Target("A deployment of the local stage, code unchanged", "deploy", "Mocshelf, unchanged", "s", most=30),
    Target("Own code of a function's zip, the largest", "sizes", None, "KB", most=300),
    Target("The layer `runtime`, unzipped", "sizes-layers", "Mocshelf, runtime", "MB", most=60),
    Target("The layer `imaging`, unzipped", "sizes-layers", "Mocshelf, imaging", "MB", most=60),
)
