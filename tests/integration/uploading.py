"""What uploading tests share: small files made by code, sending them as a client does, running what is queued."""

from __future__ import annotations

import hashlib
import http.client
import io
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mocshelf.testing import Client, Reply, multipart
from mocshelf_tools.gateway.queues import Source, queue_event
from mocshelf_tools.stack.stack import Stack

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n106\n%%EOF\n"
)
CSV = b"Part,Color,Quantity,Is Spare\n3001,4,6,False\n3024,15,2,False\n6141,47,1,True\n"
MODEL = (
    b"0 FILE house.ldr\r\n0 house\r\n"
    b"1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\r\n1 4 0 24 0 1 0 0 0 1 0 0 0 1 3001.dat\r\n"
    b"1 15 0 48 0 1 0 0 0 1 0 0 0 1 3024.dat\r\n0 NOFILE\r\n"
)


def png(width: int = 8, height: int = 6) -> bytes:
    """A red picture of this size, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\xff\x00\x00" * width) * height
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def studio(**entries: bytes) -> bytes:
    """A Studio model; `thumbnail.png` and `model.ldr` unless given otherwise by name with `_` for the dot."""
    files = {"model_ldr": MODEL, "thumbnail_png": png(), ".info": b'{"version":"2.25","total_parts":3}', **entries}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name if name.startswith(".") else name.replace("_", "."), data)
    return buffer.getvalue()


@dataclass
class Sender:
    """Opens sessions, sends bytes straight to S3 and lets the queue's messages be handled."""

    client: Client
    handlers: dict[str, Callable[[Any, Any], Any]]
    sqs: Any
    queue_url: str

    def moc(self, owner: str, **fields: Any) -> str:
        body = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 9, **fields}
        answer = self.client.post("/api/mocs", as_user=owner, json=body)
        assert answer.status == 201, answer.body
        return str(answer.data["id"])

    def open(self, owner: str, moc_id: str, *files: dict[str, Any], purpose: str = "moc-file") -> Reply:
        body = {"purpose": purpose, "mocId": moc_id, "files": list(files)}
        return self.client.post("/api/uploads", as_user=owner, json=body)

    def upload(self, owner: str, moc_id: str, name: str, data: bytes, **options: Any) -> dict[str, Any]:
        """One file through a session, all the way; the session as it then is."""
        purpose = options.pop("purpose", "moc-file")
        content_type = options.pop("content_type", "application/octet-stream")
        answer = self.open(
            owner, moc_id, {"name": name, "size": len(data), "contentType": content_type, **options}, purpose=purpose
        )
        assert answer.status == 201, answer.body
        status, text = send(answer.data["files"][0], data)
        assert status == 204, text
        self.drain()
        return self.session(owner, answer.data["id"])

    def session(self, owner: str, upload_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/uploads/{upload_id}", as_user=owner)
        assert answer.status == 200, answer.body
        return dict(answer.data)

    def detail(self, owner: str, moc_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/mocs/{moc_id}", as_user=owner)
        assert answer.status == 200, answer.body
        return dict(answer.data)

    @contextmanager
    def working_beside(self) -> Iterator[None]:
        """Handles messages in a process of its own meanwhile, as functions run beside each other."""
        script = Path(__file__).with_name("queue_worker.py")
        endpoint = self.sqs.meta.endpoint_url
        command = [sys.executable, str(script), self.queue_url, endpoint]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as worker:
            yield
            assert worker.stdin is not None
            worker.stdin.close()
        assert worker.returncode == 0

    def drain(self) -> int:
        """Handles the queue's messages until none has come for a moment; how many there were."""
        source = Source("process_upload", self.queue_url, "eu-central-1")
        handled, quiet = 0, 0
        while quiet < 4:
            received = self.sqs.receive_message(
                QueueUrl=self.queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
            )
            messages = received.get("Messages", [])
            if not messages:
                quiet += 1
                time.sleep(0.05)
                continue
            quiet = 0
            result = self.handlers["process_upload"](queue_event(messages, source), None)
            assert result == {"batchItemFailures": []}
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
            handled += len(messages)
        return handled


def send(request: dict[str, Any], data: bytes) -> tuple[int, bytes]:
    """Sends bytes as the request of a session says; (status, body) of S3's answer."""
    if request["method"] == "POST":
        fields = request["fields"]
        body, content_type = multipart(fields, [("file", "file", fields["Content-Type"], data)])
        return _call("POST", request["url"], body, {"Content-Type": content_type})
    return _call("PUT", request.get("url") or request["uploadUrl"], data, request["headers"])


def fetch(url: str) -> tuple[int, bytes, dict[str, str]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}


def aws(stack: Stack, service: str) -> Any:
    """A client of the embedded AWS."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=stack.endpoints.aws,
        region_name=stack.endpoints.region,
        config=Config(signature_version="s3v4") if service == "s3" else None,
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _call(method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
