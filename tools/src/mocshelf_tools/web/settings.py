"""What the pages must know of the stage they are served by: one document, without a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mocshelf_infra.pages import content_security_policy


@dataclass(frozen=True)
class Settings:
    """`api` and `login` are origins: of an API that is not beside the pages, and of Cognito's own pages.

    Where Cognito has no such pages, the app's own ask for the password.
    """

    cognito: str
    client_id: str
    files: str
    api: str = ""
    login: str | None = None

    def document(self) -> dict[str, Any]:
        """The content of `/config.json`."""
        return {
            "api": self.api,
            "cognito": {"endpoint": self.cognito, "clientId": self.client_id, "login": self.login},
        }

    def policy(self) -> str:
        """The content security policy that lets pages reach what is named here, and nothing else."""
        cognito = dict.fromkeys([self.cognito, *([self.login] if self.login else [])])
        return content_security_policy(
            files=self.files, cognito=tuple(cognito), api=(self.api,) if self.api else ()
        )
