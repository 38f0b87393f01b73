"""The functions as they are deployed to the embedded AWS."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mocshelf import manifest
from mocshelf_tools.gateway.pool import FunctionFailed
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.stack.folder import DataFolder

FUNCTIONS = "functions.json"  # the name and version of each deployed function, by its name in the manifest


class DeployedFunctions:
    """Runs them through Lambda's API, by the version that takes the traffic."""

    def __init__(self, folder: DataFolder, endpoint: str) -> None:
        self._folder = folder
        self._endpoint = endpoint

    async def functions(self) -> dict[str, manifest.Function]:
        known = self._folder.read(FUNCTIONS)
        if not known:
            raise CannotContinue("Nothing is deployed here. ./mocshelf deploy --stage local does it.")
        return {row.name: row for row in manifest.FUNCTIONS if row.name in known}

    async def invoke(self, function: manifest.Function, event: bytes, _request_id: str, seconds: float) -> Any:
        return await asyncio.to_thread(self._invoke, function.name, event, seconds)

    def _invoke(self, name: str, event: bytes, seconds: float) -> Any:
        import json

        from mocshelf_tools.stack.provision import client
        from mocshelf_tools.stack.settings import Settings

        # Sent once only: a function that takes long is not to be run a second time beside itself.
        once: dict[str, Any] = {"read_timeout": seconds + 10, "retries": {"total_max_attempts": 1}}
        functions = client("lambda", self._endpoint, Settings(self._folder), **once)
        answer = functions.invoke(**self._folder.read(FUNCTIONS)[name], Payload=event)
        result = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise FunctionFailed(f"{name} failed: {result.get('errorMessage', result)}")
        return result
