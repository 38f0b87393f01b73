"""What the operator sees: log events as JSON lines, metrics in CloudWatch's embedded format, X-Ray spans."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from mocshelf.runtime.resources import resources

NAMESPACE = "Mocshelf"

# What users do, counted once it is committed. Parts are counted in lots.
MOCS_CREATED = "MocsCreated"
FILES_UPLOADED = "FilesUploaded"
IMAGES_PROCESSED = "ImagesProcessed"
PARTS_PARSED = "PartsParsed"
SEARCHES_RUN = "SearchesRun"
BUSINESS = (MOCS_CREATED, FILES_UPLOADED, IMAGES_PROCESSED, PARTS_PARSED, SEARCHES_RUN)

# What alarms watch: answers of 5xx, and how many seconds the oldest outbox row has waited.
SERVER_ERRORS = "ServerErrors"
OUTBOX_AGE = "OutboxAge"

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_notes: dict[str, object] = {}
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "function": resources.function_name(),
        }
        if _request_id.get():
            line["requestId"] = _request_id.get()
        line.update({name: value for name, value in vars(record).items() if name not in _PLAIN})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = "".join(traceback.format_tb(record.exc_info[2]))[-4000:]
        return json.dumps(line, default=str, ensure_ascii=False)


def _logger() -> logging.Logger:
    made = logging.getLogger("mocshelf")
    if not made.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(_JsonLines())
        made.addHandler(handler)
        made.setLevel(logging.INFO)
        # Lambda's own handler on the root logger would write every line a second time.
        made.propagate = False
    return made


logger = _logger()


def begin(request_id: str) -> None:
    """Names the request that the following log lines belong to."""
    _request_id.set(request_id)
    _notes.clear()


def note(**fields: object) -> None:
    """Adds fields to the one line that the present request ends with."""
    _notes.update(fields)


def notes() -> dict[str, object]:
    """What was noted during the present request."""
    return dict(_notes)


def warning(event: str, problem: BaseException, **fields: object) -> None:
    """A fault that the system copes with. The vendor's message may name hosts and rows, so only its kind."""
    logger.warning(event, extra={"problem": type(problem).__name__, **fields})


def error(event: str, problem: BaseException) -> None:
    """A fault that someone acts on now."""
    logger.error(event, extra={"problem": type(problem).__name__, "code": getattr(problem, "pgcode", None)})


def metric(name: str, value: float = 1, unit: str = "Count") -> None:
    """One data point, as a log line from which CloudWatch makes the metric."""
    metrics({name: value}, unit)


def metrics(values: Mapping[str, float], unit: str = "Count") -> None:
    """Several data points of one unit in one line.

    It has no level, which Lambda takes for INFO: a function that logs less than that loses its metrics.
    """
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Stage", "Function"]],
                    "Metrics": [{"Name": name, "Unit": unit} for name in values],
                }
            ],
        },
        "Stage": resources.stage.name,
        "Function": resources.function_name(),
        **values,
    }
    sys.stdout.write(json.dumps(line) + "\n")


@contextmanager
def span(name: str) -> Iterator[None]:
    """A subsegment of the present X-Ray trace; nothing but one look at the header when it is not sampled."""
    header = resources.trace_header()
    if "Sampled=1" not in header:
        yield
        return
    from mocshelf.runtime.tracing import send_subsegment

    start = time.time()
    failed = True
    try:
        yield
        failed = False
    finally:
        send_subsegment(header, name, start, time.time(), failed=failed)
