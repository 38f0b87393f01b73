"""Example MOCs for the demo user, put on the shelf through the API as anyone would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    import httpx

# Title, theme, parts, description, tags.
_MOCS: tuple[tuple[str, str, int, str, str], ...] = (
    ("Harbour Street Bookshop", "Modular", 2840, "Corner shop with a reading attic.", "street corner"),
    ("The Clockmaker's House", "Modular", 3120, "Three floors, one working pendulum.", "street clock"),
    ("Café Lumière", "Modular", 2655, "Tiled counter, bent awnings.", "street café"),
    ("Old Town Pharmacy", "Modular", 2310, "Arched windows in sand green.", "street"),
    ("Cinema Astoria", "Modular", 3475, "Art deco front with light bricks.", "street light"),
    ("Fire Station No. 4", "Modular", 2980, "Two bays and a drying tower.", "street tower"),
    ("Greenhouse on the Roof", "Modular", 1240, "A roof for any modular building.", "plants"),
    ("Tram Depot", "Modular", 4210, "Holds two eight-wide trams.", "street train"),
    ("Northern Lighthouse", "Landscape", 1680, "On a cliff of slopes, lamp turns.", "sea light motor"),
    ("Mill by the Stream", "Landscape", 2050, "Water wheel with a crank.", "water crank"),
    ("Alpine Chapel", "Landscape", 960, "Snow, larches and a wooden roof.", "snow"),
    ("Canyon Bridge", "Landscape", 2210, "Trestle for narrow-gauge trains.", "train bridge"),
    ("Fishing Village", "Landscape", 3890, "Four huts on stilts over tiles.", "sea"),
    ("Terraced Rice Fields", "Landscape", 1430, "Built in layers of plates.", "plants water"),
    ("BR 01 Express", "Trains", 1870, "Steam engine in 1:38, all wheels driven.", "steam motor"),
    ("Crocodile Ce 6/8", "Trains", 1540, "Swiss electric, articulated frame.", "electric motor"),
    ("Narrow-Gauge Railcar", "Trains", 720, "Six wide, takes tight curves.", "train"),
    ("Signal Box West", "Trains", 890, "Levers move two points.", "train building"),
    ("Ore Wagon Set", "Trains", 640, "Four hoppers that tip.", "wagon"),
    ("Turntable", "Trains", 1310, "Seven tracks, geared drive.", "motor gear"),
    ("Rally Quattro", "Vehicles", 980, "1:17 with opening bonnet.", "car"),
    ("Farm Tractor 1962", "Vehicles", 610, "Working steering and three-point lift.", "farm gear"),
    ("Mobile Crane LT-60", "Technic", 2750, "Five functions from one motor.", "motor crane"),
    ("Excavator with Pneumatics", "Technic", 2180, "Boom, dipper and bucket by air.", "pneumatic"),
    ("Six-Speed Gearbox", "Technic", 430, "A study in clutch gears.", "gear study"),
    ("Great Ball Loop: Stairs", "Technic", 520, "Lifts one ball a second.", "gbl motor"),
    ("Walking Strandbeest", "Technic", 390, "Legs after Theo Jansen.", "motor study"),
    ("Orbital Shuttle", "Space", 1090, "Opens to a small laboratory.", "classic"),
    ("Lunar Outpost Delta", "Space", 2460, "Six modules joined by tunnels.", "classic base"),
    ("Prospector Rover", "Space", 570, "Six wheels on rockers.", "classic rover"),
    ("Deep-Field Telescope", "Space", 1150, "Mirror of eighteen segments.", "science"),
    ("Wolfpack Keep", "Castle", 3320, "Hidden gate and falling bridge.", "knights"),
    ("Blacksmith at the Ford", "Castle", 1420, "Thatch of tan slopes.", "knights craft"),
    ("Siege Tower", "Castle", 680, "Rolls and drops its ramp.", "knights"),
    ("Dragon of Red Tiles", "Creatures", 840, "Ball joints from head to tail.", "fantasy"),
    ("Grey Heron", "Creatures", 310, "Life size head and neck.", "bird"),
    ("Bonsai, Four Seasons", "Plants", 760, "Crowns to change through the year.", "tree"),
    ("Orchid in a Pot", "Plants", 540, "Petals of rounded plates.", "flower"),
    ("Micro Manhattan", "Micro", 1980, "One block to the stud.", "skyline"),
    ("Cathedral, 1:650", "Micro", 1220, "Flying buttresses from clips.", "skyline church"),
)


async def seed(client: httpx.AsyncClient, token: str) -> int:
    """Creates those that the user does not have yet; the number of new ones. The client knows the API's address."""
    headers = {"Authorization": f"Bearer {token}"}
    made = 0
    for title, theme, parts, description, tags in _MOCS:
        body: dict[str, Any] = {
            "type": "moc",
            "title": title,
            "author": "Demo Builder",
            "partsCount": parts,
            "theme": theme,
            "description": description,
            "tags": tags.split(),
        }
        answer = await client.post("/api/mocs", json=body, headers=headers)
        # 409 is a MOC of this title, from an earlier run or the user's own.
        if answer.status_code not in (201, 409):
            raise CannotContinue(f"The example {title!r} was not taken: {answer.status_code} {answer.text}")
        made += answer.status_code == 201
    return made
