"""Log lines, metrics and spans as the operator gets them."""

from __future__ import annotations

import json
import logging
import socket

import pytest

from mocshelf.runtime import telemetry, tracing
from mocshelf.runtime.resources import Resources

HEADER = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"


def formatted(record: logging.LogRecord) -> dict[str, object]:
    return dict(json.loads(telemetry.logger.handlers[0].format(record)))


def test_a_log_line_is_json_with_the_event_and_its_ids() -> None:
    telemetry.begin("request-1")
    record = logging.makeLogRecord({"msg": "upload.ready", "levelno": 20, "levelname": "INFO", "bytes": 7})

    line = formatted(record)

    assert line["event"] == "upload.ready"
    assert line["requestId"] == "request-1"
    assert line["bytes"] == 7


def test_an_exception_is_logged_by_kind_and_place_but_not_by_its_words() -> None:
    try:
        raise ValueError("ada@example.com")
    except ValueError as problem:
        record = logging.makeLogRecord(
            {"msg": "x", "levelname": "ERROR", "exc_info": (ValueError, problem, problem.__traceback__)}
        )

    line = formatted(record)

    assert line["error"] == "ValueError"
    assert "test_telemetry" in str(line["trace"])
    assert "ada@example.com" not in json.dumps({**line, "trace": ""})


def test_a_metric_is_a_line_in_cloudwatchs_embedded_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "resources", Resources({"MOCSHELF_STAGE": '{"name": "t", "region": "x"}'}))

    telemetry.metric("FilesUploaded")

    line = json.loads(capsys.readouterr().out)
    assert line["FilesUploaded"] == 1
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "FilesUploaded", "Unit": "Count"}]


def test_a_sampled_span_reaches_the_daemon_and_an_unsampled_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(2)
        environment = {
            "_X_AMZN_TRACE_ID": HEADER,
            "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        }
        monkeypatch.setattr(telemetry, "resources", Resources(environment))
        monkeypatch.setattr(tracing, "resources", Resources(environment))

        with telemetry.span("storage.read"):
            pass
        environment["_X_AMZN_TRACE_ID"] = HEADER.replace("Sampled=1", "Sampled=0")
        with telemetry.span("unsampled"):
            pass
        environment["_X_AMZN_TRACE_ID"] = HEADER
        with pytest.raises(KeyError), telemetry.span("broken"):
            raise KeyError

        first, second = (json.loads(daemon.recv(4096).split(b"\n", 1)[1]) for _ in range(2))
        assert (first["name"], first["fault"]) == ("storage.read", False)
        assert first["trace_id"] == "1-67891233-abcdef012345678912345678"
        assert (second["name"], second["fault"]) == ("broken", True)
