"""`./mocshelf export` and `./mocshelf import`: a user's whole library as one ZIP that people can read, and back."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import add_data

if TYPE_CHECKING:
    from mocshelf.runtime.users import User
    from mocshelf_tools.bundle.importing import Result

_SHOWN = 20


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    out = subparsers.add_parser(
        "export",
        help="write a user's library into a ZIP",
        description="Writes MOCs with their files and parts lists, photos, albums, wishlist and profile. Ends with 1 "
        "when an object was missing; the rest is in the ZIP then.",
        epilog="example: ./mocshelf export ada@example.com ada.zip",
    )
    out.add_argument("user", metavar="USER", help="an e-mail address or a user id")
    out.add_argument("file", type=Path, metavar="FILE", help="where the ZIP goes")
    out.add_argument("--force", action="store_true", help="replace a file that is there")
    out.set_defaults(work=_export)
    back = subparsers.add_parser(
        "import",
        help="put the ZIP of an export into a user's library",
        description="What is in the library already stays; nothing is ever deleted. It may be run again.",
        epilog="example: ./mocshelf import ada.zip ada@example.com",
    )
    back.add_argument("file", type=Path, metavar="FILE", help="the ZIP of an export")
    back.add_argument("user", nargs="?", metavar="USER", help="whose library: an e-mail address or a user id")
    back.add_argument("--check", action="store_true", help="only say whether the ZIP is whole and may be imported")
    back.add_argument(
        "--existing",
        choices=("skip", "rename"),
        default="skip",
        help="a MOC whose title another one has (default: skip)",
    )
    back.add_argument("--profile", action="store_true", help="take over name and picture too")
    back.set_defaults(work=_import)
    for parser in (out, back):
        parser.set_defaults(run=run)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        add_data(parser)


def run(args: argparse.Namespace) -> int:
    from mocshelf.runtime.errors import Unavailable

    try:
        code: int = args.work(args)
    except Unavailable:
        again = " What was added stays; run it again." if args.work is _import else ""
        raise CannotContinue(f"PostgreSQL, S3 or Cognito does not answer.{again}") from None
    return code


def _export(args: argparse.Namespace) -> int:
    from mocshelf_tools.running import link
    from mocshelf_tools.terminal import Terminal

    link(args.data)
    from mocshelf_tools.bundle.exporting import export

    terminal = Terminal()
    try:
        manifest = export(_user(args.user), args.file, force=args.force, tell=terminal.progress)
    finally:
        terminal.end_step()
    counts = manifest.counts.model_dump()
    problems = [f"{one.path}: {one.problem}" for one in manifest.problems]
    if args.json:
        sys.stdout.write(json.dumps({"file": str(args.file), "counts": counts, "problems": problems}) + "\n")
    else:
        said = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        sys.stdout.write(f"{args.file}: {said}; {args.file.stat().st_size:,} bytes.\n")
        _list("Not as the library describes it", problems)
    return 1 if problems else 0


def _import(args: argparse.Namespace) -> int:
    from mocshelf_tools.bundle.checking import checked, opened
    from mocshelf_tools.running import link
    from mocshelf_tools.terminal import Terminal

    if not args.check:
        if args.user is None:
            raise CannotContinue("Whose library? Name a user, or --check to look at the file only.")
        link(args.data)
    terminal = Terminal()
    try:
        with opened(args.file) as reader:
            bundle = checked(reader, terminal.progress)
            if args.check:
                terminal.end_step()
                counts = bundle.manifest.counts.model_dump()
                sys.stdout.write(
                    json.dumps({"counts": counts}) + "\n"
                    if args.json
                    else f"{args.file} is whole: it may be imported.\n"
                )
                return 0
            from mocshelf_tools.bundle.importing import Import

            user = _user(args.user)
            result = Import(bundle, user.user_id, terminal.progress, rename=args.existing == "rename").run()
            if args.profile:
                from mocshelf_tools.bundle.profile import take_over

                take_over(bundle, user)
    finally:
        terminal.end_step()
    _say(result, as_json=args.json)
    return 1 if result.skipped else 0


def _say(result: Result, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(asdict(result)) + "\n")
        return
    added = ", ".join(f"{count:,} {kind}" for kind, count in result.added.items()) or "nothing"
    present = ", ".join(f"{count:,} {kind}" for kind, count in result.present.items())
    sys.stdout.write(f"Added: {added}.\n" + (f"There already: {present}.\n" if present else ""))
    _list("Left out", result.skipped)


def _list(what: str, lines: list[str]) -> None:
    if lines:
        more = [f"  and {len(lines) - _SHOWN} more; --json lists all"] if len(lines) > _SHOWN else []
        sys.stdout.write(
            "\n".join([f"{what} ({len(lines)}):", *(f"  {one}" for one in lines[:_SHOWN]), *more]) + "\n"
        )


def _user(name: str) -> User:
    """The user of this e-mail address or id; CannotContinue when there is none."""
    from mocshelf.runtime import users
    from mocshelf.runtime.errors import NotFound

    try:
        return users.read(_subject(name) if "@" in name else name)
    except NotFound:
        raise CannotContinue(f"There is no user {name}.") from None


def _subject(email: str) -> str:
    import boto3

    from mocshelf.runtime.resources import resources

    if '"' in email or "\\" in email:
        raise CannotContinue(f"{email} is no e-mail address.")
    cognito = boto3.client(
        "cognito-idp", endpoint_url=resources.stage.endpoint, region_name=os.environ.get("AWS_REGION")
    )
    found = cognito.list_users(UserPoolId=resources.users.pool_id, Filter=f'email = "{email}"', Limit=1)["Users"]
    if not found:
        raise CannotContinue(f"There is no user {email}.")
    return next(str(one["Value"]) for one in found[0]["Attributes"] if one["Name"] == "sub")
