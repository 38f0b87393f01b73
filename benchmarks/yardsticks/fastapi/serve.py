"""Answers events: each line is one event and how often it is asked; a line comes back with times and the answer."""

from __future__ import annotations

import json
import sys
import time

from app import handler

for line in sys.stdin:
    asked = json.loads(line)
    times = []
    for _ in range(asked["count"]):
        start = time.perf_counter()
        answer = handler(asked["event"], None)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"times": times, "answer": answer}), flush=True)
