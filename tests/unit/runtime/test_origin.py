"""Who may call the API of a stage behind CloudFront: a server here answers in Secrets Manager's place."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from mocshelf.runtime import origin, routes, telemetry
from mocshelf.runtime.answers import NoContent
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.origin import HEADER, KEPT, PAUSE, RETRY, Gate
from mocshelf.runtime.resources import Resources
from mocshelf.runtime.routes import Routes
from mocshelf.testing import Reply, http_event, reply

NAME = "mocshelf/t/origin"
NOW = 1_790_000_000.0
DOWN: tuple[int, dict[str, str]] = (503, {})
UNKNOWN = (400, {"__type": "com.amazonaws.secretsmanager#ResourceNotFoundException"})


class Away(OSError):
    """Secrets Manager does not answer."""


@dataclass
class Secret:
    """What is under which label, and which labels were asked for."""

    values: dict[str, str] = field(default_factory=lambda: {"AWSCURRENT": "one"})
    asked: list[str] = field(default_factory=list)
    away: bool = False

    def read(self, label: str) -> str | None:
        self.asked.append(label)
        if self.away:
            raise Away
        return self.values.get(label)


@pytest.fixture
def secret() -> Secret:
    return Secret()


@pytest.fixture
def gate(secret: Secret) -> Gate:
    return Gate(secret.read)


def test_the_first_request_asks_for_the_current_value_only(gate: Gate, secret: Secret) -> None:
    assert gate.admits("one", NOW)

    assert secret.asked == ["AWSCURRENT"]


@pytest.mark.parametrize("label", ["AWSPENDING", "AWSPREVIOUS"])
def test_the_value_before_and_the_one_to_come_are_good_too(gate: Gate, secret: Secret, label: str) -> None:
    secret.values[label] = "two"

    assert gate.admits("two", NOW)
    assert gate.admits("one", NOW)


@pytest.mark.parametrize("value", ["", "on", "one ", "onee", "ONE", "öne", "one,one"])
def test_other_values_are_refused(gate: Gate, value: str) -> None:
    assert not gate.admits(value, NOW)


def test_what_is_known_is_not_asked_for_again_for_five_minutes(gate: Gate, secret: Secret) -> None:
    gate.admits("one", NOW)
    secret.asked.clear()

    assert gate.admits("one", NOW + KEPT - 1)
    assert secret.asked == []
    assert gate.admits("one", NOW + KEPT)
    assert secret.asked == list(origin.LABELS)


def test_unknown_values_are_looked_up_every_ten_seconds_at_most(gate: Gate, secret: Secret) -> None:
    gate.admits("guess", NOW)
    secret.asked.clear()

    for second in range(int(PAUSE)):
        assert not gate.admits(f"guess {second}", NOW + second)
    assert secret.asked == []
    assert not gate.admits("guess", NOW + PAUSE)
    assert len(secret.asked) == 3


def test_a_new_value_is_found_at_its_first_request(gate: Gate, secret: Secret) -> None:
    gate.admits("guess", NOW)
    secret.values["AWSPENDING"] = "two"

    assert gate.admits("two", NOW + PAUSE)


def test_guesses_keep_nobody_from_finding_a_new_value_that_waited_long_enough(gate: Gate, secret: Secret) -> None:
    gate.admits("guess", NOW)
    secret.values["AWSPENDING"] = "two"

    gate.admits("guess", NOW + PAUSE)

    assert gate.admits("two", NOW + PAUSE + 0.1)


def test_a_value_that_moves_on_between_two_questions_is_not_missed() -> None:
    values = {"AWSPENDING": "two", "AWSCURRENT": "one"}

    def read(label: str) -> str | None:
        found = values.get(label)
        if label == "AWSPENDING":
            values.update(AWSCURRENT="two", AWSPREVIOUS="one")
            del values["AWSPENDING"]
        return found

    gate = Gate(read)
    gate.admits("guess", NOW)

    assert gate.admits("one", NOW)
    assert gate.admits("two", NOW)


def test_a_value_that_one_look_misses_stays_good_for_five_minutes(gate: Gate, secret: Secret) -> None:
    secret.values["AWSPENDING"] = "two"
    gate.admits("two", NOW)
    del secret.values["AWSPENDING"]
    gate.admits("guess", NOW + PAUSE)

    assert gate.admits("two", NOW + KEPT - 1)
    assert not gate.admits("two", NOW + KEPT)


def test_an_old_value_ends_within_five_minutes_however_often_others_are_looked_up(gate: Gate, secret: Secret) -> None:
    secret.values["AWSPREVIOUS"] = "zero"
    assert gate.admits("zero", NOW)
    secret.values = {"AWSCURRENT": "two", "AWSPREVIOUS": "one"}

    for second in range(0, int(KEPT), int(PAUSE)):
        gate.admits("guess", NOW + second)

    assert not gate.admits("zero", NOW + KEPT)


def test_known_values_stay_good_while_secrets_manager_is_away(gate: Gate, secret: Secret) -> None:
    gate.admits("one", NOW)
    secret.away = True

    assert gate.admits("one", NOW + KEPT)
    assert gate.admits("one", NOW + 100 * KEPT)


def test_while_it_is_away_it_is_asked_every_ten_seconds_at_most(gate: Gate, secret: Secret) -> None:
    gate.admits("one", NOW)
    secret.away = True
    secret.asked.clear()

    for second in range(int(PAUSE)):
        gate.admits("one", NOW + KEPT + second)

    # The first label that is not answered ends the look.
    assert secret.asked == ["AWSPENDING"]


def test_an_unknown_value_is_not_called_wrong_while_secrets_manager_is_away(gate: Gate, secret: Secret) -> None:
    gate.admits("one", NOW)
    secret.away = True

    with pytest.raises(Unavailable):
        gate.admits("two", NOW + 1)
    with pytest.raises(Unavailable):
        gate.admits("two", NOW + 2)


def test_an_instance_that_knows_nothing_says_so_and_soon_asks_again(gate: Gate, secret: Secret) -> None:
    secret.away = True
    for _ in range(5):
        with pytest.raises(Unavailable):
            gate.admits("one", NOW)
    assert len(secret.asked) == 1
    secret.away = False

    assert gate.admits("one", NOW + RETRY)


@dataclass
class Manager:
    """Answers by label, and what was asked."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    served = Manager({"AWSCURRENT": (200, {"SecretString": "one"})})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append((self.headers["X-Amz-Target"], payload, self.headers["Authorization"]))
            status, answer = served.answers.get(payload["VersionStage"], UNKNOWN)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stage = {"name": "t", "region": "eu-central-1", "endpoint": f"http://127.0.0.1:{server.server_port}"}
    links = Resources(
        {
            "MOCSHELF_STAGE": json.dumps(stage),
            "MOCSHELF_ORIGIN": json.dumps({"secret": NAME}),
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    )
    # Links and known values are the process's, which is the same for every test.
    for module in ("aws", "origin", "routes", "secret", "telemetry"):
        monkeypatch.setattr(f"mocshelf.runtime.{module}.resources", links)
    monkeypatch.setattr(origin, "_gate", Gate(origin._value))
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


table = Routes()


@table.get("/health", public=True)
def health() -> NoContent:
    return NoContent()


@table.default()
def nothing() -> NoContent:
    return NoContent()


def call(value: str | None, key: str = "GET /health") -> Reply:
    headers = [] if value is None else [(HEADER, value)]
    return reply(table.answer(http_event(key, "GET", "/health", headers=headers)))


def test_a_request_with_the_value_is_answered(manager: Manager) -> None:
    assert call("one").status == 204

    target, payload, authorization = manager.asked[0]
    assert target == "secretsmanager.GetSecretValue"
    assert payload == {"SecretId": NAME, "VersionStage": "AWSCURRENT"}
    assert "/eu-central-1/secretsmanager/aws4_request" in authorization


@pytest.mark.parametrize("key", ["GET /health", "$default"])
def test_a_request_without_it_is_refused_in_the_one_error_shape(manager: Manager, key: str) -> None:
    refused = call(None, key)

    assert refused.status == 403
    assert refused.error["code"] == "FORBIDDEN"
    assert refused.headers["x-request-id"]
    # Whoever sends none has nothing looked up.
    assert manager.asked == []


def test_a_request_with_a_wrong_value_is_refused(manager: Manager) -> None:
    assert call("two").status == 403
    assert call("").status == 403


def test_a_request_that_cannot_be_judged_may_come_again(manager: Manager) -> None:
    manager.answers["AWSCURRENT"] = DOWN

    refused = call("one")

    assert refused.status == 503
    assert refused.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    "answer", [UNKNOWN, (400, {"__type": "AccessDeniedException"}), (200, {}), (200, {"SecretString": 7})]
)
def test_whatever_else_secrets_manager_says_is_no_answer(manager: Manager, answer: tuple[int, Any]) -> None:
    manager.answers["AWSCURRENT"] = answer

    assert call("one").status == 503


def test_neither_the_route_nor_the_log_sees_the_value(manager: Manager) -> None:
    manager.answers = {"AWSCURRENT": (200, {"SecretString": "right-value"}), "AWSPENDING": DOWN}
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(telemetry.logger.handlers[0].formatter)
    telemetry.logger.addHandler(handler)

    event = origin.admitted(
        http_event("GET /health", "GET", "/health", headers=[(HEADER, "right-value"), ("accept", "*/*")])
    )
    call("right-value")
    call("wrong-value")
    telemetry.logger.removeHandler(handler)

    assert event["headers"] == {"accept": "*/*"}
    assert "origin.unreachable" in lines.getvalue()
    assert "-value" not in lines.getvalue()


def test_a_stage_without_cloudfront_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Links are the process's, which is the same for every test.
    monkeypatch.setattr(routes, "resources", Resources({}))

    assert call(None).status == 204
