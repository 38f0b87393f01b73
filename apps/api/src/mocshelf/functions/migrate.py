"""Brings the database up to date in a deployment, before new code gets traffic; CloudFormation awaits its answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mocshelf import manifest
from mocshelf.runtime import telemetry
from mocshelf.runtime.cloudformation import Answer
from mocshelf.runtime.identity import owner_login
from mocshelf.runtime.resources import Owner, resources

ROW = manifest.function("migrate")
RESOURCE = "mocshelf-schema"
CONNECT_SECONDS = 40  # A database that scaled down to nothing takes half a minute to wake up.
# Requests wait behind a change that waits for a lock, and are given up after 8 s.
LOCK_SECONDS = 5
# Kept for undoing what took too long; and of these, for the answer alone.
UNDO_SECONDS = 20.0
ANSWER_SECONDS = 8.0


class MigrationFailed(Exception):
    """What an operator reads of a migration that was not done; it holds no secret and nobody's rows."""


def handler(event: Mapping[str, Any], context: object) -> dict[str, object]:
    """A custom resource's handler; and, for a person, that of `{"action": "status"}` and `{"action": "upgrade"}`."""
    telemetry.begin(getattr(context, "aws_request_id", ""))
    left = _seconds_left(context)
    if "ResponseURL" in event:
        return _for_cloudformation(event, left)
    try:
        return _done(str(event.get("action")), left)
    except Exception as problem:
        raise _failure(problem) from None


def _for_cloudformation(event: Mapping[str, Any], left: float) -> dict[str, object]:
    """Answers whatever happens, also when the database does not; links are not looked at before that is sure."""
    answer = Answer(event, RESOURCE)
    late = f"Not done within {left:.0f} s, and perhaps not undone yet. Look at the log of migrate, then deploy again."
    last_moment = threading.Timer(max(left - ANSWER_SECONDS, 0), answer.fail, [late])
    last_moment.daemon = True
    last_moment.start()
    try:
        # To remove the stack is not to empty the database, which may be retained.
        done = _done("nothing" if event.get("RequestType") == "Delete" else "upgrade", left)
        answer.succeed(str(done["said"]))
    except Exception as problem:
        done = {"said": str(_failure(problem))}
        answer.fail(str(done["said"]))
    finally:
        last_moment.cancel()
    return done


def _done(action: str, left: float) -> dict[str, object]:
    if action == "nothing":
        return {"said": "The database stays as it is."}
    if action == "status":
        return _status()
    if action == "upgrade":
        return _upgrade(max(left - UNDO_SECONDS, 1))
    raise MigrationFailed('Ask with {"action": "status"} or {"action": "upgrade"}.')


def _status() -> dict[str, object]:
    from migrations import running

    try:
        found = running.status(_address())
    except running.NewerSchema as newer:
        return {"current": newer.revision, "head": None, "pending": [], "said": str(newer)}
    said = f"{len(found.pending)} revisions are pending." if found.pending else "The database is up to date."
    return {"current": found.current, "head": found.head, "pending": found.pending, "said": said}


def _upgrade(seconds: float) -> dict[str, object]:
    """Applies what is pending.

    When a deployment is rolled back, the code before it meets the schema after it: every revision leaves a schema
    that the code before it can use, so that is left alone.
    """
    from migrations import running

    try:
        applied = running.upgrade(_address(), seconds=seconds, lock_seconds=LOCK_SECONDS)
    except running.NewerSchema as newer:
        telemetry.logger.info("migrate.newer", extra={"revision": newer.revision})
        return {"applied": [], "said": f"{newer} Newer code made it, and nothing was changed."}
    telemetry.logger.info("migrate.applied", extra={"revisions": applied})
    said = f"Applied {', '.join(applied)}." if applied else "The database was up to date."
    return {"applied": applied, "said": said}


def _failure(problem: Exception) -> MigrationFailed:
    """What happened: without the statement, whose values are people's words, and without the address."""
    driver = getattr(problem, "orig", None) or problem
    diagnosis = getattr(getattr(driver, "diag", None), "message_primary", None)
    what = diagnosis or (str(driver).strip().splitlines() or [type(driver).__name__])[0]
    code = getattr(driver, "pgcode", None)
    fields = {"problem": type(driver).__name__, "code": code, "said": what}
    telemetry.logger.error("migrate.failed", extra=fields)
    if isinstance(problem, MigrationFailed):
        return problem
    return MigrationFailed(f"The database was not migrated and is as it was: {what}")


def _address() -> str:
    """The owner's address of the database; MigrationFailed when there is no password to be had."""
    from sqlalchemy import URL

    link = resources.owner
    try:
        user, password = owner_login(link)
    except OSError as problem:
        raise MigrationFailed(str(problem)) from None
    address = URL.create("postgresql", user, password, link.host, link.port, link.name, _options(link))
    return address.render_as_string(hide_password=False)


def _options(link: Owner) -> dict[str, str]:
    """How to connect: neither side waits for long for one that is gone."""
    from migrations.running import AUTHORITIES

    options = {
        "application_name": "mocshelf-migrate",
        "connect_timeout": str(CONNECT_SECONDS),
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "options": f"-c statement_timeout={ROW.timeout}s -c idle_in_transaction_session_timeout=60s",
    }
    if link.tls:
        options |= {"sslmode": "verify-full", "sslrootcert": str(AUTHORITIES)}
    return options


def _seconds_left(context: object) -> float:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return float(remaining()) / 1000 if remaining is not None else float(ROW.timeout)
