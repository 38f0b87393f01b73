"""What AWS and the way to it can have against a command, in words for the person who typed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place

_EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "UnauthorizedSSOTokenError",
    "SSOTokenLoadError",
    "TokenRetrievalError",
    "InvalidGrantException",
}
_UNKNOWN_KEYS = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_BUSY = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}

SIGN_IN_AGAIN = "Your AWS session has expired. Sign in again: aws sso login"
NO_CREDENTIALS = (
    "There are no AWS credentials here. Sign in (aws sso login), name a profile (export AWS_PROFILE=…), "
    "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
)


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turns what botocore raises inside the block into CannotContinue."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as problem:
        raise CannotContinue(in_words(problem, place)) from None


def in_words(problem: Exception, place: Place) -> str:
    """What happened and what to do, of an exception of botocore's."""
    from botocore import exceptions as given

    name = type(problem).__name__
    if name in _EXPIRED:
        return SIGN_IN_AGAIN
    if isinstance(problem, given.NoCredentialsError | given.PartialCredentialsError | given.CredentialRetrievalError):
        return NO_CREDENTIALS if not isinstance(problem, given.CredentialRetrievalError) else f"{problem}"
    if isinstance(problem, given.ProfileNotFound):
        return f"{problem}. AWS_PROFILE names one that `aws configure list-profiles` lists."
    if isinstance(problem, given.ConnectionError | given.HTTPClientError):
        return _unreachable(place)
    if isinstance(problem, given.ClientError):
        return _refused(problem, place)
    return f"AWS could not be asked: {problem}"


def code_of(problem: Exception) -> str:
    """The code of an answer of AWS's, such as `AccessDenied`; empty for other exceptions."""
    response = getattr(problem, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _unreachable(place: Place) -> str:
    if place.endpoint is not None:
        return f"The embedded AWS does not answer at {place.endpoint}. Run the command again: it starts it."
    return f"AWS cannot be reached in {place.stage.region}. Check the connection and run this again."


def _refused(problem: Exception, place: Place) -> str:
    code = code_of(problem)
    response = getattr(problem, "response", {})
    message = str(response.get("Error", {}).get("Message", problem))
    if code in _EXPIRED:
        return SIGN_IN_AGAIN
    if code in _UNKNOWN_KEYS:
        return f"AWS does not take these credentials ({code}). Sign in again, or correct the keys."
    if code in _DENIED:
        return f"Your AWS user may not do this: {message} Ask whoever manages the account, or use another profile."
    if code in _BUSY:
        return "AWS is asked too often at the moment. Wait a minute and run this again."
    operation = getattr(problem, "operation_name", "the request")
    return f"AWS refused {operation} in the stage {place.stage.name}: {message} ({code})"
