"""`./mocshelf user add` and `./mocshelf token`: users of the running stack, and their tokens for curl."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import add_data

if TYPE_CHECKING:
    from typing import Any

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    user = subparsers.add_parser(
        "user", help="users of the running stack", epilog="example: ./mocshelf user add you@example.com"
    )
    actions = user.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a user", epilog="example: ./mocshelf user add you@example.com")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--password", help="12 characters or more of all kinds (default: a new one, printed)")
    add_data(add)
    add.set_defaults(run=run)
    token = subparsers.add_parser(
        "token",
        help="print an access token of a user",
        epilog='example: curl -H "Authorization: Bearer $(./mocshelf token)" http://127.0.0.1:8484/api/mocs',
    )
    token.add_argument("--email", help="the user (default: the demo user)")
    token.add_argument("--password", help="the user's password")
    add_data(token)
    token.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    sys.stdout.write((_added(args) if hasattr(args, "action") else _token(args)) + "\n")
    return 0


def _token(args: argparse.Namespace) -> str:
    from mocshelf_tools.running import endpoints_of, sign_in

    if (args.email is None) != (args.password is None):
        raise CannotContinue("Give --email and --password together, or neither for the demo user.")
    known = endpoints_of(args.data)
    email, password = args.email or known["demo"]["email"], args.password or known["demo"]["password"]
    return sign_in(known["cognito"], email, password)


def _added(args: argparse.Namespace) -> str:
    """What to say about the new user."""
    from mocshelf_tools.running import endpoints_of
    from mocshelf_tools.stack.folder import DataFolder
    from mocshelf_tools.stack.provision import add_user, client
    from mocshelf_tools.stack.settings import Settings, new_password

    if not _EMAIL.fullmatch(args.email):
        raise CannotContinue(f"{args.email!r} is not an e-mail address.")
    known = endpoints_of(args.data)
    cognito: Any = client("cognito-idp", known["cognito"]["endpoint"], Settings(DataFolder(args.data)))
    password = args.password or new_password()
    name = args.email.partition("@")[0]
    try:
        added = add_user(cognito, known["cognito"]["userPoolId"], args.email, password, name)
    except cognito.exceptions.InvalidPasswordException:
        raise CannotContinue(
            "The password needs 12 characters or more, with upper and lower case, a digit and a symbol."
        ) from None
    if not added:
        raise CannotContinue(f"There is a user {args.email} already.")
    return f"Added {args.email}" + ("" if args.password else f" with the password {password}")
