"""THE table: every Lambda function, what calls it, what it may reach, how large it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One Lambda function; its handler is `mocshelf.functions.<name>.handler`.

    `routes` names a Routes object (`module:attribute`) for functions behind the HTTP API, `queue` the link
    of the queue that feeds it, `schedule` the minutes between two runs. `reach` lists the links it gets:
    each becomes a permission and an address. `optional` links may be absent on a stage. `files` says what it
    does with which objects, as `verb:pattern` with the verbs get, put, delete and list. Memory in MB, timeout
    in seconds.
    """

    name: str
    reach: tuple[str, ...]
    optional: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    routes: str | None = None
    queue: str | None = None
    schedule: int | None = None
    memory: int = 512
    timeout: int = 29
    imaging: bool = False


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "health",
        routes="mocshelf.health.routes:routes",
        reach=("stage", "database"),
        optional=("cache", "search"),
        timeout=5,
    ),
    Function(
        "mocs",
        routes="mocshelf.mocs.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search"),
    ),
    Function(
        "gallery",
        routes="mocshelf.gallery.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search"),
        memory=2048,
        imaging=True,
    ),
    Function(
        "parts",
        routes="mocshelf.parts.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache"),
        memory=1024,
    ),
    Function(
        "wishlist",
        routes="mocshelf.wishlist.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search"),
        memory=2048,
        imaging=True,
    ),
    Function(
        "profiles",
        routes="mocshelf.profiles.routes:routes",
        schedule=5,
        reach=("stage", "database", "files", "users"),
        optional=("cache",),
        memory=2048,
        imaging=True,
    ),
    Function(
        "uploads",
        routes="mocshelf.uploads.routes:routes",
        reach=("stage", "database", "files", "processing_queue"),
        optional=("index_queue", "cache"),
        memory=2048,
        imaging=True,
    ),
    Function(
        "process_upload",
        queue="processing_queue",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache"),
        memory=2048,
        timeout=150,
        imaging=True,
    ),
    Function(
        "index_search",
        queue="index_queue",
        reach=("stage", "database"),
        optional=("search", "cache"),
        timeout=30,
    ),
    Function(
        "sweep",
        schedule=5,
        reach=("stage", "database", "files", "processing_queue"),
        optional=("index_queue", "cache"),
        timeout=240,
    ),
)


def function(name: str) -> Function:
    """The row of that name; KeyError if there is none."""
    return {row.name: row for row in FUNCTIONS}[name]
