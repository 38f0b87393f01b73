"""What AWS has against a command becomes one line that says what to do."""

from __future__ import annotations

import pytest
from botocore import exceptions as given

from mocshelf_tools.cloud.failures import code_of, explained, in_words
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws, embedded


def refusal(code: str, message: str = "No.") -> given.ClientError:
    return given.ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (given.NoCredentialsError(), "There are no AWS credentials here. Sign in (aws sso login)"),
        (given.PartialCredentialsError(provider="env", cred_var="x"), "There are no AWS credentials here."),
        (given.UnauthorizedSSOTokenError(), "Your AWS session has expired. Sign in again: aws sso login"),
        (given.SSOTokenLoadError(error_msg="gone"), "Sign in again: aws sso login"),
        (given.TokenRetrievalError(provider="sso", error_msg="gone"), "Sign in again: aws sso login"),
        (refusal("ExpiredToken"), "Sign in again: aws sso login"),
        (refusal("ExpiredTokenException"), "Sign in again: aws sso login"),
        (given.ProfileNotFound(profile="ada"), "The config profile (ada) could not be found. AWS_PROFILE names one"),
        (refusal("InvalidClientTokenId"), "AWS does not take these credentials (InvalidClientTokenId)."),
        (refusal("AccessDenied", "ada may not do that."), "Your AWS user may not do this: ada may not do that. Ask"),
        (refusal("ThrottlingException"), "AWS is asked too often at the moment. Wait a minute"),
        (given.EndpointConnectionError(endpoint_url="x"), "AWS cannot be reached in eu-central-1. Check the conn"),
        (given.ConnectTimeoutError(endpoint_url="x"), "AWS cannot be reached in eu-central-1."),
        (given.ReadTimeoutError(endpoint_url="x"), "AWS cannot be reached in eu-central-1."),
        (refusal("Odd", "Strange."), "AWS refused DescribeStacks in the stage dev: Strange. (Odd)"),
        (given.DataNotFoundError(data_path="x"), "AWS could not be asked: "),
    ],
)
def test_it_is_said_in_words(problem: Exception, words: str) -> None:
    said = in_words(problem, aws())

    assert words in said
    assert "\n" not in said


def test_an_embedded_aws_that_does_not_answer_is_told_from_a_lost_network() -> None:
    said = in_words(given.EndpointConnectionError(endpoint_url="x"), embedded())

    assert said.startswith("The embedded AWS does not answer at http://127.0.0.1:1.")


def test_only_what_botocore_raises_is_put_into_words() -> None:
    with pytest.raises(CannotContinue, match="aws sso login"), explained(aws()):
        raise refusal("ExpiredToken")
    with pytest.raises(KeyError), explained(aws()):
        raise KeyError("x")


def test_the_code_of_an_answer() -> None:
    assert code_of(refusal("Odd")) == "Odd"
    assert code_of(KeyError("x")) == ""
