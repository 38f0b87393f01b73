"""Building the shipped colour table, and the command that reads a list without a server."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from mocshelf_tools.colours import build
from mocshelf_tools.commands import parts
from mocshelf_tools.problems import CannotContinue
from unit.parts.samples import HEADER

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "apps" / "api" / "src" / "mocshelf" / "parts" / "data"
SHARED = ROOT.parent / "shared" / "data"

CORRECTIONS = (
    "kind,from_scheme,from,to_scheme,to\n"
    "pair,rebrickable,40,bricklink,13\nno-pair,rebrickable,1095,bricklink,13\npair,rebrickable,0,ldraw,0\n"
    "fold,ldraw,256,ldraw,0\npair,bricklink,245,ldraw,219\n"
)
REBRICKABLE = (
    "id,name,rgb,is_trans\n0,Black,05131d,False\n40,Trans-Brown,635F52,t\n1095,Trans-Black,1,True\n"
    "1013,Modulex White,F4F4F4,f\n9999,[No Color/Any Color],05131D,False\n"
)
BRICKLINK = "11,black\n13,Trans-Black\n123,Mx White\n245,Lilac\n13,Trans-Black"


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    (tmp_path / "rebrickable-colors.csv").write_text(REBRICKABLE)
    (tmp_path / "bricklink-colors.csv").write_text(BRICKLINK)
    (tmp_path / "corrections.csv").write_text(CORRECTIONS)
    return tmp_path


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parts.register(parser.add_subparsers())
    arguments = parser.parse_args(["parts", *words])
    code: int = arguments.run(arguments)
    return code


def test_names_and_corrections_become_one_row_a_colour(catalogues: Path) -> None:
    table = build(catalogues, catalogues / "corrections.csv")

    assert table.splitlines() == [
        "rebrickable,bricklink,ldraw,name,bricklink_name,rgb,transparent",
        "0,11,0,Black,black,05131D,false",
        "40,13,,Trans-Brown,Trans-Black,635F52,true",
        "1095,,,Trans-Black,,1,true",
        "1013,123,,Modulex White,Mx White,F4F4F4,false",
        "9999,,,[No Color/Any Color],,,false",
        ",245,219,,Lilac,,",
        ",,256,Rubber Black,,,",
    ]


def test_a_number_with_two_names_stops_the_build(catalogues: Path) -> None:
    (catalogues / "bricklink-colors.csv").write_text(BRICKLINK + "\n13,Smoke")

    with pytest.raises(CannotContinue, match="two names for the colour 13"):
        build(catalogues, catalogues / "corrections.csv")


def test_a_number_in_two_rows_stops_the_build(catalogues: Path) -> None:
    (catalogues / "corrections.csv").write_text(CORRECTIONS + "pair,rebrickable,1013,bricklink,11\n")

    with pytest.raises(CannotContinue, match="bricklink colour 11 would stand in two rows"):
        build(catalogues, catalogues / "corrections.csv")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the catalogue files are not beside this checkout")
def test_the_shipped_table_is_what_the_catalogue_files_give() -> None:
    assert (DATA / "colours.csv").read_text() == build(SHARED, DATA / "colour-corrections.csv")


def test_the_command_prints_the_receipt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "3001,4,6,False\n3001,4,1,False\n")

    assert command("check", str(path)) == 0
    assert "7 needed" in capsys.readouterr().out
    assert command("check", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["pieces"]["needed"] == 7


def test_the_command_says_what_is_wrong_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "3001,4,x,False\n3001,4,1,False\n")

    assert command("check", str(path)) == 1
    assert 'Line 2: the quantity is "x".' in capsys.readouterr().err
    assert command("check", str(path), "--partial") == 0
    assert "1 rejected" in capsys.readouterr().out
    assert command("check", str(path), "--json") == 1
    assert json.loads(capsys.readouterr().out)["count"] == 1
    assert command("check", str(tmp_path / "none.csv")) == 1
    assert "cannot be read" in capsys.readouterr().err
