"""Sharp, the picture library of Node, doing the same in a process of its own; installed when first asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

VERSION = "0.35.5"
FOLDER = Path(__file__).resolve().parents[1] / ".mocshelf" / "yardsticks"

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


class Sharp:
    """Draws both sizes of one photo each time it is called."""

    def __init__(self, photo: Path) -> None:
        self._node = subprocess.Popen(
            ["node", "-e", SCRIPT, str(photo)], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

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

    def stop(self) -> None:
        assert self._node.stdin is not None
        self._node.stdin.close()
        self._node.wait(10)


def installed() -> bool:
    """Whether Sharp can run here, after trying to install it; there must be Node and npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    if not (FOLDER / "node_modules" / "sharp").is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--prefix",
            str(FOLDER),
            "--no-fund",
            "--no-audit",
            "--silent",
            f"sharp@{VERSION}",
        ]
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0
    return True
