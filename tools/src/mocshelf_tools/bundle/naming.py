"""Names of files and folders in a bundle: readable, and harmless on every system that may unpack it."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_MOST_CHARACTERS = 60
_MOST_BYTES = 150
_LONGEST_ENDING = 10


def safe(text: str) -> str:
    """The text as a name without separators, control characters or anything a file system refuses."""
    plain = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", text))
    visible = "".join(one for one in plain if one.isprintable())
    short = " ".join(visible.split())[:_MOST_CHARACTERS]
    while len(short.encode("utf-8", "replace")) > _MOST_BYTES:
        short = short[:-1]
    name = short.strip(" .-") or "untitled"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def stem_and_ending(filename: str) -> tuple[str, str]:
    """A file's name made safe, and its ending with the dot in lower case, empty when it has none."""
    stem, dot, ending = filename.rpartition(".")
    if not dot or not stem or not (ending.isascii() and ending.isalnum()) or len(ending) > _LONGEST_ENDING:
        return safe(filename), ""
    return safe(stem), f".{ending.lower()}"


class Names:
    """The paths that are taken; two that differ in case only would be one file on many systems."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, stem: str, ending: str = "") -> str:
        """`stem` with its folders and `ending`, numbered when that path is taken."""
        path, number = stem + ending, 1
        while path.casefold() in self._taken:
            number += 1
            path = f"{stem} {number}{ending}"
        self._taken.add(path.casefold())
        return path
