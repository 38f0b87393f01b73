"""What a session was asked and what it still holds: the server's log, and what pins a session behind RDS Proxy."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from mocshelf.runtime import database
from mocshelf_tools.stack.stack import Stack

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-pinning.html: for all engines and PostgreSQL.
# What a function of the database does inside is not looked at there, nor is a lock that ends with its transaction.
LONGEST = 16 * 1024  # bytes
PINNING = {
    "a setting": r"^(set|reset)\b|\bset_config\s*\(",
    "a prepared statement": r"^(prepare|execute|deallocate)\b",
    "discarding": r"^discard\b",
    "a temporary object": r"^create\s+(or\s+replace\s+)?((local|global)\s+)?temp(orary)?\b|\binto\s+temp(orary)?\b",
    "a cursor": r"^declare\b",
    "a channel": r"^(un)?listen\b",
    "a library": r"^load\b",
    "a sequence": r"\b(nextval|currval|lastval|setval)\s*\(",
    "a lock of the session": r"\bpg_(try_)?advisory_(lock|unlock)\w*\s*\(",
}
_TEXTS = re.compile(r"'(?:[^']|'')*'|\$\$.*?\$\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_RECORD = re.compile(r"^\S+ \S+ \S+ \[\d+\] (\S+) (?:LOG|STATEMENT|\w+): ", re.MULTILINE)
_PREFIX = "%m [%p] %u "

LEFT = """
select 'setting ' || name as what from pg_settings where source = 'session'
union all select 'prepared statement ' || name from pg_prepared_statements
union all select 'cursor ' || name from pg_cursors where is_holdable
union all select 'channel ' || channel from pg_listening_channels() as channel
union all select 'temporary ' || relname from pg_class where relpersistence = 't'
union all select 'lock ' || objid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
"""


def pins(statement: str) -> list[str]:
    """Why RDS Proxy would pin the session of this text."""
    bare = [part.strip() for part in _TEXTS.sub(" ", statement).lower().split(";")]
    found = [why for why, pattern in PINNING.items() if any(re.search(pattern, part) for part in bare)]
    return found + (["its length"] if len(statement.encode()) > LONGEST else [])


@dataclass
class Watch:
    """The sessions of the functions' role, from the server's log."""

    log: Path
    role: str
    statements: list[str] = field(default_factory=list)  # all that were seen
    pinned: list[tuple[str, list[str]]] = field(default_factory=list)  # those that pin, shortened, and why

    def around(self, handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """The same handler; what it leaves behind fails the test."""

        def call(event: Any, context: Any) -> Any:
            before = self.log.stat().st_size
            answer = handler(event, context)
            asked = self._since(before)
            pinning = [(text[:200], why) for text in asked if (why := pins(text))]
            self.statements += asked
            self.pinned += pinning
            assert left() == []
            assert not pinning or database._connection is None, pinning
            return answer

        return call

    def _since(self, place: int) -> list[str]:
        with self.log.open("rb") as log:
            log.seek(place)
            return statements(log.read().decode(), self.role)


def statements(log: str, role: str) -> list[str]:
    """What sessions of the role were asked, by these lines."""
    heads = list(_RECORD.finditer(log))
    ends = [*(head.start() for head in heads[1:]), len(log)]
    texts = [(head[1], log[head.end() : end].strip()) for head, end in zip(heads, ends, strict=False)]
    return [
        text.removeprefix("statement: ") for user, text in texts if user == role and text.startswith("statement: ")
    ]


def left() -> list[str]:
    """What the function's session holds between two requests; nothing when it has none."""
    if database._connection is None:
        return []
    status = database._connection.info.transaction_status
    with database.reading() as conn:
        rows = [row["what"] for row in database.fetch_all(conn, LEFT)]
    return rows + ([] if status == psycopg2.extensions.TRANSACTION_STATUS_IDLE else ["a transaction"])


@contextmanager
def watching(stack: Stack, role: str) -> Iterator[Watch]:
    """Has the server write down every statement meanwhile."""
    # What fills a new engine is a function as well, and would be heard here.
    stack.engine.wait()
    database.close()
    with closing(psycopg2.connect(stack.endpoints.postgres)) as owner:
        owner.autocommit = True
        try:
            _configure(owner, f"set log_line_prefix = '{_PREFIX}'", "set log_statement = 'all'")
            _until(stack, "all")
            yield Watch(stack.folder.logs / "postgres.log", role)
        finally:
            _configure(owner, "reset log_statement", "reset log_line_prefix")
            database.close()


def _configure(owner: Any, *changes: str) -> None:
    with owner.cursor() as cursor:
        for change in changes:
            cursor.execute(f"alter system {change}")
        cursor.execute("select pg_reload_conf()")


def _until(stack: Stack, wanted: str) -> None:
    """New sessions take the settings over when the server has read them."""
    for _ in range(100):
        with closing(psycopg2.connect(stack.endpoints.postgres)) as conn, conn.cursor() as cursor:
            cursor.execute("show log_statement")
            if cursor.fetchone() == (wanted,):
                return
        time.sleep(0.05)
    raise AssertionError("The server has not read its settings.")
