"""The walk-through with curl: its lines for the shell, run as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from integration.uploading import CSV, PDF, png, studio

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
# What a reader does by looking again.
_WAIT = """
for UPLOAD in $LIST $STUDIO $PLANS; do
  until curl -s $API/api/uploads/$UPLOAD -H "$AUTH" | pick '[f["status"] for f in data["files"]]' |
    grep -qE 'ready|rejected'; do sleep 0.2; done
done
"""


def block(start: str) -> str:
    """The page's lines for the shell that begin so."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "first-moc.md").read_text(), re.DOTALL)
    (found,) = [one for one in blocks if one.startswith(start)]
    return found


def shell(api: str, data: Path, script: str, settings: str, folder: Path) -> str:
    """Runs lines of the page; only the addresses of this run are put in their place."""
    script = f"{settings}\n{script}".replace("http://127.0.0.1:8484", api)
    command = f"{sys.executable} -m mocshelf_tools"
    script = re.sub(r"\./mocshelf (token|invoke sweep|db status)", rf"{command} \1 --data {data}", script)
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ),
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder: Path) -> str:
    """The lines that name a reader's files: real ones where they are beside this checkout, else made ones."""
    found = _real_files(folder) if SHARED.is_dir() else _made_files(folder)
    (folder / "photo.png").write_bytes(png(2400, 12))
    return f"{found} PHOTO={folder / 'photo.png'}"


class Story:
    """The walk-through in two parts, which may be played before and after something happens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = files(folder)
        self._create = block("API=")
        self._moc = ""

    def until_the_photo(self, api: str, data: Path) -> None:
        """Signs in, creates a MOC, sends its files, looks at them, searches, adds a photo."""
        parts = [block("send()"), _WAIT, block("for UPLOAD"), block("FILE="), block('curl -s "$API/api/mocs?search')]
        parts += [block('curl -s "$(curl'), "\necho MOC=$MOC"]
        said = shell(api, data, self._create + "".join(parts), self._files, self._folder)
        self._moc = re.findall(r"MOC=(\S+)", said)[0]

        assert said.count("'ready'") == 3, said
        assert "['Sherlock Holmes, Baker Street']" in said
        if SHARED.is_dir():
            assert "2200, 'pieces in', 405, 'lots'" in said
        for picture in ("cover.webp", "photo.webp"):
            assert (self._folder / picture).read_bytes()[8:12] == b"WEBP"

    def from_the_download(self, api: str, data: Path) -> None:
        """Downloads the plans, deletes the MOC, sweeps and looks whether anything is left."""
        settings = f"{self._files}\n{self._create.split('MOC=')[0]}\nMOC={self._moc}"
        said = shell(api, data, block("FILE=") + block("curl -s -X DELETE"), settings, self._folder)

        # The MOC's own; what its uploads left in `incoming/` may have gone with an earlier sweep.
        (deleted,) = re.findall(r'"objects_deleted": (\d+)', said)
        assert int(deleted) in (4, 7), said
        assert "every row has its object, every object its row" in said


def _real_files(folder: Path) -> str:
    (folder / "plans.pdf").write_bytes(PDF)
    parts = SHARED / "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"
    return f"PARTS={parts} MODEL={SHARED / 'studio-simple.io'} PDF={folder / 'plans.pdf'}"


def _made_files(folder: Path) -> str:
    for name, data in (("parts.csv", CSV), ("house.io", studio()), ("plans.pdf", PDF)):
        (folder / name).write_bytes(data)
    return f"PARTS={folder / 'parts.csv'} MODEL={folder / 'house.io'} PDF={folder / 'plans.pdf'}"
