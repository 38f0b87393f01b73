"""What the console looks up when its page asks: mails, queues, the outbox. It changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any

from mocshelf_tools.console import store
from mocshelf_tools.console.words import LONGEST_REASON, masked
from mocshelf_tools.gateway.beside import beside

if TYPE_CHECKING:
    from mocshelf_tools.stack import Endpoints

Found = dict[str, Any]

_SECONDS = 2.0
_MOST = 200
_NO_AWS = "The embedded AWS does not answer. `./mocshelf server start aws` starts it, if it has ended."
_NO_POSTGRES = "PostgreSQL does not answer. `./mocshelf server start postgres` starts it, if it has ended."
# A code or a temporary password stands at the end of its sentence; in another wording a code is a number still.
_CODES = (re.compile(r"(?:code|password) is\s+(\S+?)\s*\.?(?:\s|$)"), re.compile(r"\b(\d{6})\b"))
_TAG = re.compile(r"<[^>]*>")
_DEPTH = {"waiting": "ApproximateNumberOfMessages", "inFlight": "ApproximateNumberOfMessagesNotVisible"}


class Looking:
    """Looks at the stack behind these endpoints. Each answer has `rows`, or a `problem` in words."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._reading: asyncio.Task[Found] | None = None

    async def mail(self) -> Found:
        """The last mails that Cognito would have sent, the newest first."""
        try:
            answer = await self._ask("GET", "/_ministack/ses/messages")
            found = [mail for mails in answer["messages"].values() for mail in mails]
            found.sort(key=lambda mail: float(mail["Timestamp"]), reverse=True)
            return {"count": len(found), "rows": [_mail(mail) for mail in found[:_MOST]]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {"problem": _NO_AWS}

    async def queues(self) -> Found:
        """How many messages are where."""
        try:
            return {"rows": [await self._queue(url) for url in self._urls()]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {"problem": _NO_AWS}

    async def outbox(self) -> Found:
        """The rows that wait, the oldest first. Several askers share one reading, and a server that hangs has one."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(beside(self._read_outbox))
        try:
            async with asyncio.timeout(_SECONDS):
                return await asyncio.shield(self._reading)
        except TimeoutError:
            return {"problem": _NO_POSTGRES}

    def _urls(self) -> list[str]:
        return [self._endpoints.queue_url, self._endpoints.index_queue_url]

    async def _queue(self, url: str) -> Found:
        depth = await self._depth(url)
        dead = await self._depth(f"{url}-dead")
        return {"name": url.rpartition("/")[2], **depth, "dead": sum(dead.values())}

    async def _depth(self, url: str) -> dict[str, int]:
        asked = {"QueueUrl": url, "AttributeNames": list(_DEPTH.values())}
        answer = await self._ask("POST", "/", asked, "AmazonSQS.GetQueueAttributes")
        return {name: int(answer["Attributes"][attribute]) for name, attribute in _DEPTH.items()}

    async def _ask(self, method: str, path: str, asked: Found | None = None, target: str = "") -> Any:
        """The embedded AWS's answer; OSError or ValueError when there is none."""
        import httpx

        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target} if target else {}
        try:
            async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
                answer = await client.request(method, self._endpoints.aws + path, json=asked, headers=headers)
                answer.raise_for_status()
                return answer.json()
        except httpx.HTTPError as problem:
            raise OSError(type(problem).__name__) from None

    def _read_outbox(self) -> Found:
        import psycopg2

        try:
            conn = psycopg2.connect(self._endpoints.postgres, connect_timeout=int(_SECONDS))
            with contextlib.closing(conn):
                conn.set_session(readonly=True, autocommit=True)
                rows = store.waiting(conn, _MOST)
                count = store.count(conn)
        except psycopg2.Error:
            return {"problem": _NO_POSTGRES}
        for row in rows:
            row["last_error"] = row["last_error"] and masked(row["last_error"], LONGEST_REASON)
        return {"count": count, "rows": rows}


def _mail(mail: Found) -> Found:
    text = _TAG.sub(" ", mail.get("BodyText") or mail.get("BodyHtml") or "")
    found = next((match for code in _CODES if (match := code.search(text))), None)
    return {
        "id": mail["MessageId"],
        "to": ", ".join(mail["To"]),
        "subject": mail["Subject"],
        "code": found and found[1],
        "at": round(float(mail["Timestamp"]) * 1000),
    }
