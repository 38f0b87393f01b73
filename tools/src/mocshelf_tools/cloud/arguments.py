"""The arguments that commands for stages share."""

from __future__ import annotations

import argparse


def add_stage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage", required=True, metavar="S", help="local, dev, dev-NAME (your own), staging or production"
    )


def add_yes(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--yes", action="store_true", help=help_text)
