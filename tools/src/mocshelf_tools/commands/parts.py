"""`./mocshelf parts`: reads a parts list without a server, and rebuilds the shipped colour table."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from file_validator.faults import Refused
    from mocshelf.parts.reading import Imported

SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego", "unknown")
_DATA = paths.ROOT / "apps" / "api" / "src" / "mocshelf" / "parts" / "data"
_ENTRIES_SHOWN = 20


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parts = subparsers.add_parser(
        "parts", help="parts lists and colours", epilog="example: ./mocshelf parts check list.csv"
    )
    actions = parts.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check",
        help="read a parts list and print its receipt; nothing is stored",
        epilog="example: ./mocshelf parts check list.csv --scheme rebrickable",
    )
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("--scheme", choices=SCHEMES, help="whose numbers they are, where the file does not say")
    check.add_argument("--partial", action="store_true", help="leave out records that cannot be used")
    check.add_argument("--json", action="store_true", help="print the receipt, or what is wrong, as JSON")
    check.set_defaults(run=run)
    colours = actions.add_parser(
        "colours",
        help="rebuild the colour table from the catalogue files",
        epilog="example: ./mocshelf parts colours --from ../shared/data",
    )
    colours.add_argument("--from", dest="catalogues", metavar="FOLDER", type=Path, required=True)
    colours.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        return _colours(args) if args.action == "colours" else _check(args)
    except CannotContinue as problem:
        sys.stderr.write(f"mocshelf: {problem}\n")
        return 1


def _colours(args: argparse.Namespace) -> int:
    from mocshelf_tools.colours import build

    target = _DATA / "colours.csv"
    table = build(args.catalogues, _DATA / "colour-corrections.csv")
    target.write_text(table, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{table.count(chr(10)) - 1} colours in {target}\n")
    return 0


def _check(args: argparse.Namespace) -> int:
    from file_validator.faults import Refused
    from mocshelf.parts.reading import read_parts

    try:
        data = args.file.read_bytes()
    except OSError as problem:
        raise CannotContinue(f"{args.file} cannot be read: {problem.strerror}.") from None
    try:
        imported = read_parts(data, args.file.name, scheme=args.scheme, partial=args.partial)
    except Refused as refused:
        _tell_refusal(refused, as_json=args.json)
        return 1
    if args.json:
        sys.stdout.write(json.dumps(imported.receipt, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_summary(imported)) + "\n")
    return 0


def _tell_refusal(refused: Refused, *, as_json: bool) -> None:
    """What is wrong: as JSON on standard output for scripts, else on standard error."""
    if as_json:
        names = ("code", "message", "line", "field", "at")
        faults = [{name: getattr(fault, name) for name in names} for fault in refused.faults]
        shape = {"refused": refused.message, "count": refused.count, "faults": faults}
        sys.stdout.write(json.dumps(shape, ensure_ascii=False, indent=1) + "\n")
        return
    sys.stderr.write(f"mocshelf: {refused.message}\n")
    for fault in refused.faults:
        if fault.message != refused.message:
            sys.stderr.write(f"  {fault.message}\n")
    if refused.count > len(refused.faults):
        sys.stderr.write(f"  and {refused.count - len(refused.faults):,} more\n")


def _summary(imported: Imported) -> list[str]:
    """The receipt in lines for a person."""
    receipt = imported.receipt
    lines = [f"{receipt['fileName']}: {imported.format}, {receipt['encoding'] or 'a ZIP archive'}"]
    lines.append(f"  parts {receipt['partScheme'] or 'by line'}, colours {receipt['colorScheme'] or 'by line'}")
    for topic in ("rows", "records", "pieces", "lots"):
        counts = receipt[topic]
        if isinstance(counts, dict):
            shown = ", ".join(f"{count:,} {name}" for name, count in counts.items())
            lines.append(f"  {topic:<8} {shown}")
    lines.append(f"  {receipt['distinctParts']:,} different parts in {receipt['distinctColors']:,} colours")
    lines += [f"  {_line(entry)}" for name in ("claims", "notes") for entry in _list(receipt[name])]
    entries = _list(receipt["entries"])
    lines += [f"  {_line(entry)}" for entry in entries[:_ENTRIES_SHOWN]]
    if len(entries) > _ENTRIES_SHOWN:
        lines.append(f"  and {len(entries) - _ENTRIES_SHOWN:,} more entries; --json prints them all")
    return lines


def _list(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _line(entry: dict[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in entry.items())
