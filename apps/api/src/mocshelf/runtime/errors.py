"""The family of errors a request can end in; `routes` turns them into the one error shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple


class Detail(NamedTuple):
    """One thing that needs attention; `field` is a path such as `files[0].size`, `line` a line of a file."""

    field: str | None
    message: str
    code: str | None = None
    line: int | None = None

    def shape(self) -> dict[str, str | int]:
        return {name: value for name, value in self._asdict().items() if value is not None}


class Problem(Exception):
    """What went wrong, in words a person can use. Status and code come from the class."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(
        self,
        message: str,
        details: Sequence[Detail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = tuple(details)
        self.headers = dict(headers or {})

    def shape(self, request_id: str, timestamp: str) -> dict[str, Any]:
        """The body of the error answer."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = [detail.shape() for detail in self.details]
        return {"success": False, "error": {**error, "requestId": request_id, "timestamp": timestamp}}


class BadRequest(Problem):
    status = 400
    code = "BAD_REQUEST"


MOST_DETAILS = 1000  # more would not fit in Lambda's answer, and nobody reads on


class Invalid(Problem):
    """Fields, parameters or headers out of their rules; every one of them is among the details, up to a thousand."""

    status = 400
    code = "VALIDATION_ERROR"

    def __init__(self, details: Sequence[Detail], message: str | None = None) -> None:
        super().__init__(message or _needs_attention(details), details[:MOST_DETAILS])


class FileProblem(Problem):
    """A file of the right type that is damaged, unreadable or unsafe."""

    status = 400
    code = "FILE_ERROR"


class Unauthorized(Problem):
    status = 401
    code = "UNAUTHORIZED"

    def __init__(self, message: str = "Sign in to do this.") -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status = 403
    code = "FORBIDDEN"


class NotFound(Problem):
    status = 404
    code = "NOT_FOUND"


class Conflict(Problem):
    status = 409
    code = "CONFLICT"


class PreconditionFailed(Problem):
    status = 412
    code = "PRECONDITION_FAILED"


class PayloadTooLarge(Problem):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(Problem):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class Unavailable(Problem):
    """PostgreSQL, S3 or Cognito cannot be reached."""

    status = 503
    code = "SERVICE_UNAVAILABLE"

    def __init__(self, message: str = "The service is not available right now. Try again shortly.") -> None:
        super().__init__(message, headers={"Retry-After": "5"})


def _needs_attention(details: Sequence[Detail]) -> str:
    fields = list(dict.fromkeys(detail.field or "body" for detail in details))
    shown = ", ".join(fields[:10]) + (" and more" if len(fields) > 10 else "")
    return f"{len(fields)} field{'s need' if len(fields) > 1 else ' needs'} attention: {shown}"
