"""Whether the code of this checkout suits the schema of a deployed stage, which nothing here ever changes."""

from __future__ import annotations

import json

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, client
from mocshelf_tools.problems import CannotContinue

_STATUS = json.dumps({"action": "status"})


def current(place: Place) -> str | None:
    """The revision that the stage's database is at, as its own function `migrate` says. CannotContinue."""
    name = place.stage.function_name("migrate")
    with explained(place):
        answer = client(place, "lambda").invoke(FunctionName=name, Payload=_STATUS)
    result = json.loads(answer["Payload"].read() or b"null") or {}
    if answer.get("FunctionError") or "current" not in result:
        said = result.get("errorMessage", "it has no answer.")
        raise CannotContinue(f"The stage {place.stage.name} does not say which revision its database is at: {said}")
    revision: str | None = result["current"]
    return revision


def warning(stage: str, revision: str | None) -> str | None:
    """What a person should know when the database is newer than this code. CannotContinue when it is older.

    A revision leaves a schema that the code before it can use. Code that is newer than its schema asks for what is
    not there yet, and answers 500.
    """
    from migrations import running

    try:
        pending = running.status_at(revision).pending
    except running.NewerSchema:
        return (
            f"The database of {stage} is at revision {revision}, which this code does not know. Code suits the "
            "revision after its own, so this may go well; newer code is the sure way."
        )
    if pending:
        raise CannotContinue(
            f"This code needs what the database of {stage} does not have yet ({', '.join(pending)}): what reads it "
            f"would fail. Deploy first (./mocshelf deploy --stage {stage}), which migrates it, or take the code "
            "that is deployed. Nothing is migrated from here."
        )
    return None
