"""A 10,000-row parts list, upload to rows, beside Python's csv module and one COPY alone."""

from __future__ import annotations

import csv
import io
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from shelf import CLAIMS, list_event, shelf
from table import show

RUNS = 25
ROWS = 10_000
_HEADER = "Part,Color,Quantity,Is Spare"


def main() -> None:
    """Prints two tables: reading and storing alone, and the whole request with its file."""
    import psycopg2

    data = _list()
    with shelf() as stack:
        conn = psycopg2.connect(stack.endpoints.postgres_app)
        moc_id = _moc()
        work: dict[str, Callable[[], None]] = {
            "csv module and one COPY": lambda: _yardstick(conn, data, moc_id),
            "Mocshelf: read, check, store": lambda: _ours(data, moc_id),
        }
        reading = _measure(work, moc_id)
        request = _measure({"POST …/upload-parts-list": lambda: _upload(data, moc_id)}, moc_id)
        conn.close()
    title = f"{ROWS:,} rows of a Rebrickable list, milliseconds, {RUNS} runs each"
    show("parts", title, reading)
    show("parts-request", "The same as a request: form, file to S3, receipt, answer", {**reading, **request})


def _measure(work: dict[str, Callable[[], None]], moc_id: uuid.UUID) -> dict[str, list[float]]:
    """The contenders take turns; what they have stored is taken away between two runs."""
    samples: dict[str, list[float]] = {name: [] for name in work}
    for run in range(RUNS + 2):
        for name, contender in work.items():
            start = time.perf_counter()
            contender()
            if run >= 2:
                samples[name].append((time.perf_counter() - start) * 1000)
            _clear(moc_id)
    return samples


def _list() -> bytes:
    rows = (f"{3000 + number // 7}b,{number % 7},{1 + number % 9},False" for number in range(ROWS))
    return "\n".join([_HEADER, *rows, ""]).encode()


def _yardstick(conn: Any, data: bytes, moc_id: uuid.UUID) -> None:
    """What is left when nothing is checked: parse, copy, commit."""
    rows = csv.reader(io.StringIO(data.decode()))
    next(rows)
    with conn, conn.cursor() as cursor:
        cursor.execute(
            "insert into moc_parts_lists (moc_id, user_id, title) values (%s, %s, 'List') returning id",
            [str(moc_id), CLAIMS["sub"]],
        )
        list_id = cursor.fetchone()[0]
        lines = (
            f"{list_id}\t{line}\t{part}\t{color}\t{quantity}\t{spare}\n"
            for line, (part, color, quantity, spare) in enumerate(rows, 1)
        )
        cursor.copy_expert(
            "copy moc_parts (parts_list_id, line, part_number, color_id, quantity, spare) from stdin",
            io.StringIO("".join(lines)),
        )


def _ours(data: bytes, moc_id: uuid.UUID) -> None:
    from mocshelf.parts.reading import read_parts
    from mocshelf.parts.service import import_list
    from mocshelf.runtime import database

    imported = read_parts(data, "list.csv")
    database.run(
        lambda conn: import_list(
            conn, owner=CLAIMS["sub"], moc_id=moc_id, file_id=None, title="List", imported=imported
        )
    )


def _upload(data: bytes, moc_id: uuid.UUID) -> None:
    from mocshelf.functions.parts import handler
    from mocshelf.testing import http_event, multipart

    body, content_type = multipart({}, [("file", "list.csv", "text/csv", data)])
    event = http_event(
        "POST /api/mocs/{moc_id}/upload-parts-list",
        "POST",
        f"/api/mocs/{moc_id}/upload-parts-list",
        headers=[("content-type", content_type)],
        body=body,
        path_parameters={"moc_id": str(moc_id)},
        claims=CLAIMS,
    )
    answer = handler(event, None)
    if answer["statusCode"] != 201:
        raise RuntimeError(f"The upload was answered {answer['statusCode']}: {answer['body'][:200]}")


def _moc() -> uuid.UUID:
    """One of the shelf's MOCs."""
    from mocshelf.functions.mocs import handler

    return uuid.UUID(json.loads(handler(list_event(), None)["body"])["data"][0]["id"])


def _clear(moc_id: uuid.UUID) -> None:
    from mocshelf.runtime import database

    def clear(conn: database.Connection) -> None:
        for table in ("moc_parts_lists", "moc_files"):
            database.execute(conn, f"delete from {table} where moc_id = %(id)s", {"id": moc_id})

    database.run(clear)
