"""A photo of 24 megapixels: both sizes from one decoding, beside two thumbnail calls of libvips; time and memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sharp import Sharp
from table import show

from mocshelf_tools.problems import CannotContinue

RUNS = 11
WIDTH, HEIGHT = 6000, 4000
MEGABYTE = 1_048_576

OURS = """
import sys
from mocshelf.runtime.imaging import GALLERY_IMAGE, GALLERY_THUMBNAIL, webp_pair
webp_pair(open(sys.argv[1], "rb").read(), GALLERY_IMAGE, GALLERY_THUMBNAIL)
"""
SEPARATE = """
import sys
import pyvips
data = open(sys.argv[1], "rb").read()
for width, height in ((2048, 8192), (400, 1600)):
    image = pyvips.Image.thumbnail_buffer(data, width, height=height, size="down")
    image.webpsave_buffer(Q=80, keep="none")
"""
PEAK = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def main() -> None:
    """Prints two tables; the contenders take turns. Sharp is left out where Node does not run."""
    photo = _photo()
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file, contextlib.ExitStack() as opened:
        path = Path(file.name)
        path.write_bytes(photo)
        notes = []
        try:
            node = opened.enter_context(Sharp(path))
        except CannotContinue as problem:
            node = None
            notes.append(f"Sharp: left out. {problem}")
        samples = _measure(_contenders(photo, node))
        size = f"{WIDTH:,} × {HEIGHT:,} pixels, {len(photo) / MEGABYTE:.1f} MB of JPEG"
        show("image", f"{size}, to 2048 and 400 pixels: milliseconds, {RUNS} runs each", samples, notes=notes)
        if sys.platform.startswith("linux"):
            _show_memory(path, node is not None, notes)


def _contenders(photo: bytes, node: Sharp | None) -> dict[str, Callable[[], object]]:
    from mocshelf.runtime.imaging import GALLERY_IMAGE, GALLERY_THUMBNAIL, webp_pair

    ours: dict[str, Callable[[], object]] = {
        "two thumbnail calls": lambda: _separately(photo),
        "Mocshelf": lambda: webp_pair(photo, GALLERY_IMAGE, GALLERY_THUMBNAIL),
    }
    return ours if node is None else {**ours, "Sharp": node}


def _measure(contenders: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for run in range(RUNS + 1):
        for name, work in contenders.items():
            start = time.perf_counter()
            work()
            if run:
                samples[name].append((time.perf_counter() - start) * 1000)
    return samples


def _show_memory(path: Path, with_sharp: bool, notes: list[str]) -> None:
    peaks = {
        "two thumbnail calls": _peaks(lambda: _peak(SEPARATE, path)),
        "Mocshelf": _peaks(lambda: _peak(OURS, path)),
    }
    if with_sharp:
        peaks["Sharp"] = _peaks(lambda: _peak_of_sharp(path))
    show("image-memory", "Peak memory of a fresh process doing that once, MB", peaks, unit="MB", notes=notes)


def _peaks(measured: Callable[[], float]) -> list[float]:
    return [measured() for _ in range(5)]


def _peak_of_sharp(path: Path) -> float:
    with Sharp(path) as fresh:
        fresh()
        return fresh.peak()


def _photo() -> bytes:
    """Sky, detail and grain, about as large as a phone's photo of that size."""
    import pyvips

    x, y = pyvips.Image.xyz(WIDTH, HEIGHT).bandsplit()
    grain = pyvips.Image.gaussnoise(WIDTH, HEIGHT, mean=0, sigma=8, seed=7)
    bands = [(x / 40 + grain), (y / 30 + ((x + y) % 90) + grain), ((x * 3 - y) % 200 + grain)]
    image = bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")
    return bytes(image.jpegsave_buffer(Q=85))


def _separately(photo: bytes) -> None:
    import pyvips

    for width, height in ((2048, 8192), (400, 1600)):
        image = pyvips.Image.thumbnail_buffer(photo, width, height=height, size="down")
        image.webpsave_buffer(Q=80, keep="none")


def _peak(code: str, path: Path) -> float:
    """In MB, of the process's own memory: what `getrusage` says begins with the parent's. Linux only."""
    done = subprocess.run([sys.executable, "-c", code + PEAK, str(path)], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024
