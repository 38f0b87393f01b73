"""Sharp, the picture library of Node, doing the same in a process of its own; installed when first asked for."""

from __future__ import annotations

import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

import yardstick

from mocshelf_tools import node

SCRIPT = """
const sharp = require("sharp");
sharp.cache(false);
const photo = require("fs").readFileSync(process.argv[1]);
const webp = (width, height) => sharp(photo).autoOrient()
  .resize(width, height, {fit: "inside", withoutEnlargement: true}).webp({quality: 80}).toBuffer();
require("readline").createInterface({input: process.stdin}).on("line", async () => {
  await Promise.all([webp(2048, 8192), webp(400, 1600)]);
  console.log("done");
});
"""


class Sharp(AbstractContextManager["Sharp"]):
    """Draws both sizes of one photo each time it is called. CannotContinue where there is no Sharp."""

    def __init__(self, photo: Path) -> None:
        self._node = subprocess.Popen(
            [str(node.program()), "-e", SCRIPT, str(photo)],
            cwd=yardstick.project("sharp"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __exit__(self, *failure: object) -> None:
        self._node.kill()
        self._node.communicate()

    def __call__(self) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write("\n")
        self._node.stdin.flush()
        if self._node.stdout.readline() != "done\n":
            raise RuntimeError("Sharp has stopped.")

    def peak(self) -> float:
        """The process's highest memory so far, in MB. Linux only."""
        status = Path(f"/proc/{self._node.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
