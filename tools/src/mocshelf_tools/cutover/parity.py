"""The same read requests to both sides, and their answers compared field by field."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mocshelf_tools.cutover.probing import Side
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    import httpx

_SERVER_ERROR, _REFUSED, _TOO_MANY = 500, 300, 429
_SHOWN, _EXAMPLES, _LIST_IDS = 3, 40, 3
_AGAIN_AFTER = 1.0
# What may stand in a request line: other characters are to be escaped.
_PATH = re.compile(r"/[!-~]*")
_FIELD = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Request:
    """A GET, with its path and query."""

    path: str


@dataclass(frozen=True)
class Compared:
    """How many requests were answered alike, and what was not; `useful` are those that were answered with 2xx.

    `unanswered` are those that blue had no answer for: with them nothing is known, neither good nor bad.
    """

    requests: int
    useful: int
    differences: tuple[str, ...]
    unanswered: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.differences and not self.unanswered and self.useful > 0

    def words(self) -> str:
        if self.differences:
            more = len(self.differences) - _SHOWN
            shown = "; ".join(self.differences[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
            return f"the sides answer differently: {shown}"
        if self.unanswered:
            return f"blue is no yardstick now: {'; '.join(self.unanswered[:_SHOWN])}"
        if not self.useful:
            return f"none of {self.requests} requests was answered with 2xx, so comparing them shows nothing"
        return f"{self.requests} requests answered alike"


def recorded(path: Path) -> list[Request]:
    """One path a line, or a JSON object with `path`; empty lines and those with # are skipped. CannotContinue."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as problem:
        raise CannotContinue(
            f"The requests in {path} cannot be read: {problem.strerror}. Give a file: --requests FILE"
        ) from None
    found = [_recorded(line, path) for line in lines if line and not line.startswith("#")]
    if not found:
        raise CannotContinue(f"There are no requests in {path}. Write one path a line, such as /api/mocs?limit=5")
    return found


def _recorded(line: str, file: Path) -> Request:
    path = line
    if line.startswith("{"):
        try:
            given = json.loads(line)
            method, path = given.get("method", "GET"), given["path"]
        except (ValueError, KeyError):
            raise CannotContinue(f"This line of {file} is no request: {line[:80]}") from None
        if method != "GET":
            raise CannotContinue(
                f"{file} has a {method} of {path}. Only GET is compared: nothing may be changed twice."
            )
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise CannotContinue(f"This line of {file} is no path: {line[:80]}")
    return Request(path)


def generated(description: Path, blue: Side, headers: dict[str, str]) -> list[Request]:
    """From the API's description: every list, and of each the first things in it, as blue has them."""
    import httpx

    reads = [path for path, item in json.loads(description.read_text())["paths"].items() if "get" in item]
    lists = [path for path in reads if "{" not in path and not path.endswith("/search")]
    found = [Request(path) for path in lists]
    for path in lists:
        single = next((one for one in reads if re.fullmatch(re.escape(path) + r"/\{\w+\}", one)), None)
        if single is not None:
            try:
                ids = list(_ids(_content(blue.get(path, headers))))[:_LIST_IDS]
            except httpx.HTTPError:
                continue
            found += [Request(f"{path}/{one}") for one in ids]
    return found


def compare(
    requests: list[Request],
    blue: Side,
    green: Side,
    ignored: tuple[str, ...],
    headers: dict[str, str],
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Compared:
    """Asks both sides. What differs is asked once more: data may have changed between the two answers."""
    useful, differences, unanswered = 0, [], []
    for done, one in enumerate(requests, 1):
        found = _one(one, blue, green, ignored, headers)
        if found.differences or found.unanswered:
            time.sleep(_AGAIN_AFTER)
            found = _one(one, blue, green, ignored, headers)
        useful += found.useful
        differences += [f"{one.path}: {text}" for text in found.differences]
        unanswered += [f"{one.path}: {text}" for text in found.unanswered]
        tell(done, len(requests))
        if len(differences) + len(unanswered) >= _EXAMPLES:
            break
    return Compared(len(requests), useful, tuple(differences), tuple(unanswered))


def _one(request: Request, blue: Side, green: Side, ignored: tuple[str, ...], headers: dict[str, str]) -> Compared:
    import httpx

    try:
        expected = blue.get(request.path, headers)
    except httpx.HTTPError as problem:
        return Compared(1, 0, (), (f"blue does not answer ({type(problem).__name__})",))
    if expected.status_code >= _SERVER_ERROR or expected.status_code == _TOO_MANY:
        return Compared(1, 0, (), (f"blue answers {expected.status_code}",))
    try:
        found = green.get(request.path, headers)
    except httpx.HTTPError as problem:
        return Compared(1, 0, (f"green does not answer ({type(problem).__name__})",))
    if expected.status_code != found.status_code:
        return Compared(1, 0, (f"status {expected.status_code} at blue, {found.status_code} at green",))
    differences = tuple(differing(_content(expected), _content(found), ignored))
    return Compared(1, int(expected.status_code < _REFUSED), differences)


def differing(blue: Any, green: Any, ignored: tuple[str, ...], at: str = "") -> Iterator[str]:
    """The fields that differ, as `data[0].title: 'Moulin' at blue, 'Mill' at green`.

    A name in `ignored` is a field anywhere, or with dots one place: `data.total`; entries of lists count as one.
    """
    if isinstance(blue, dict) and isinstance(green, dict):
        for name in [*blue, *(name for name in green if name not in blue)]:
            path = f"{at}.{name}".lstrip(".")
            if name in ignored or _FIELD.sub("", path) in ignored:
                continue
            if name not in blue or name not in green:
                yield f"{path}: only at {'green' if name in green else 'blue'}"
            else:
                yield from differing(blue[name], green[name], ignored, path)
    elif isinstance(blue, list) and isinstance(green, list):
        if len(blue) != len(green):
            yield f"{at}: {len(blue)} entries at blue, {len(green)} at green"
        for place, (one, other) in enumerate(zip(blue, green, strict=False)):
            yield from differing(one, other, ignored, f"{at}[{place}]")
    elif blue != green or type(blue) is not type(green):
        yield f"{at or 'body'}: {_short(blue)} at blue, {_short(green)} at green"


def _content(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _ids(content: Any) -> Iterator[str]:
    entries = content.get("data") if isinstance(content, dict) else content
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            yield entry["id"]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
