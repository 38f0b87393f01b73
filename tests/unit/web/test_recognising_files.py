"""What the web app says of files before they are sent: titles, tables of parts, models."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from mocshelf_tools import node, paths

UPLOADING = paths.WEB / "app" / "uploading"
CAR = """0 FILE Car.ldr
1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat
1 14 0 0 0 1 0 0 0 1 0 0 0 1 two wheels.ldr
1 14 0 0 40 1 0 0 0 1 0 0 0 1 Two Wheels.ldr
0 NOFILE
0 FILE Two Wheels.ldr
1 16 0 0 0 1 0 0 0 1 0 0 0 1 4624.dat
1 0 0 0 0 1 0 0 0 1 0 0 0 1 3641.dat
0 NOFILE
"""
LINE = "1 4 0 0 0 1 0 0 0 1 0 0 0 1"


def call(module: str, function: str, *cases: Any) -> list[Any]:
    """What a function of a module answers to each case."""
    script = (
        f"import {{ {function} as tried }} from '{(UPLOADING / module).as_uri()}';"
        f"const cases = {json.dumps(cases)};"
        "console.log(JSON.stringify(cases.map((one) => tried(one))));"
    )
    command = [str(node.program()), "--no-warnings", "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_titles_are_what_people_call_their_mocs() -> None:
    titles = {
        "sherlock_holmes-v2.io": "Sherlock holmes",
        "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv": "Sherlock holmes baker street",
        "bricklink-wanted-razor-crest-75331.xml": "Razor crest 75331",
        "Old Mill instructions (2).pdf": "Old Mill",
        "MOC-1234 Tower.pdf": "Tower",
        "crane FINAL.mpd": "Crane",
        "Übersee-Hafen.io": "Übersee Hafen",
        "IMG_2034.jpg": "",
        "PXL_20260301_101112.jpg": "",
        "instructions.pdf": "",
        "parts list.csv": "",
    }

    assert dict(zip(titles, call("naming.js", "cleaned", *titles), strict=True)) == titles


@pytest.mark.parametrize(
    ("text", "label", "pieces"),
    [
        ("Part,Color,Quantity,Is Spare\n3001,4,6,False\n6141,47,1,True\n", "Parts list: Rebrickable", 6),
        ("Part,Color,Quantity\n3001,Red,6\n", "Parts list: table", 6),
        ("part,color,quantity\n3001,4,6\n", "Parts list: table", 6),
        ('sep=;\nPart ID;Part Name;Quantity\n3001;"Brick; 2 x ""4""\n";12\n', "Parts list: table", 12),
        ("elementId,quantity\n300121,4\n300123,2\n", "Parts list: LEGO Pick a Brick", 6),
        ("BLItemNo,ElementId,Qty\n3024,302401,5\n,,\nTotal qty,Total Weight,\n5,1.00,\n", "Parts list: Studio", 5),
        ("BL Item No,BL Color ID,Qty\r3001,5,4\r", "Parts list: table", 4),
        ("3001,4\n3024,2\n", "Parts list: table without column names", None),
    ],
)
def test_tables_are_known_by_their_columns(text: str, label: str, pieces: int | None) -> None:
    [found] = call("table.js", "table", text)

    assert found == {"label": label, "pieces": pieces}


def test_a_table_without_parts_says_what_it_lacks() -> None:
    colours, sets = call("table.js", "table", "id,name,rgb\n0,Black,05131D\n", "name,quantity\nA,1\n")

    assert colours["refusal"].startswith("This table has no quantity column")
    assert sets["refusal"].startswith("This table has no part number column")


def test_a_model_is_counted_with_its_submodels() -> None:
    twenty_levels = "".join(
        f"0 FILE {level}.ldr\n{LINE} {level + 1}.ldr\n{LINE} {level + 1}.ldr\n" for level in range(20)
    )

    counted = call(
        "models.js",
        "ldrawPieces",
        CAR,
        f"{LINE} 3001.dat\n{LINE} 3002.dat\n",
        f"0 FILE a.ldr\n{LINE} a.ldr\n",
        f"{twenty_levels}0 FILE 20.ldr\n{LINE} 3001.dat\n",
        "0 nothing\n",
    )

    assert counted == [5, 2, None, 2**20, None]
