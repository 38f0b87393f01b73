"""Uploaded files, from S3's events and from ourselves, one queue message at a time."""

from __future__ import annotations

from mocshelf.runtime.queue import queue_handler
from mocshelf.uploads.messages import infected_file, uploaded_files
from mocshelf.uploads.processing import process, refuse_infected


def work(body: str) -> None:
    infected = infected_file(body)
    if infected is not None:
        refuse_infected(infected)
    for file_id in uploaded_files(body):
        process(file_id)


handler = queue_handler("process_upload", work)
