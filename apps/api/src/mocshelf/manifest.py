"""THE table: every Lambda function, what calls it, what it may reach, how large it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One Lambda function; its handler is `mocshelf.functions.<name>.handler`.

    `routes` names a Routes object (`module:attribute`) for functions behind the HTTP API, `queue` the link of the
    queue that feeds it, `batch` messages at a time, `schedule` the minutes between two runs; a deployment calls what
    none of them does. `reach` lists the links it gets: each becomes a permission and an address. `optional` links may
    be absent on a stage. `files` says what it does with which objects, as `verb:pattern` with the verbs get, put,
    delete and list; who looks at a key that may be missing lists it too, or S3 says 403 instead of 404. Memory in
    MB, timeout in seconds. `reserved` is how many run at once at most: where a stage reserves, and for queues on
    every stage; of 1,000 in an account 100 stay free, and two stages may share one. `imaging` and `migrating`
    functions get the layer of that kind: libvips, and what Alembic needs. `indexing` ones write the search index,
    the others only ask it.
    """

    name: str
    reach: tuple[str, ...]
    optional: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    routes: str | None = None
    queue: str | None = None
    batch: int = 1
    schedule: int | None = None
    memory: int = 512
    timeout: int = 29
    reserved: int = 10
    imaging: bool = False
    migrating: bool = False
    indexing: bool = False


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "health",
        routes="mocshelf.health.routes:routes",
        reach=("stage", "database"),
        optional=("cache", "search", "origin"),
        timeout=5,
    ),
    Function(
        "mocs",
        routes="mocshelf.mocs.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search", "origin"),
        files=("get:mocs/*", "get:images/*"),
        reserved=120,
    ),
    Function(
        "gallery",
        routes="mocshelf.gallery.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search", "origin"),
        files=("get:images/*", "put:images/*"),
        memory=2048,
        reserved=60,
        imaging=True,
    ),
    Function(
        "parts",
        routes="mocshelf.parts.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "origin"),
        files=("get:mocs/*", "put:mocs/*"),
        memory=1024,
        reserved=50,
    ),
    Function(
        "wishlist",
        routes="mocshelf.wishlist.routes:routes",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache", "search", "origin"),
        files=("get:wishlist/*", "put:wishlist/*"),
        memory=2048,
        reserved=40,
        imaging=True,
    ),
    Function(
        "profiles",
        routes="mocshelf.profiles.routes:routes",
        schedule=5,
        reach=("stage", "database", "files", "users"),
        optional=("cache", "origin"),
        files=("get:avatars/*", "put:avatars/*"),
        memory=2048,
        reserved=20,
        imaging=True,
    ),
    Function(
        "uploads",
        routes="mocshelf.uploads.routes:routes",
        reach=("stage", "database", "files", "processing_queue"),
        optional=("index_queue", "cache", "origin"),
        files=("put:incoming/*", "get:incoming/*", "list:incoming/*", "put:mocs/*", "get:mocs/*", "get:images/*"),
        memory=2048,
        reserved=60,
        imaging=True,
    ),
    Function(
        "process_upload",
        queue="processing_queue",
        reach=("stage", "database", "files"),
        optional=("index_queue", "cache"),
        files=(
            *("get:incoming/*", "list:incoming/*"),
            *("put:mocs/*", "put:images/*", "put:wishlist/*", "put:avatars/*"),
        ),
        memory=2048,
        timeout=150,
        reserved=40,
        imaging=True,
    ),
    Function(
        "index_search",
        queue="index_queue",
        batch=10,
        reach=("stage", "database"),
        optional=("search", "cache"),
        timeout=30,
        indexing=True,
    ),
    Function(
        "reindex",
        schedule=5,
        reach=("stage", "database"),
        optional=("search",),
        timeout=900,
        reserved=1,
        indexing=True,
    ),
    Function(
        "sweep",
        schedule=5,
        reach=("stage", "database", "files", "processing_queue"),
        optional=("index_queue", "cache"),
        files=(
            *("list:incoming/*", "delete:incoming/*"),
            *("delete:mocs/*", "delete:images/*", "delete:wishlist/*", "delete:avatars/*"),
        ),
        timeout=240,
        reserved=1,
    ),
    Function(
        "migrate",
        reach=("stage", "owner"),
        timeout=300,
        reserved=1,
        migrating=True,
    ),
)


def function(name: str) -> Function:
    """The row of that name; KeyError if there is none."""
    return {row.name: row for row in FUNCTIONS}[name]
