"""What Cognito may answer, also when it is in trouble: a server here answers in its place."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from mocshelf.runtime import aws, users
from mocshelf.runtime.errors import NotFound, Unavailable
from mocshelf.runtime.resources import Resources

SUB = "5d6f0c1e-2b34-4c8e-8f9a-7f2f3f9f1a20"
NOBODY = (400, {"__type": "UserNotFoundException", "message": "User does not exist."})


@dataclass
class Pool:
    """Answers by action, and the requests that came."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)

    def took(self, action: str) -> dict[str, Any]:
        return next(payload for name, payload, _ in self.asked if name == action)


def attributes(**values: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    served = Pool()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            action = self.headers["X-Amz-Target"].rpartition(".")[2]
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((action, payload, self.headers["Authorization"]))
            status, answer = served.answers.get(action, (200, {}))
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    link(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def link(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    # The address of Cognito is a link of the process, which is the same for every test.
    links = Resources(
        {
            "MOCSHELF_STAGE": json.dumps({"name": "t", "region": "eu-central-1", "endpoint": endpoint}),
            "MOCSHELF_USERS": '{"pool_id": "eu-central-1_pool", "client_id": "c"}',
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    )
    for module in (users, aws):
        monkeypatch.setattr(module, "resources", links)


def test_a_user_is_asked_for_by_sub_in_this_stages_pool_with_a_signature(pool: Pool) -> None:
    found = attributes(sub=SUB, email="ada@example.com", name="Ada", picture="https://example.com/a.png")
    pool.answers["AdminGetUser"] = (200, {"Username": SUB, "UserAttributes": found})

    user = users.read(SUB)

    assert user == users.User(SUB, SUB, "ada@example.com", "Ada", "https://example.com/a.png")
    action, payload, authorization = pool.asked[0]
    assert (action, payload) == ("AdminGetUser", {"UserPoolId": "eu-central-1_pool", "Username": SUB})
    assert "/eu-central-1/cognito-idp/aws4_request" in authorization
    assert len(pool.asked) == 1


def test_someone_of_another_provider_is_found_by_sub_and_changed_by_username(pool: Pool) -> None:
    pool.answers["AdminGetUser"] = NOBODY
    pool.answers["ListUsers"] = (
        200,
        {"Users": [{"Username": "Google_1", "Attributes": attributes(sub=SUB, given_name="Ada")}]},
    )

    user = users.read(SUB)
    users.rename(user, "Ada Çelik")
    users.set_picture(user, None)

    assert (user.username, user.name, user.email, user.picture) == ("Google_1", "Ada", None, None)
    assert pool.took("ListUsers")["Filter"] == f'sub = "{SUB}"'
    changes = [payload for action, payload, _ in pool.asked if action == "AdminUpdateUserAttributes"]
    assert [change["Username"] for change in changes] == ["Google_1", "Google_1"]
    assert [change["UserAttributes"] for change in changes] == [
        [{"Name": "name", "Value": "Ada Çelik"}],
        [{"Name": "picture", "Value": ""}],
    ]


def test_a_user_found_by_another_name_is_not_the_one_asked_for(pool: Pool) -> None:
    other = attributes(sub="someone-else", email="ada@example.com")
    pool.answers["AdminGetUser"] = (200, {"Username": "x", "UserAttributes": other})
    pool.answers["ListUsers"] = (200, {"Users": [{"Username": "x", "Attributes": other}]})

    with pytest.raises(NotFound):
        users.read("ada@example.com")


def test_quotation_marks_stay_inside_the_filter(pool: Pool) -> None:
    pool.answers["AdminGetUser"] = NOBODY
    pool.answers["ListUsers"] = (200, {"Users": []})

    with pytest.raises(NotFound):
        users.read('x" or sub ^= "')

    assert pool.took("ListUsers")["Filter"] == r'sub = "x\" or sub ^= \""'


def test_a_user_who_left_meanwhile_cannot_be_changed(pool: Pool) -> None:
    kind = "com.amazonaws.cognito.identity.idp.model#UserNotFoundException"
    pool.answers["AdminUpdateUserAttributes"] = (400, {"__type": kind})

    with pytest.raises(NotFound):
        users.rename(users.User(SUB, SUB, None, None, None), "Ada")


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"__type": "TooManyRequestsException"}),
        (400, {"__type": "ResourceNotFoundException"}),
        (500, {"__type": "InternalErrorException"}),
        (502, b"<html>Bad gateway</html>"),
        (200, b"[]"),
        (400, b""),
    ],
)
def test_whatever_else_it_says_is_unavailable_and_not_passed_on(pool: Pool, answer: tuple[int, Any]) -> None:
    pool.answers["AdminGetUser"] = answer

    with pytest.raises(Unavailable) as caught:
        users.read(SUB)

    assert "gateway" not in str(caught.value)


def test_a_server_that_is_not_there_or_never_answers_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, silent_server: Callable[[], str]
) -> None:
    # Two seconds are long enough for production and too long for a test.
    monkeypatch.setattr(aws, "TIMEOUT", 0.05)

    for endpoint in ("http://127.0.0.1:1", silent_server()):
        link(monkeypatch, endpoint)
        with pytest.raises(Unavailable):
            users.read(SUB)


@pytest.fixture
def silent_server() -> Iterator[Callable[[], str]]:
    """Takes connections and says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield lambda: f"http://127.0.0.1:{listening.getsockname()[1]}"
