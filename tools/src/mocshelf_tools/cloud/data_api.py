"""SQL by hand on a stage's database: through the Data API, or straight to the server beside the embedded AWS."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mocshelf_tools.cloud.failures import code_of, explained
from mocshelf_tools.cloud.place import Place, client, outputs
from mocshelf_tools.problems import CannotContinue

# A database that was paused takes about a quarter of a minute to come back.
_WAKING_SECONDS = 90
_LOOK_SECONDS = 3
_REFUSALS = {"BadRequestException", "DatabaseErrorException", "StatementTimeoutException"}


@dataclass(frozen=True)
class Rows:
    """What a statement has returned: no columns when it returns no rows, and then how many it has changed."""

    columns: list[str]
    rows: list[list[Any]]
    changed: int


def query(place: Place, sql: str, report: Callable[[str], None], *, write: bool) -> Rows:
    """Runs one statement, in a transaction that may not write unless `write` says so. CannotContinue."""
    owner = place.given.get("owner")
    if owner is not None:
        return _directly(owner, sql, write=write)
    known = outputs_with_database(place)
    with explained(place):
        return _through_the_api(client(place, "rds-data"), known, sql, report, write=write)


def outputs_with_database(place: Place) -> dict[str, str]:
    """The arguments of the Data API for this stage. CannotContinue when it has no cluster."""
    with explained(place):
        found = outputs(place)
    try:
        return {
            "resourceArn": found["ClusterArn"],
            "secretArn": found["SecretArn"],
            "database": found["DatabaseName"],
        }
    except KeyError:
        raise CannotContinue(f"The stage {place.stage.name} has no database that the Data API reaches.") from None


def _directly(owner: Any, sql: str, *, write: bool) -> Rows:
    import psycopg2

    try:
        connection = psycopg2.connect(
            host=owner["host"], port=owner["port"], dbname=owner["name"], user=owner["user"], connect_timeout=5
        )
        connection.set_session(readonly=not write)
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            columns = [column.name for column in cursor.description or ()]
            rows = [list(row) for row in cursor.fetchall()] if cursor.description else []
            return Rows(columns, rows, max(cursor.rowcount, 0))
    except psycopg2.Error as problem:
        raise CannotContinue(_refusal(str(problem))) from None


def _through_the_api(
    data: Any, known: dict[str, str], sql: str, report: Callable[[str], None], *, write: bool
) -> Rows:
    from botocore.exceptions import ClientError

    arguments = {name: known[name] for name in ("resourceArn", "secretArn")}
    try:
        transaction = _begun(data, known, report)
        try:
            if not write:
                data.execute_statement(**known, transactionId=transaction, sql="set transaction read only")
            answer = data.execute_statement(**known, transactionId=transaction, sql=sql, includeResultMetadata=True)
        except BaseException:
            data.rollback_transaction(**arguments, transactionId=transaction)
            raise
        data.commit_transaction(**arguments, transactionId=transaction)
    except ClientError as problem:
        if code_of(problem) in _REFUSALS:
            raise CannotContinue(_refusal(problem.response["Error"]["Message"])) from None
        raise
    columns = [str(column["name"]) for column in answer.get("columnMetadata", ())]
    rows = [[value(field) for field in record] for record in answer.get("records", ())]
    return Rows(columns, rows, int(answer.get("numberOfRecordsUpdated", 0)))


def _begun(data: Any, known: dict[str, str], report: Callable[[str], None]) -> str:
    """The transaction, once the database is awake."""
    from botocore.exceptions import ClientError

    deadline = time.monotonic() + _WAKING_SECONDS
    while True:
        try:
            return str(data.begin_transaction(**known)["transactionId"])
        except ClientError as problem:
            if code_of(problem) != "DatabaseResumingException" or time.monotonic() > deadline:
                raise
        report("Waking the database")
        time.sleep(_LOOK_SECONDS)


def value(field: dict[str, Any]) -> Any:
    """A field of the Data API's answer as Python has it; arrays as lists, bytes as hex."""
    if field.get("isNull"):
        return None
    if "arrayValue" in field:
        (values,) = field["arrayValue"].values() or ([],)
        return list(values)
    (content,) = field.values()
    return content.hex() if isinstance(content, bytes) else content


def _refusal(message: str) -> str:
    text = message.strip()
    if "read-only transaction" in text:
        return f"This only reads, and the statement writes ({text.splitlines()[0]}). Add --write if you mean it."
    return f"The database refused: {text}"
