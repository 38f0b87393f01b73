"""Answers with its event, or in whatever way the path asks for."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

VERSION = 1


def handler(event: dict[str, Any], context: Any) -> Any:
    what = (event.get("pathParameters") or {}).get("what", "echo")
    return _ANSWERS[what](event, context)


def _echo(event: dict[str, Any], context: Any) -> Any:
    body = {"event": event, "pid": os.getpid(), "version": VERSION}
    status = 404 if event["routeKey"] == "$default" else 200
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def _hang(event: dict[str, Any], context: Any) -> Any:
    time.sleep(60)


def _nap(event: dict[str, Any], context: Any) -> Any:
    with Path(os.environ["TRIAL_NOTES"]).open("a") as notes:
        notes.write(f"nap with version {VERSION}\n")
    time.sleep(1)
    return {"statusCode": 200, "body": str(VERSION)}


def _raise(event: dict[str, Any], context: Any) -> Any:
    raise RuntimeError("a secret detail")


def _exit(event: dict[str, Any], context: Any) -> Any:
    os._exit(3)


def _large(event: dict[str, Any], context: Any) -> Any:
    return {"statusCode": 200, "body": "x" * 7_000_000}


def _shapeless(event: dict[str, Any], context: Any) -> Any:
    return {"status": "fine"}


def _split(event: dict[str, Any], context: Any) -> Any:
    return {"statusCode": 200, "headers": {"X-Name": "a\r\nSet-Cookie: evil=1"}, "body": ""}


def _cookies(event: dict[str, Any], context: Any) -> Any:
    headers = {"Content-Type": "image/webp", "X-Request-Id": "mine"}
    return {
        "statusCode": 201,
        "headers": headers,
        "cookies": ["a=1", "b=2; Path=/"],
        "body": "AAH/",
        "isBase64Encoded": True,
    }


_ANSWERS = {
    "echo": _echo,
    "hang": _hang,
    "nap": _nap,
    "raise": _raise,
    "exit": _exit,
    "large": _large,
    "shapeless": _shapeless,
    "split": _split,
    "cookies": _cookies,
}
