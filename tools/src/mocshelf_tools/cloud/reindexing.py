"""Building a deployed stage's search index anew: the function that can reach the engine does it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cloud.place import Place, Report, not_deployed, session
from mocshelf_tools.problems import CannotContinue

FUNCTION = "reindex"
LONGEST_SECONDS = 900  # what Lambda lets a function run


def reindex(place: Place, entities: Sequence[str], report: Report) -> list[str]:
    """The names of the new indices; a run that takes too long is gone on with. CannotContinue when it fails."""
    with explained(place):
        functions = _functions(place)
        _require(functions, place)
        while True:
            result = _invoked(functions, place, {"entities": list(entities)})
            if result is not None:
                return result
            report("Going on where the function's time ran out")


def _require(functions: Any, place: Place) -> None:
    try:
        functions.get_function(FunctionName=place.stage.function_name(FUNCTION))
    except functions.exceptions.ResourceNotFoundException:
        raise not_deployed(place.stage) from None


def _invoked(functions: Any, place: Place, event: dict[str, list[str]]) -> list[str] | None:
    """The indices that were made; None when there was not time for all."""
    answer = functions.invoke(
        FunctionName=place.stage.function_name(FUNCTION), Qualifier="live", Payload=json.dumps(event).encode()
    )
    result = json.loads(answer["Payload"].read() or b"{}")
    if not answer.get("FunctionError"):
        return list(result["indices"])
    said = str(result.get("errorMessage", "it does not say why"))
    if "timed out" in said:
        return None
    raise CannotContinue(
        f"The index was not built: {said} Look at ./mocshelf logs --stage {place.stage.name} --function {FUNCTION}"
    )


def _functions(place: Place) -> Any:
    from botocore.config import Config

    # Sent once only, and kept open over a quarter of an hour without a byte.
    patient = Config(read_timeout=LONGEST_SECONDS + 30, tcp_keepalive=True, retries={"total_max_attempts": 1})
    return session(place).client("lambda", endpoint_url=place.endpoint, config=patient)
