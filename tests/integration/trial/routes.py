"""The route keys of the trial functions."""

from __future__ import annotations


class Table:
    """As much of a route table as the gateway looks at."""

    def keys(self) -> list[str]:
        return [
            "GET /health",
            "GET /things/{id}",
            "GET /things/fixed",
            "POST /things",
            "GET /do/{what}",
            "GET /api/do/{what}",
            "GET /api/things/{id}",
            "$default",
        ]

    def public_keys(self) -> list[str]:
        return ["GET /health", "POST /things", "GET /do/{what}", "GET /api/do/{what}", "$default"]


routes = Table()
