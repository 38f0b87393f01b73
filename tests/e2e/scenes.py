"""Photos that one likes to look at: streets of bricks under a sky, drawn by code."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SKIES = (("#f6d7b0", "#d9825b"), ("#bcd9ea", "#5f93b8"), ("#2b2f55", "#7a5a86"), ("#dfe9d2", "#8fb08a"))
BRICKS = ("#b8442c", "#d9a032", "#2f6f8f", "#4d7a45", "#e8ddc6", "#7b4f39", "#33383f")
BRICK = 40


def street(seed: int, width: int = 1600, height: int = 1200) -> bytes:
    """A PNG, always the same one for a seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    top, low = (_rgb(colour) for colour in SKIES[seed % len(SKIES)])
    for y in range(height):
        share = y / height
        draw.line([(0, y), (width, y)], tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True)))
    x = BRICK
    while x < width - 4 * BRICK:
        columns, rows = chance.randint(3, 6), chance.randint(6, 18)
        _house(draw, chance, x, height - 2 * BRICK, columns, rows)
        x += (columns + chance.randint(0, 1)) * BRICK
    draw.rectangle([0, height - 2 * BRICK, width, height], fill="#5c6066")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _house(draw: ImageDraw.ImageDraw, chance: random.Random, left: int, ground: int, columns: int, rows: int) -> None:
    wall, window = chance.sample(BRICKS, 2)
    for row in range(rows):
        y = ground - (row + 1) * BRICK
        for column in range(columns):
            inside = 0 < column < columns - 1 and row % 3 == 1
            box = [left + column * BRICK, y, left + (column + 1) * BRICK - 2, y + BRICK - 2]
            draw.rectangle(box, fill="#ffe9a8" if inside and chance.random() < 0.6 else window if inside else wall)
    roof = ground - rows * BRICK
    for column in range(columns):
        stud = left + column * BRICK + 10
        draw.rectangle([stud, roof - 9, stud + 18, roof - 1], fill=wall)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
