"""Lists on the command line: checked, and converted into what other programs read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf_tools.cli import main

LIST = "Part,Color,Quantity,Is Spare\n3001,4,6,False\n3001pr0001,4,1,False\n3024,15,2,True\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def test_a_list_is_converted_and_what_became_of_its_lines_is_said(
    source: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["parts", "convert", str(source), "--to", "bricklink-xml"])

    out, err = capsysbinary.readouterr()
    assert code == 0
    assert out == (
        b"<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>6</MINQTY></ITEM>"
        b"</INVENTORY>\n"
    )
    assert err.decode().splitlines() == [
        "written:   1 lines, 6 pieces",
        "merged:    0 lines, 0 pieces",
        "left out:  2 lines, 3 pieces",
        "  left out: The part number is Rebrickable's for a print; BrickLink stops at it. Lines: 1 (3001pr0001)",
        "  left out: The format has no spares. Lines: 1 (3024)",
        "  changed: The part number is not BrickLink's and goes out unchanged. Lines: 1 (3001)",
    ]


def test_the_result_goes_into_a_file_byte_for_byte(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "again.csv"

    code = main(["parts", "convert", str(source), "--to", "rebrickable-csv", "--output", str(target)])

    assert (code, target.read_bytes()) == (0, LIST.encode())


def test_a_list_that_cannot_be_written_makes_no_file(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "order.csv"

    code = main(["parts", "convert", str(source), "--to", "lego-pab-csv", "--output", str(target)])

    assert (code, target.exists()) == (1, False)
    assert "no element id" in capsys.readouterr().err


def test_what_cannot_be_read_or_written_is_said_without_a_trace(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("part,color,quantity\n3001,4,6\n")
    nowhere = str(tmp_path / "no" / "where.csv")

    codes = [
        main(["parts", "convert", str(bad), "--to", "csv"]),
        main(["parts", "convert", str(tmp_path / "none.csv"), "--to", "csv"]),
        main(["parts", "convert", str(source), "--to", "csv", "--output", nowhere]),
        main(["parts", "convert", str(bad), "--to", "csv", "--scheme", "bricklink"]),
    ]

    err = capsys.readouterr().err
    assert codes == [1, 1, 1, 0]
    assert "Choose Rebrickable, BrickLink or LDraw" in err
    assert "none.csv cannot be read" in err
    assert "where.csv cannot be written" in err


def test_the_receipt_is_printed(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["parts", "check", str(source)])

    assert code == 0
    assert "7 needed, 2 spare" in capsys.readouterr().out
