"""What triggers functions from queues: polls, invokes, deletes what succeeded, brings back what failed."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocshelf_tools.gateway import frames
from mocshelf_tools.gateway.pool import CodeIsBroken, FunctionFailed, FunctionRow, FunctionTimedOut, WorkerPool
from mocshelf_tools.gateway.watching import Delivery, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mocshelf_tools.gateway.watching import OnDelivery

_BATCH = 10
# The embedded AWS does not end before open polls do, and a stop must be quick.
_POLL_SECONDS = 1
_LONGEST_PAUSE = 20
_SILENT_SECONDS = 60


@dataclass(frozen=True)
class Source:
    """The queue at `url` feeds `function`."""

    function: str
    url: str
    region: str

    @property
    def arn(self) -> str:
        account, name = self.url.rsplit("/", 2)[1:]
        return f"arn:aws:sqs:{self.region}:{account}:{name}"


class QueueConsumer:
    """Feeds one queue to its function, two batches at a time at most.

    Polling blocks, so it has threads of its own; they end with the process and need no waiting for. `watch` hears of
    every batch.
    """

    def __init__(
        self,
        source: Source,
        sqs: Any,
        pool: WorkerPool,
        show: Callable[[str], None],
        watch: OnDelivery | None = None,
    ) -> None:
        self._source = source
        self._sqs = sqs
        self._pool = pool
        self._show = show
        self._watch = watch
        self._stopped = threading.Event()
        self._silent_until = 0.0
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        for _ in range(2):
            threading.Thread(target=self._poll, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _poll(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        while not self._stopped.is_set():
            try:
                self._one_batch()
            except (BotoCoreError, ClientError, OSError) as problem:
                if not self._stopped.is_set():
                    self._complain(problem)
                    time.sleep(2)
            except (RuntimeError, asyncio.CancelledError):
                # The gateway's loop has ended.
                return

    def _complain(self, problem: Exception) -> None:
        """Says that the queue cannot be read, but not at every try."""
        if time.monotonic() > self._silent_until:
            self._silent_until = time.monotonic() + _SILENT_SECONDS
            self._show(f"The queue of {self._source.function} cannot be read: {type(problem).__name__}")

    def _one_batch(self) -> None:
        received = self._sqs.receive_message(
            QueueUrl=self._source.url,
            MaxNumberOfMessages=_BATCH,
            WaitTimeSeconds=_POLL_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if not messages or self._stopped.is_set():
            return
        work = asyncio.run_coroutine_threadsafe(self._invoke(messages), self._loop)
        failed = work.result()
        for message in messages:
            if message["MessageId"] in failed:
                self._bring_back(message)
            else:
                self._sqs.delete_message(QueueUrl=self._source.url, ReceiptHandle=message["ReceiptHandle"])

    async def _invoke(self, messages: list[dict[str, Any]]) -> set[str]:
        """Runs the function on the batch; the ids of the messages that must come again."""
        request_id, begun = uuid.uuid4().hex, time.time()
        failed, reason = await self._run(messages, request_id)
        if self._watch is not None:
            queue = self._source.url.rpartition("/")[2]
            received = [Message(message["MessageId"], tries(message), message["Body"]) for message in messages]
            told = (request_id, queue, self._source.function, received, frozenset(failed), reason)
            self._watch(Delivery(*told, begun, time.time()))
        return failed

    async def _run(self, messages: list[dict[str, Any]], request_id: str) -> tuple[set[str], str | None]:
        """The same, and why the whole batch has failed."""
        everything = {message["MessageId"] for message in messages}
        try:
            function: FunctionRow = (await self._pool.functions())[self._source.function]
            text = frames.encode(queue_event(messages, self._source))
            result = await self._pool.invoke(function, text, request_id, function.timeout)
        except (FunctionFailed, FunctionTimedOut) as problem:
            if not getattr(problem, "logged", False):
                self._show(str(problem))
            return everything, str(problem)
        except (CodeIsBroken, KeyError):
            return everything, "The code cannot be loaded."
        return failures(result, everything), None

    def _bring_back(self, message: dict[str, Any]) -> None:
        # On AWS the message returns when its visibility ends, which is long after a developer has looked away.
        self._sqs.change_message_visibility(
            QueueUrl=self._source.url,
            ReceiptHandle=message["ReceiptHandle"],
            VisibilityTimeout=min(_LONGEST_PAUSE, 2 ** tries(message)),
        )


def tries(message: dict[str, Any]) -> int:
    """How often a received message was received."""
    return int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))


def queue_event(messages: Iterable[dict[str, Any]], source: Source) -> dict[str, Any]:
    """The event a function behind an SQS queue gets for these received messages."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {
                    name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
                },
                "md5OfBody": message.get("MD5OfBody", ""),
                "eventSource": "aws:sqs",
                "eventSourceARN": source.arn,
                "awsRegion": source.region,
            }
            for message in messages
        ]
    }


def failures(result: Any, everything: set[str]) -> set[str]:
    """The messages a function reported as failed; all of them when its report cannot be understood, as on AWS."""
    if result is None or result == {}:
        return set()
    try:
        failed = {item["itemIdentifier"] for item in result.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return everything
    return failed if failed <= everything else everything


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    named = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        named["stringValue"] = value["StringValue"]
    return named
