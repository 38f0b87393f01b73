"""The AWS credentials of whoever typed the command, as they are now: sessions end, and people sign in again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mocshelf_tools.cloud.failures import NO_CREDENTIALS, explained
from mocshelf_tools.cloud.place import Place, session
from mocshelf_tools.problems import CannotContinue

GOOD_AGAIN = "AWS takes your credentials again."
_MEANWHILE = "It goes on by itself once that is done; until then requests that need AWS are answered with 503."
_EXPORTED = "The keys in this command's environment cannot change: stop it, and start it again with new ones."


@dataclass(frozen=True)
class Keys:
    """AWS credentials; `token` is None for keys that last."""

    access_key: str
    secret_key: str
    token: str | None


class OwnCredentials:
    """Keeps one session, which renews itself where it can; after a failure the next use reads everything anew.

    `show` hears once that the credentials are of no use, and once that they are again. For any thread.
    """

    def __init__(self, place: Place, show: Callable[[str], None]) -> None:
        self._place = place
        self._show = show
        self._session: Any = None
        self._told: str | None = None
        self._lock = threading.Lock()

    def keys(self) -> Keys:
        """CannotContinue when there are none. The SDK renews them ten minutes before their end: they last as long."""
        with self._lock, self._noted():
            return self._keys()

    def check(self) -> None:
        """Asks AWS whether it takes them. CannotContinue when it does not, or cannot be asked."""
        with self._lock, self._noted():
            self._keys()
            self._session.client("sts", endpoint_url=self._place.endpoint).get_caller_identity()
            if self._told is not None:
                self._told = None
                self._show(GOOD_AGAIN)

    def _keys(self) -> Keys:
        if self._session is None:
            self._session = session(self._place)
        found = self._session.get_credentials()
        if found is None:
            raise CannotContinue(NO_CREDENTIALS)
        frozen = found.get_frozen_credentials()
        return Keys(frozen.access_key, frozen.secret_key, frozen.token)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            with explained(self._place):
                yield
        except CannotContinue as problem:
            self._session = None
            if str(problem) != self._told:
                self._told = str(problem)
                exported = self._place.endpoint is None and "AWS_ACCESS_KEY_ID" in os.environ
                self._show(f"{problem}\n{_EXPORTED if exported else _MEANWHILE}")
            raise
