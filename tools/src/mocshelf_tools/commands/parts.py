"""`./mocshelf parts`: reads and converts parts lists without a server, and rebuilds the shipped colour table."""

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
    from mocshelf.parts.export_report import Remark, Report
    from mocshelf.parts.reading import Imported

FORMATS = ("rebrickable-csv", "bricklink-xml", "lego-pab-csv", "csv")
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
    _add_reading(check)
    check.add_argument("--json", action="store_true", help="print the receipt, or what is wrong, as JSON")
    check.set_defaults(run=run)
    convert = actions.add_parser(
        "convert",
        help="read a parts list of any format and write it in another; what became of its lines is on standard error",
        epilog="example: ./mocshelf parts convert model.io --to bricklink-xml --output wanted.xml",
    )
    _add_reading(convert)
    convert.add_argument("--to", dest="dialect", choices=FORMATS, required=True, help="the format to write")
    convert.add_argument("--output", metavar="OUT", type=Path, help="the file to write; standard output without it")
    convert.set_defaults(run=run, json=False)
    colours = actions.add_parser(
        "colours",
        help="rebuild the colour table from the catalogue files",
        epilog="example: ./mocshelf parts colours --from ../shared/data",
    )
    colours.add_argument("--from", dest="catalogues", metavar="FOLDER", type=Path, required=True)
    colours.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    work = {"colours": _colours, "check": _check, "convert": _convert}[args.action]
    try:
        return work(args)
    except CannotContinue as problem:
        sys.stderr.write(f"mocshelf: {problem}\n")
        return 1


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--scheme", choices=SCHEMES, help="whose numbers they are, where the file does not say")
    parser.add_argument("--partial", action="store_true", help="leave out records that cannot be used")


def _colours(args: argparse.Namespace) -> int:
    from mocshelf_tools.colours import build

    target = _DATA / "colours.csv"
    table = build(args.catalogues, _DATA / "colour-corrections.csv")
    target.write_text(table, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{table.count(chr(10)) - 1} colours in {target}\n")
    return 0


def _read(args: argparse.Namespace) -> Imported | None:
    """The list; None when it was refused, which has been said then."""
    from file_validator.faults import Refused
    from mocshelf.parts.reading import read_parts

    try:
        data = args.file.read_bytes()
    except OSError as problem:
        raise CannotContinue(f"{args.file} cannot be read: {problem.strerror}.") from None
    try:
        return read_parts(data, args.file.name, scheme=args.scheme, partial=args.partial)
    except Refused as refused:
        _tell_refusal(refused, as_json=args.json)
        return None


def _convert(args: argparse.Namespace) -> int:
    from mocshelf.parts.exporting import all_left_out, export

    imported = _read(args)
    if imported is None:
        return 1
    exported = export(imported.lots, args.dialect)
    sys.stderr.write("\n".join(_outcome(exported.report)) + "\n")
    if all_left_out(exported.report):
        raise CannotContinue("Nothing of the list can be written in this format, so no file was made.")
    data = exported.text.encode()
    if args.output is None:
        sys.stdout.buffer.write(data)
        return 0
    try:
        args.output.write_bytes(data)
    except OSError as problem:
        raise CannotContinue(f"{args.output} cannot be written: {problem.strerror}.") from None
    return 0


def _outcome(report: Report) -> list[str]:
    """What became of the lines, for a person."""
    sums = (("written", report.written), ("merged", report.merged), ("left out", report.left_out))
    lines = [f"{what + ':':<10} {total.lines:,} lines, {total.pieces:,} pieces" for what, total in sums]
    lines += [f"  left out: {_remark(remark)}" for remark in report.reasons.values()]
    return lines + [f"  changed: {_remark(remark)}" for remark in report.changed.values()]


def _remark(remark: Remark) -> str:
    more = ", …" if remark.sums.lines > len(remark.first) else ""
    return f"{remark.message} Lines: {remark.sums.lines:,} ({', '.join(remark.first)}{more})"


def _check(args: argparse.Namespace) -> int:
    imported = _read(args)
    if imported is None:
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
