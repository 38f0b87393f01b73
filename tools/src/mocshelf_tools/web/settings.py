"""What the pages must know of the stage they are served by: one document, without a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mocshelf_infra.pages import content_security_policy
from mocshelf_tools.web.sources import CONSOLE_PAGE


@dataclass(frozen=True)
class Settings:
    """Origins of Cognito, of its own pages (`login`), and of an API that is not beside the pages.

    Where Cognito has no such pages, the app's own ask for the password; `closed` says why that cannot be either.
    `console` is for `dev` alone.
    """

    cognito: str
    client_id: str
    login: str | None = None
    api: str = ""
    closed: str | None = None
    console: bool = False

    def document(self) -> dict[str, Any]:
        """The content of `/config.json`."""
        told: dict[str, Any] = {
            "api": self.api,
            "cognito": {"endpoint": self.cognito, "clientId": self.client_id, "login": self.login},
        }
        if self.closed:
            told["closed"] = self.closed
        if self.console:
            told["console"] = CONSOLE_PAGE
        return told

    def policy(self, files: str) -> str:
        """The content security policy that lets pages reach these and the bucket at the origin `files`."""
        cognito = [origin for origin in (self.cognito, self.login) if origin and origin != files]
        return content_security_policy(files=files, cognito=cognito, api=[self.api] if self.api else [])
