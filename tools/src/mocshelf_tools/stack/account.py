"""The account that servers which refuse root run as when root starts them: PostgreSQL and OpenSearch."""

from __future__ import annotations

import ctypes
import os
import pwd
import sys
from typing import NamedTuple

from mocshelf_tools.problems import CannotContinue

_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


class Account(NamedTuple):
    """A user and its group, by number."""

    user: int
    group: int

    def become(self) -> None:
        """Turns this process, a child about to run its program, into one of the account's.

        It keeps root's way through folders: the data folder and the environment may lie where the account has no
        access, and opening those to everybody would be worse.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        _check(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
        os.setgroups([])
        os.setgid(self.group)
        os.setuid(self.user)
        kept = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
        _check(libc.capset(header, sets))
        _check(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0))


def server_account() -> Account | None:
    """The account that owns nothing, for root; None for everybody else, who run servers as themselves."""
    if os.geteuid():
        return None
    try:
        account = pwd.getpwnam("nobody") if sys.platform.startswith("linux") else None
    except KeyError:
        account = None
    if account is None:
        raise CannotContinue("PostgreSQL and OpenSearch do not run as root. Run this command as another user.")
    return Account(account.pw_uid, account.pw_gid)


def _check(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), "the account cannot be changed")
