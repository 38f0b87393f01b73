"""The cache: answers of PostgreSQL kept in Valkey for one user, found by a generation that every write replaces.

Nothing here ever raises: without the cache everything is the same, only slower.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from pydantic_core import from_json, to_json

from mocshelf.runtime import telemetry
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.database import after_commit
from mocshelf.runtime.resources import resources
from mocshelf.runtime.snapshot import after_restore
from mocshelf.runtime.valkey import Command, Valkey

SHAPE = "ms1"  # another one when the shape of values changes
GENERATION_SECONDS = 86400
LONGEST_SECONDS = 1800  # no entry is kept for longer
LARGEST = 256 * 1024  # bytes of a value
REPORT_SECONDS = 60.0

Value = TypeVar("Value")

breaker = Breaker("cache")


class _State:
    """What this process knows: its connection, since when generations can be trusted, and how often it found."""

    def __init__(self) -> None:
        self.valkey: Valkey | None = None
        self.trusted_since = 0  # microseconds since 1970
        self.counts = {"CacheHits": 0, "CacheMisses": 0}
        self.reported = time.monotonic()


_state = _State()


def kept(user_id: str, domain: str, what: str, seconds: int, load: Callable[[], Value]) -> Value:
    """What `load` gives, for up to `seconds` from the cache, where it is JSON: times and numbers come as text then.

    The generation is read before `load` runs, so that whoever is overtaken by a writer stores under one that
    nobody reads any more.
    """
    generation = _generation(user_id, domain)
    if generation is None:
        return load()
    key = f"{_prefix(user_id)}:{domain}:{generation}:{what}"
    found = _ask(user_id, [("GET", key)])
    if found is not None and isinstance(found[0], bytes):
        try:
            value = cast("Value", from_json(found[0]))
        except ValueError:
            # What cannot be read is written again.
            telemetry.logger.warning("cache.unreadable", extra={"domain": domain})
        else:
            _count("CacheHits")
            return value
    _count("CacheMisses")
    value = load()
    data = to_json(value)
    if found is not None and len(data) <= LARGEST:
        _ask(user_id, [("SET", key, data, "EX", seconds)])
    return value


def renew(user_id: str, *domains: str) -> bool:
    """Gives domains of a user new generations: what was kept under the old ones is not found again.

    False when the cache did not confirm it. Even with the circuit open the command is sent, because others may
    still reach the cache, and one that hangs will read it when it goes on.
    """
    if not resources.linked("cache"):
        return True
    now = _token()
    commands: list[Command] = [
        ("SET", _generation_key(user_id, domain), now, "EX", GENERATION_SECONDS) for domain in domains
    ]
    if breaker.allows():
        return _tried(user_id, commands) is not None
    try:
        _valkey().tell(user_id, commands)
    except OSError:
        telemetry.logger.info("cache.renewal_lost")
    return False


def renew_after_commit(user_id: str, *domains: str) -> None:
    """The same once the present transaction has committed."""
    after_commit(lambda: renew(user_id, *domains))


@after_restore
def forget() -> None:
    """Makes this process a new one to the cache: neither connection nor past failures."""
    global _state, breaker
    if _state.valkey is not None:
        _state.valkey.close()
    _state, breaker = _State(), Breaker("cache")


def named(kind: str, parameters: Mapping[str, object]) -> str:
    """What an answer to these parameters is kept under: its kind and a hash of them all."""
    canonical = json.dumps(parameters, sort_keys=True, separators=(",", ":"), default=str)
    return f"{kind}:{hashlib.sha256(canonical.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _generation(user_id: str, domain: str) -> str | None:
    """The domain's generation, a new one when there is none; None without a cache.

    One from before an outage is replaced: what was written meanwhile may not have renewed it.
    """
    if not resources.linked("cache"):
        return None
    key = _generation_key(user_id, domain)
    found = _ask(user_id, [("GET", key)])
    if found is None:
        return None
    known = found[0]
    if isinstance(known, bytes) and _made_at(known) >= _state.trusted_since:
        return known.decode("ascii", "replace")
    token = _token()
    only_if_missing = () if known else ("NX",)
    found = _ask(user_id, [("SET", key, token, "EX", GENERATION_SECONDS, *only_if_missing), ("GET", key)])
    return found[1].decode("ascii", "replace") if found and isinstance(found[1], bytes) else None


def _ask(user_id: str, commands: list[Command]) -> list[object] | None:
    """The answers, None when the cache is away or left alone."""
    return _tried(user_id, commands) if breaker.allows() else None


def _tried(user_id: str, commands: list[Command]) -> list[object] | None:
    try:
        with telemetry.span(f"cache.{str(commands[0][0]).lower()}"):
            answers = _valkey().ask(user_id, commands)
    except OSError as problem:
        telemetry.warning("cache.failed", problem)
        breaker.failed(problem)
        return None
    if breaker.succeeded():
        _state.trusted_since = _now()
    return answers


def _valkey() -> Valkey:
    if _state.valkey is None:
        _state.valkey = Valkey(resources.cache)
    return _state.valkey


def _prefix(user_id: str) -> str:
    # The braces put everything of a user into one slot of a cluster.
    return f"{SHAPE}:{{{user_id}}}"


def _generation_key(user_id: str, domain: str) -> str:
    return f"{_prefix(user_id)}:gen:{domain}"


def _now() -> int:
    return time.time_ns() // 1000


def _token() -> str:
    """A value that no generation has had, of anybody: microseconds since 1970 and four random hex digits."""
    return f"{_now()}-{secrets.token_hex(2)}"


def _made_at(token: bytes) -> int:
    moment = token.partition(b"-")[0]
    return int(moment) if moment.isdigit() else 0


def _count(name: str) -> None:
    """Counts for the hit rate, which is reported once a minute: a line a request would cost more than it tells."""
    telemetry.note(cache="hit" if name == "CacheHits" else "miss")
    _state.counts[name] += 1
    if time.monotonic() - _state.reported >= REPORT_SECONDS:
        telemetry.metrics(dict(_state.counts))
        _state.counts = dict.fromkeys(_state.counts, 0)
        _state.reported = time.monotonic()
