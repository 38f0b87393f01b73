"""`./mocshelf db`: the revisions of the running stack's database, and whether its rows and objects agree."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools.cloud.arguments import add_stage
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import add_data

if TYPE_CHECKING:
    from migrations.running import Status
    from mocshelf_tools.objects import Differences

_SHOWN = 20


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    db = subparsers.add_parser(
        "db", help="the database of the running stack", epilog="example: ./mocshelf db status --json"
    )
    actions = db.add_subparsers(dest="action", required=True, metavar="ACTION")
    migrate_ = actions.add_parser(
        "migrate", help="apply the revisions that are pending", epilog="example: ./mocshelf db migrate"
    )
    rollback = actions.add_parser(
        "rollback", help="undo the newest revision", epilog="example: ./mocshelf db rollback --yes"
    )
    rollback.add_argument("--yes", action="store_true", help="really lose what the revision's tables hold")
    status = actions.add_parser(
        "status",
        help="revision, and rows and objects that do not match",
        description="Ends with 1 when rows and objects differ.",
        epilog="example: ./mocshelf db status --json",
    )
    status.add_argument("--json", action="store_true", help="print one JSON object")
    for parser in (migrate_, rollback, status):
        add_data(parser)
        parser.set_defaults(run=run)
    query = actions.add_parser(
        "query",
        help="run a statement on a stage's database",
        description="Through the Data API: neither a tunnel nor a password is needed.",
        epilog="example: ./mocshelf db query --stage dev 'select count(*) from moc_instructions'",
    )
    add_stage(query)
    query.add_argument("sql", metavar="SQL")
    query.add_argument("--write", action="store_true", help="let it change rows (default: it only reads)")
    query.add_argument("--json", action="store_true", help="print a JSON array of rows")
    query.set_defaults(run=_query)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.running import endpoints_of

    try:
        known = endpoints_of(args.data)
        if args.action == "migrate":
            return _migrate(known["postgres"])
        if args.action == "rollback":
            return _rollback(known["postgres"], sure=args.yes)
        return _status(args.data, known, as_json=args.json)
    except CannotContinue as problem:
        sys.stderr.write(f"mocshelf: {problem}\n")
        return 1


def _query(args: argparse.Namespace) -> int:
    from mocshelf_tools.cloud.data_api import query
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.cloud.table import objects, table
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        found = query(place_of(args.stage, terminal.step), args.sql, terminal.step, write=args.write)
    finally:
        terminal.end_step()
    sys.stdout.write((objects(found) if args.json else "\n".join(table(found))) + "\n")
    return 0


def migrate(url: str) -> None:
    """Brings the database at `url` up to the newest revision. CannotContinue when newer code has been there."""
    from migrations import running

    try:
        running.upgrade(url)
    except running.NewerSchema as problem:
        raise CannotContinue(f"{problem} Take the code that migrated it, or begin anew with --fresh.") from None


def _migrate(url: str) -> int:
    from migrations import running

    applied = _explained(running.upgrade, url)
    sys.stdout.write(f"Applied: {', '.join(applied)}.\n" if applied else "The database is up to date.\n")
    return 0


def _rollback(url: str, *, sure: bool) -> int:
    from migrations import running

    current = _explained(running.status, url).current
    if current is None:
        raise CannotContinue("The database is empty: there is nothing to undo.")
    if not sure:
        raise CannotContinue(
            f"This undoes revision {current}; what its tables and columns hold is lost. Add --yes if you mean it."
        )
    undone = _explained(running.downgrade, url, "-1")
    sys.stdout.write(f"Undone: {', '.join(undone)}. ./mocshelf db migrate applies it again.\n")
    return 0


def _status(data: Path, known: dict[str, Any], *, as_json: bool) -> int:
    from migrations import running

    status = _explained(running.status, known["postgres"])
    found = _explained(_differences, data, known) if status.current else None
    if as_json:
        content = {**asdict(status), "differences": asdict(found) if found is not None else None}
        sys.stdout.write(json.dumps(content, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _described(status, found)))
    return 1 if found else 0


def _differences(data: Path, known: dict[str, Any]) -> Differences:
    from mocshelf_tools.objects import differences
    from mocshelf_tools.running import LINKS
    from mocshelf_tools.stack.folder import DataFolder
    from mocshelf_tools.stack.provision import client
    from mocshelf_tools.stack.settings import Settings

    folder = DataFolder(data)
    bucket = json.loads(folder.read(LINKS)["MOCSHELF_FILES"])["bucket"]
    return differences(known["postgres"], client("s3", known["s3"], Settings(folder)), bucket)


def _described(status: Status, found: Differences | None) -> list[str]:
    lines = [f"Revision  {status.current or 'none'}"]
    if status.pending:
        lines += [f"Pending   {', '.join(status.pending)}   (./mocshelf db migrate applies them)"]
    if found is None:
        return lines
    if not found:
        return [*lines, "Objects   every row has its object, every object its row"]
    lines += _listed("Objects that rows name and that are not there", found.without_object)
    return lines + _listed("Objects that no row knows of", found.without_row)


def _listed(what: str, keys: list[str]) -> list[str]:
    """The keys under a heading; of many the first, and --json has all."""
    if not keys:
        return []
    more = [f"  and {len(keys) - _SHOWN} more; --json lists all"] if len(keys) > _SHOWN else []
    return [f"{what} ({len(keys)}):", *(f"  {key}" for key in keys[:_SHOWN]), *more]


def _explained(action: Any, *arguments: Any) -> Any:
    """What the action returns; the refusal of a server becomes CannotContinue."""
    import psycopg2
    from botocore.exceptions import BotoCoreError, ClientError
    from sqlalchemy.exc import DBAPIError

    from migrations.running import NewerSchema

    try:
        return action(*arguments)
    except NewerSchema as problem:
        raise CannotContinue(f"{problem} Take the code that migrated it.") from None
    except DBAPIError as problem:
        raise CannotContinue(f"The database refused: {str(problem.orig).strip()}") from None
    except psycopg2.Error as problem:
        raise CannotContinue(f"The database refused: {str(problem).strip()}") from None
    except (BotoCoreError, ClientError) as problem:
        raise CannotContinue(f"The objects could not be listed: {problem}") from None
