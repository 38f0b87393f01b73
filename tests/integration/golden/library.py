"""A synthetic library: MOCs, sets, albums and wishes as a collector has them, the same on every run."""

from __future__ import annotations

from typing import Any

Fields = dict[str, Any]

# Title, theme, tags, description; each is what some golden query looks for.
_MOCS: list[tuple[str, str, list[str], str]] = [
    ("Castle", "Castle", ["tiny"], "The smallest of them all."),
    ("Medieval Castle", "Castle", ["knights", "drawbridge"], "Curtain wall and a keep."),
    ("Castle Gate with Portcullis", "Castle", ["chain"], "Works with a crank."),
    ("Lion Knights Fortress", "Castle", ["castle", "lion"], "Opens in the middle."),
    ("Sand Dragon", "Fantasy", ["wings"], "Sits on a castle of sand."),
    ("Hay Wagon", "Farm", ["horse", "wheel"], "Two horses and a farmer."),
    ("Baker Street", "Modular", ["victorian", "street"], "Number 221B with a study."),
    ("Sherlock Holmes: Baker Street", "Modular", ["victorian"], "Fog not included."),
    ("Corner Bakery", "Modular", ["baker", "bread"], "Fresh every morning in our street."),
    ("Café Corner", "Modular", ["hotel"], "The one that began it."),
    ("Château de la Reine", "Architecture", ["palace", "garden"], "Été comme hiver."),
    ("Gebäude für Züge", "Trains", ["bahnhof"], "Mit Gleisanschluss."),
    ("Smørrebrød Bar", "City", ["food"], "Øl og ost."),
    ("Łódź Tenement", "Architecture", ["poland"], "Façade with stucco."),
    ("Plate 2 x 4 Dispenser", "Technic", ["machine"], "Gives one plate at a time."),
    ("Stacking Study", "Technic", ["2x4", "plates"], "Built of one kind of brick."),
    ("Wall of 2×3 Bricks", "Technic", ["bricks"], "No other size."),
    ("Tower of 1 x 2 x 5", "Technic", ["tall"], "All in one brick."),
    ("Giant 16 by 16 Baseplate", "Technic", ["floor"], "Studs everywhere."),
    ("Millennium Falcon", "Space", ["smuggler", "freighter"], "Fits on a shelf, barely."),
    ("X-Wing Starfighter", "Space", ["rebel"], "Folding wings."),
    ("Y-Wing Starfighter", "Space", ["rebel"], "Bomber of old."),
    ("TIE Fighter", "Space", ["empire"], "Screams in space."),
    ("Galaxy Explorer 497", "Space", ["classic"], "After the one of 1979."),
    ("Moon Buggy", "Space", ["rover"], "Four wheels on dust."),
    ("King's Throne Room", "Castle", ["crown"], "Candles and a carpet."),
    ("Wizard's Observatory", "Fantasy", ["telescope"], "A brass telescope turns."),
    ("Lighthouse on the Cliff", "Harbor", ["lamp", "sea"], "The lens really rotates."),
    ("Old Fishing Store", "Harbor", ["wharf"], "Weathered planks, many gulls."),
    ("Steam Locomotive", "Trains", ["engine", "rails"], "Eight-wide with side rods."),
    ("Narrow-Gauge Railway", "Trains", ["4wd"], "Winds through gorges."),
    ("Great Ball Contraption", "Technic", ["gbc", "motor"], "Lifts one ball a second."),
    ("Paper Aeroplane Launcher", "Technic", ["office"], "Reaches the corridor."),
    ("Botanical Orchid", "Botanical", ["flower", "pot"], "Petals of white and magenta."),
    ("Bonsai", "Botanical", ["tree", "blossom"], "Cherry petals made of frogs."),
    ("Grand Piano", "Ideas", ["music"], "Strings and hammers, playable."),
    ("Typewriter", "Ideas", ["office"], "The carriage moves."),
    ("Treehouse", "Ideas", ["tree", "leaves"], "Three huts above the brook."),
    ("Art-Deco Cinema", "Modular", ["film"], "Premiere tonight."),
    ("Détective's Office", "Modular", ["noir"], "Pool hall downstairs."),
]

_SIZES = ["Little", "Huge", "Quiet", "Crooked", "Sunny", "Frozen", "Rusty", "Painted", "Hidden", "Wooden"]
_THINGS = ["Bridge", "Windmill", "Harbour", "Market", "Tram", "Airport", "Museum", "Hangar", "Stable", "Fountain"]
_THEMES = ["City", "Harbor", "Farm", "Creator"]
_ABOUT = [
    "Made in an afternoon.",
    "Needs many tiles.",
    "Based on a photo.",
    "The roof comes off.",
    "Minifigure scale.",
]

IMAGES: list[Fields] = [
    {"title": "Castle at dawn", "tags": ["castle", "morning"], "description": "Fog over the moat."},
    {"title": "Baker Street by night", "tags": ["lights", "street"], "description": "Long exposure."},
    {"title": "Studs, 2 x 4, from above", "tags": ["macro"], "description": "Light from the left."},
    {"title": "Étagère", "tags": ["shelf"], "description": "Where they all stand."},
    {"title": "Workbench", "tags": ["mess"], "description": "Before the castle was tidied."},
]

ALBUMS: list[Fields] = [
    {"title": "Castles and Knights", "description": "Everything with a wall."},
    {"title": "Trains of Winter", "description": "Snow on the rails."},
    {"title": "Exhibition 2025", "description": "Two days of castles and crowds."},
    {"title": "Sorting 2 × 4", "description": "The drawers."},
]

WISHES: list[Fields] = [
    {"title": "Jazz Club", "category": "Modular", "description": "With the pizzeria."},
    {"title": "Titanic 10294", "category": "Ships", "description": "Nine thousand pieces."},
    {"title": "Rivendell", "category": "Castle", "description": "For the elves."},
    {"title": "Eldorado Fortress", "category": "Pirates", "description": "A jazz of yellow and blue."},
    {"title": "Bag of 1 x 2 x 5", "category": "Bricks", "description": "White ones."},
]


def mocs() -> list[Fields]:
    """Forty of their own, then two hundred and forty that are like each other; every tenth is a set."""
    told = [(title, theme, tags, text) for title, theme, tags, text in _MOCS]
    for number in range(240):
        size, thing = _SIZES[number % 10], _THINGS[(number // 10) % 10]
        theme, about = _THEMES[number % 4], _ABOUT[number % 5]
        tags = [_THINGS[(number * 7 + 3) % 10].lower(), f"no{number % 12}"]
        told.append((f"{size} {thing} {2000 + number}", theme, tags, about))
    return [_moc(number, *fields) for number, fields in enumerate(told)]


def _moc(number: int, title: str, theme: str, tags: list[str], description: str) -> Fields:
    shared = {"title": title, "theme": theme, "tags": tags, "description": description}
    if number % 10 == 9:
        return {**shared, "type": "set", "brand": "LEGO", "setNumber": f"{10_000 + number}-1"}
    return {**shared, "type": "moc", "author": "Ada", "partsCount": 50 + number * 7 % 991}
