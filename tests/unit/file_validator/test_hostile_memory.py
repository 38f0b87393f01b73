"""Refusing costs little: at most 150 MB above idle and 20 seconds, whatever the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from unit.file_validator.specimens import Member, zip_of

MB = 1_048_576
ENTITIES = b"".join(b'<!ENTITY %c "' % c + b"&%c;" % (c - 1) * 10 + b'">' for c in range(ord("b"), ord("m") + 1))

# What a file of at most 10 MB can be made of to cost as much as possible.
HOSTILE = {
    "unclosed quote.csv": b'Part,"' + b"x\n" * (5 * MB - 10),
    "one line.csv": b"x" * (10 * MB),
    "many cells.csv": b"," * (10 * MB),
    "cells over many lines.csv": b'"\n",' * (5 * MB // 2),
    "wide characters.csv": "\U0001f600".encode() + b"x" * (10 * MB - 4),
    "deep.json": b"[" * (10 * MB),
    "deep objects.json": b'[{"a":' * MB,
    "huge number.json": b'[{"a":' + b"9" * (9 * MB) + b"}]",
    "huge text.json": b'[{"a":"' + b"\\u00e9" * (MB * 3 // 2) + b'"}]',
    "many fields.json": b"[{" + b'"a":1,' * MB,
    "never closed.xml": b"<a>" * (3 * MB),
    "many attributes.xml": b"<a " + b" ".join(b'a%d=""' % number for number in range(900_000)),
    "long tag.xml": b"<" + b"a" * (9 * MB),
    "long comment.xml": b"<a><!--" + b"x" * (9 * MB),
    "billion laughs.xml": b'<!DOCTYPE a [<!ENTITY a "ha">' + ENTITIES + b"]><a>&m;</a>",
    "bomb.io": zip_of(Member(b"model.ldr", bytes(110 * MB))),
    "lying bomb.io": zip_of(Member(b"model.ldr", bytes(20 * MB), size=MB)),
}

MEASURE = """
import json, pathlib, resource, sys, time
from file_validator.archive import open_zip
from file_validator.check import check
from file_validator.faults import Refused
from file_validator.identify import identify
from file_validator.rules import PARTS_LIST
from file_validator.xml import iter_elements
import csv, defusedxml.ElementTree

def peak():
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // 1_048_576 if sys.platform == "darwin" else size // 1024

calls = {"check": lambda: check(data, path.name, PARTS_LIST), "identify": lambda: identify(data, path.name)}
openers = {".xml": lambda: list(iter_elements(data)), ".io": lambda: open_zip(data).read("model.ldr")}
idle, found = peak(), []
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data, start, refused = path.read_bytes(), time.monotonic(), []
    for name, call in {**calls, "open": openers.get(path.suffix, lambda: None)}.items():
        try:
            call()
        except Refused:
            refused.append(name)
    found.append([path.name, peak() - idle, time.monotonic() - start, refused])
print(json.dumps(found))
"""


def test_refusing_hostile_files_takes_little_memory_and_time(tmp_path: Path) -> None:
    for name, data in HOSTILE.items():
        (tmp_path / name).write_bytes(data)

    # A process of its own, for the peak of this one holds whatever the other tests needed.
    process = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    measured = json.loads(process.stdout)

    assert len(measured) == len(HOSTILE)
    for name, megabytes, seconds, refused in measured:
        assert megabytes <= 150, name
        assert seconds <= 20, name
        assert refused, name
