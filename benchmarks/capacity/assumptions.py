"""THE table of what is assumed and not measured here, with where each figure comes from."""

from __future__ import annotations

from dataclasses import dataclass

CHECKED = "2026, from memory and to be checked, as all prices of docs/costs.md"


@dataclass(frozen=True)
class Assumption:
    """One figure: `unit` as a person says it, `source` where it can be looked up or why it was chosen."""

    key: str
    what: str
    value: float
    unit: str
    source: str


_LAMBDA, _AURORA, _QUOTA = "Lambda developer guide", "Aurora user guide, Serverless v2", "AWS service quotas"
_OURS, _SEEN = "our choice", "not documented; what others have seen"

TABLE = (
    Assumption("processor_memory", "memory that comes with a whole processor", 1769, "MB", _LAMBDA),
    Assumption("processor", "a processor there, as a multiple of one of this machine's", 1, "×", "assumed equal"),
    Assumption("statement", "way to the proxy, the database and back, each statement", 1.0, "ms", "within a region"),
    Assumption("cache_call", "way to the cache and back", 0.5, "ms", "within a region"),
    Assumption("storage_call", "one request to S3", 25, "ms", "usual; the S3 user guide says 100 to 200"),
    Assumption("queue_call", "one request to SQS", 10, "ms", "usual; the SQS FAQ says tens to low hundreds"),
    Assumption("sandbox", "a new environment, before our code starts", 200, "ms", _SEEN),
    Assumption("start", "our code's start, when no benchmark says it", 300, "ms", "`./mocshelf bench cold`"),
    Assumption("idle_life", "life of an environment that nobody uses", 300, "s", f"{_SEEN}: 5 to 15 minutes"),
    Assumption("whole_life", "life of one that is used", 7200, "s", _SEEN),
    Assumption("account_concurrency", "environments at once in an account, unless raised", 1000, "", _QUOTA),
    Assumption("burst", "new environments of one function in ten seconds", 1000, "", _LAMBDA),
    Assumption("account_rate", "API Gateway, requests a second in an account, unless raised", 10_000, "", _QUOTA),
    Assumption("acu_processor", "processors of one ACU", 0.25, "", "2 GiB an ACU, and db.r6g has 8 GiB a processor"),
    Assumption("acu_busy", "how busy a database may be", 70, "%", f"{_OURS}: the alarm rings at 80"),
    Assumption("acu_most", "ACUs of one instance", 256, "ACU", _AURORA),
    Assumption("acu_connections", "connections that one ACU of the maximum allows", 211.4, "", f"{_AURORA}, fitted"),
    Assumption("acu_connections_less", "and how many fewer in all", 22.4, "", f"{_AURORA}, fitted"),
    Assumption("connections_small", "connections where the minimum is 0.5 ACU or less", 2000, "", _AURORA),
    Assumption("connections_most", "connections of any instance", 5000, "", _AURORA),
    Assumption("borrow", "wait for a connection, p95", 100, "ms", "the alarm `proxy-borrowing`"),
    Assumption("proxy_share", "share of the database's connections that the proxy may have", 90, "%", "`proxy.py`"),
    Assumption("page_writes", "writes to Aurora's storage, each request that changes something", 4, "", "assumed"),
    Assumption("valkey_small", "commands a second of a burstable node", 20_000, "", "assumed, to be measured there"),
    Assumption("valkey_large", "commands a second of any other node", 100_000, "", "assumed, to be measured there"),
    Assumption("valkey_busy", "how busy a node of the cache may be", 50, "%", _OURS),
    Assumption("peak", "peak: the busiest minute as a multiple of the average", 2, "×", _OURS),
    Assumption("log", "log lines of one request, ours and Lambda's and the API's", 1.5, "KB", "ours are 0.4 of it"),
    Assumption("traced", "requests that X-Ray samples beyond one a second", 5, "%", "X-Ray developer guide"),
    Assumption("month", "hours of a month", 730, "h", "as in docs/costs.md"),
    Assumption("cloudfront_million", "CloudFront, a million HTTPS requests", 1.20, "$", CHECKED),
    Assumption("fargate_processor", "Fargate arm64, a processor for an hour", 0.03725, "$", CHECKED),
    Assumption("fargate_memory", "Fargate arm64, a GB for an hour", 0.00409, "$", CHECKED),
    Assumption("balancer", "Application Load Balancer, an hour", 0.027, "$", CHECKED),
    Assumption("balancer_unit", "its capacity unit, an hour", 0.008, "$", CHECKED),
    Assumption("balancer_bytes", "bytes an hour in one unit", 1, "GB", "Elastic Load Balancing pricing"),
    Assumption("balancer_rules", "rule evaluations a second in one unit", 1000, "", "Elastic Load Balancing pricing"),
    Assumption("express_work", "Express's processor time as a multiple of our handlers'", 1, "×", "assumed equal"),
    Assumption("express_busy", "how busy its tasks may be", 60, "%", _OURS),
    Assumption("express_tasks", "tasks at least: one in each zone", 2, "", _OURS),
    Assumption("express_memory", "memory of a task with one processor", 2, "GB", "the least with it"),
)
CURRENT = {row.key: row.value for row in TABLE}


def value(key: str) -> float:
    """The figure of that key; KeyError if there is none."""
    return CURRENT[key]
