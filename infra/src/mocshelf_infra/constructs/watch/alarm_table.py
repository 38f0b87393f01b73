"""THE table of alarms: what an operator is woken for, from which figure on, and what to read then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mocshelf.runtime import telemetry

OURS = telemetry.NAMESPACE
COLD_STARTS = "Mocshelf/{stage}/ColdStarts"

GIB = 2**30


@dataclass(frozen=True)
class Row:
    """One kind of alarm; `{of}` is the function, queue or node it watches, `{stage}` the stage.

    It fires when `statistic` of `metric` was over `threshold` (with `below`, under it) `times` windows of `window`
    minutes running. With `share_of` the figure is a percentage: of another metric, or of a size that the stage
    knows. Below `least` events in a window it stays quiet, so that one bad call at night wakes nobody. `missing`
    is what no data means.
    """

    name: str
    namespace: str
    metric: str
    statistic: str
    threshold: float
    window: int
    meaning: str
    runbook: str
    times: int = 1
    share_of: str | None = None
    least: int = 0
    below: bool = False
    missing: Literal["notBreaching", "breaching", "ignore"] = "notBreaching"


# Three errors: one user who tries a broken page twice is for the morning.
FUNCTION_ERRORS = Row(
    "function-errors", "AWS/Lambda", "Errors", "Sum", 5, 5,
    "{of} crashes or runs out of time in more than 5 % of its calls.",
    "function-errors", share_of="AWS/Lambda Invocations", least=3,
)  # fmt: skip
# A handler that answers 500 or 503 has not failed for Lambda, so these are counted by ourselves.
SERVER_ERRORS = Row(
    "server-errors", OURS, telemetry.SERVER_ERRORS, "Sum", 5, 5,
    "{of} answers more than 5 % of its calls with a 5xx status.",
    "server-errors", share_of="AWS/Lambda Invocations", least=3,
)  # fmt: skip
THROTTLES = Row(
    "throttles", "AWS/Lambda", "Throttles", "Sum", 10, 5,
    "More than 10 calls of {of} were refused in 5 minutes, because too many ran at once.",
    "throttles",
)  # fmt: skip
COLD_START = Row(
    "cold-start", COLD_STARTS, "{of}", "p99", 2000, 15,
    "A new instance of {of} takes more than 2 s before it can answer (p99 of 15 minutes).",
    "cold-start", least=5,
)  # fmt: skip

API_ERRORS = Row(
    "api-errors", "AWS/ApiGateway", "5xx", "Sum", 3, 5,
    "More than 3 % of all requests end in a 5xx status.",
    "api-errors", share_of="AWS/ApiGateway Count", least=3,
)  # fmt: skip
API_LATENCY = Row(
    "api-latency", "AWS/ApiGateway", "Latency", "p99", 3000, 5,
    "One request in a hundred takes more than 3 s, for 10 minutes now.",
    "api-latency", times=2, least=20,
)  # fmt: skip

DATABASE_CPU = Row(
    "database-cpu", "AWS/RDS", "CPUUtilization", "Average", 80, 5,
    "The database uses more than 80 % of the CPU of its largest capacity, for 10 minutes now.",
    "database-load", times=2,
)  # fmt: skip
DATABASE_MEMORY = Row(
    "database-memory", "AWS/RDS", "FreeableMemory", "Minimum", GIB, 5,
    "Less than 1 GB of memory is left to the database at its largest capacity.",
    "database-load", below=True,
)  # fmt: skip
# RDS gives microseconds.
PROXY_BORROWING = Row(
    "proxy-borrowing", "AWS/RDS", "DatabaseConnectionsBorrowLatency", "p95", 100_000, 5,
    "Requests wait more than 100 ms (p95) until the proxy has a database connection for them.",
    "proxy-borrowing", least=20,
)  # fmt: skip

CACHE_EVICTIONS = Row(
    "cache-evictions", "AWS/ElastiCache", "Evictions", "Sum", 100, 1,
    "Node {of} of the cache throws out more than 100 entries a minute before their time, for 5 minutes now.",
    "cache-evictions", times=5,
)  # fmt: skip
SEARCH_RED = Row(
    "search-red", "AWS/ES", "ClusterStatus.red", "Maximum", 0, 1,
    "The search index has lost a shard, so searches are answered by the database.",
    "search-red",
)  # fmt: skip
SEARCH_STORAGE = Row(
    "search-storage", "AWS/ES", "FreeStorageSpace", "Minimum", 25, 5,
    "A node of the search engine has less than 25 % of its volume left; when it is full, indexing stops.",
    "search-storage", share_of="the volume", below=True,
)  # fmt: skip

# A queue that nobody has touched for six hours stops sending figures; its messages are still there.
DEAD_LETTERS = Row(
    "dead-letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 0, 1,
    "A message of {of} failed at every attempt and was put aside.",
    "dead-letters", missing="ignore",
)  # fmt: skip
QUEUE_AGE = Row(
    "queue-age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 3600, 5,
    "A message has waited in {of} for more than an hour: its function does not take any, or not fast enough.",
    "queue-age",
)  # fmt: skip
# The least of two looks of the sweep, so that one message lost on the way, which it sends again, is no alarm.
OUTBOX_AGE = Row(
    "outbox-age", OURS, telemetry.OUTBOX_AGE, "Minimum", 300, 10,
    "A change has waited for more than 5 minutes to reach the search index or Cognito.",
    "outbox-age",
)  # fmt: skip
SWEEP_SILENT = Row(
    "sweep-silent", OURS, telemetry.OUTBOX_AGE, "SampleCount", 1, 15,
    "The sweep has not come to its end for 15 minutes, so nothing that was lost on the way is picked up.",
    "sweep-silent", below=True, missing="breaching",
)  # fmt: skip

# What is not scanned is neither processed nor readable, so its upload ends as one that never arrived.
SCAN_FAILURES = Row(
    "scan-failures", "AWS/GuardDuty/MalwareProtection", "FailedScanCount", "Sum", 3, 15,
    "More than 3 files could not be scanned for malware in 15 minutes; their uploads will expire.",
    "scan-failures",
)  # fmt: skip

# Made with each function, because they also roll its canary back; the second only for those behind the API.
OF_FUNCTIONS = (FUNCTION_ERRORS, SERVER_ERRORS, THROTTLES)
ROWS = (
    *OF_FUNCTIONS,
    COLD_START,
    API_ERRORS,
    API_LATENCY,
    DATABASE_CPU,
    DATABASE_MEMORY,
    PROXY_BORROWING,
    CACHE_EVICTIONS,
    SEARCH_RED,
    SEARCH_STORAGE,
    DEAD_LETTERS,
    QUEUE_AGE,
    OUTBOX_AGE,
    SWEEP_SILENT,
    SCAN_FAILURES,
)
