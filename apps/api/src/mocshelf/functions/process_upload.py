"""Uploaded files, from S3's events and from ourselves, one queue message at a time."""

from __future__ import annotations

from mocshelf.runtime.queue import queue_handler
from mocshelf.uploads.messages import uploaded_files
from mocshelf.uploads.processing import process


def work(body: str) -> None:
    for file_id in uploaded_files(body):
        process(file_id)


handler = queue_handler("process_upload", work)
