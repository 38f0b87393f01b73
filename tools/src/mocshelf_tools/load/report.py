"""What a run came to: a table for a terminal, a report with its picture, a section of the documentation."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mocshelf_tools import paths, tables
from mocshelf_tools.load import plots, samples
from mocshelf_tools.load.profiles import PROFILES
from mocshelf_tools.load.samples import Figures, Seen
from mocshelf_tools.load.verdict import Breach

PAGE = paths.ROOT / "docs" / "load.md"
START, END = "<!-- figures -->", "<!-- end of figures -->"
HEADS = ("", "requests", "failed", "asked to wait", "p50, ms", "p95, ms", "p99, ms", "a second")
_STAGES = {"dev": "", "local": " --stage local", "deployed": " --stage S"}
_ORDER = [f"{where}, {profile}" for where in _STAGES for profile in PROFILES]


@dataclass(frozen=True)
class Run:
    """One run: of what, by how many at most, what was seen, and what was not good enough."""

    where: str
    profile: str
    users: int
    accounts: int
    seen: Seen
    breaches: Sequence[Breach]

    @property
    def title(self) -> str:
        return f"{self.where}, {self.profile}"

    @property
    def name(self) -> str:
        return f"{self.where}-{self.profile}"


def printed(run: Run) -> str:
    """The table and the verdict, for a terminal."""
    lines = tables.aligned(HEADS, [_row(one) for one in samples.by_name(run.seen)])
    found = samples.reasons(run.seen)
    lines += ["", *(f"{count} × {name}: {why}" for name, why, count in found)] if found else []
    return "\n".join([*lines, "", *_verdict(run), ""])


def write(run: Run, folder: Path) -> Path:
    """The report, its picture and its figures as JSON, in the folder; the report's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timeline.svg").write_text(_picture(run))
    groups = {name: asdict(one) for name, one in samples.by_group(run.seen).items()}
    figures = {"names": [asdict(one) for one in samples.by_name(run.seen)], "groups": groups}
    broken = [{"group": one.group, "limit": one.limit, "found": one.found} for one in run.breaches]
    content = {"where": run.where, "profile": run.profile, "users": run.users, "breaches": broken, **figures}
    (folder / "figures.json").write_text(json.dumps(content, indent=1) + "\n")
    found = [f"- {count} × {name}: {why}" for name, why, count in samples.reasons(run.seen)]
    lines = [
        f"# Load: {run.title}",
        "",
        *_section(run, samples.by_name(run.seen), "timeline.svg"),
        "",
        *_verdict(run),
    ]
    lines += ["", "What failed, or was asked to wait:", "", *found] if found else []
    report = folder / "report.md"
    report.write_text("\n".join([*lines, ""]))
    return report


def write_docs(run: Run, page: Path = PAGE) -> None:
    """Puts the run's groups and picture among the figures of the page, in place of the same profile's before."""
    pictures = page.parent / "load"
    pictures.mkdir(exist_ok=True)
    (pictures / f"{run.name}.svg").write_text(_picture(run))
    text = page.read_text()
    sections = dict(_known(text[text.index(START) + len(START) : text.index(END)]))
    groups = list(samples.by_group(run.seen).values())
    sections[run.title] = "\n".join(_section(run, groups, f"load/{run.name}.svg"))
    ordered = "\n\n".join(f"### {title}\n\n{sections[title]}" for title in _ORDER if title in sections)
    tables.put(page, START, END, ["", ordered, ""])


def _known(text: str) -> list[tuple[str, str]]:
    parts = [part.partition("\n") for part in text.split("### ")[1:]]
    return [(title.strip(), body.strip()) for title, _, body in parts]


def _section(run: Run, rows: Sequence[Figures], picture: str) -> list[str]:
    command = f"./mocshelf load --profile {run.profile}{_STAGES[run.where]}"
    here = f"{os.cpu_count()} processors ({platform.machine()}, Python {platform.python_version()})"
    shared = "" if run.where == "deployed" else f" Visitors and system share {here}."
    lines = [
        f"`{command}`: up to {run.users} visitors, who are {run.accounts} people, for {run.seen.took:.0f} s.{shared}",
        "",
        *tables.markdown(HEADS, [_row(one) for one in rows]),
    ]
    return [*lines, "", f"![{run.title.capitalize()}, over time]({picture})"]


def _picture(run: Run) -> str:
    return plots.timeline(f"{run.title}: up to {run.users} visitors", run.seen)


def _row(one: Figures) -> tuple[str, ...]:
    times = ("–" if value is None else f"{value:,.0f}" for value in (one.p50, one.p95, one.p99))
    return (one.name, f"{one.requests:,}", f"{one.failures:,}", f"{one.waits:,}", *times, f"{one.rate:,.1f}")


def _verdict(run: Run) -> list[str]:
    if not run.breaches:
        return [f"Good: within the thresholds of {run.title}."]
    return [f"Not good enough for the thresholds of {run.title}:", *(f"- {one}" for one in run.breaches)]
