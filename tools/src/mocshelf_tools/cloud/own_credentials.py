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
        with self._noted():
            found = self._current().get_credentials().get_frozen_credentials()
            return Keys(found.access_key, found.secret_key, found.token)

    def check(self) -> None:
        """Asks AWS whether it takes them. CannotContinue when it does not, or cannot be asked."""
        from botocore.config import Config

        config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1})
        with self._noted():
            self._current().client("sts", endpoint_url=self._place.endpoint, config=config).get_caller_identity()
        if self._told is not None:
            self._told = None
            self._show(GOOD_AGAIN)

    def _current(self) -> Any:
        """A session that has credentials."""
        with self._lock:
            if self._session is None:
                made = session(self._place)
                if made.get_credentials() is None:
                    raise CannotContinue(NO_CREDENTIALS)
                self._session = made
            return self._session

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            with explained(self._place):
                yield
        except CannotContinue as problem:
            with self._lock:
                self._session = None
                told, self._told = self._told, str(problem)
            if str(problem) != told:
                exported = self._place.endpoint is None and "AWS_ACCESS_KEY_ID" in os.environ
                self._show(f"{problem}\n{_EXPORTED if exported else _MEANWHILE}")
            raise
