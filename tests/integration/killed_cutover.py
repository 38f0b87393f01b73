"""Runs a cutover in a process of its own and dies after so many writes: a file with place and settings, MOMENT."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from integration.cutover_rehearsed import Watchdesk, killing
from mocshelf_infra.stages import stage
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.cutover import operating
from mocshelf_tools.cutover.settings import Settings


def main(file: str, moment: int) -> None:
    given = json.loads(Path(file).read_text())
    place = Place(stage(given["stage"]), given["environment"])
    desk = Watchdesk(place, "killed", {}, after=killing(moment))
    operating.start(desk, Settings.read(given["settings"]), lambda _: None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
