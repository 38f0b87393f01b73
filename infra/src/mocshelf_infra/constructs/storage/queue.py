"""A queue that feeds a function, and the queue where what failed too often ends."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mocshelf import manifest

# AWS asks for it: a message must not come again while its function still works on it, or waits for a free instance.
TIMEOUTS = 6
KEPT = cdk.Duration.days(14)


class WorkQueue(Construct):
    """`queue`, and `dead` for what failed at every one of so many attempts; `link` names it in the manifest.

    A message that failed comes again after the visibility timeout, which is six times its function's timeout. With a
    `delay`, in seconds, it first comes so much later than it was sent.
    """

    def __init__(
        self, scope: Construct, name: str, *, queue_name: str, link: str, attempts: int, delay: int = 0
    ) -> None:
        super().__init__(scope, name)
        timeout = max(row.timeout for row in manifest.FUNCTIONS if row.queue == link)
        self.dead = sqs.Queue(
            self,
            "Dead",
            queue_name=f"{queue_name}-dead",
            retention_period=KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=queue_name,
            delivery_delay=cdk.Duration.seconds(delay) if delay else None,
            visibility_timeout=cdk.Duration.seconds(TIMEOUTS * timeout),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead, max_receive_count=attempts),
        )
