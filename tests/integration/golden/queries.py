"""What people type, and what they mean by it: the golden queries."""

from __future__ import annotations

from typing import NamedTuple


class Golden(NamedTuple):
    """`first` is the best match's title, None when nothing may be found; `total` is checked where it is known."""

    typed: str
    first: str | None
    total: int | None = None


MOCS = [
    Golden("castle", "Castle", 5),
    Golden("CASTLE", "Castle", 5),
    Golden("castel", "Castle Gate with Portcullis", 5),
    Golden("castl", "Castle Gate with Portcullis", 5),
    Golden("medieval castle", "Medieval Castle", 1),
    Golden("medeval castle", "Medieval Castle", 1),
    Golden("castle medieval", "Medieval Castle", 1),
    Golden("casle meideval", "Medieval Castle", 1),
    Golden("dragon", "Sand Dragon", 1),
    Golden("wagon", "Hay Wagon", 1),
    Golden("dargon", "Sand Dragon", 1),
    Golden("baker street", "Baker Street", 3),
    Golden("stret baker", "Sherlock Holmes: Baker Street", 3),
    Golden("sherlok", "Sherlock Holmes: Baker Street", 1),
    Golden("victorian", "Sherlock Holmes: Baker Street", 2),
    Golden("cafe corner", "Café Corner", 1),
    Golden("CAFÉ", "Café Corner", 1),
    Golden("chateau", "Château de la Reine", 1),
    Golden("chateu reine", "Château de la Reine", 1),
    Golden("ete", "Château de la Reine", 1),
    Golden("gebaude zuge", "Gebäude für Züge", 1),
    Golden("smorrebrod", "Smørrebrød Bar", 1),
    Golden("lodz", "Łódź Tenement", 1),
    Golden("2x4", "Plate 2 x 4 Dispenser", 2),
    Golden("2 x 4", "Plate 2 x 4 Dispenser", 2),
    Golden("2 by 4", "Plate 2 x 4 Dispenser", 2),
    Golden("2×4 plates", "Plate 2 x 4 Dispenser", 2),
    Golden("2X3", "Wall of 2×3 Bricks", 1),
    Golden("1x2x5", "Tower of 1 x 2 x 5", 1),
    Golden("16 x 16 baseplate", "Giant 16 by 16 Baseplate", 1),
    Golden("2x5", None, 0),
    Golden("1x2x4", None, 0),
    Golden("497", "Galaxy Explorer 497", 1),
    Golden("498", None, 0),
    Golden("2007", "Painted Bridge 2007", 1),
    Golden("milenium falcon", "Millennium Falcon", 1),
    Golden("x-wing", "X-Wing Starfighter", 4),
    Golden("y wing", "Y-Wing Starfighter", 4),
    Golden("tie fighter", "TIE Fighter", 1),
    Golden("kings throne", "King's Throne Room", 1),
    Golden("king's throne", "King's Throne Room", 1),
    Golden("wizard telescope", "Wizard's Observatory", 1),
    Golden("lihgthouse", "Lighthouse on the Cliff", 1),
    Golden("gulls", "Old Fishing Store", 1),
    Golden("narrow gauge", "Narrow-Gauge Railway", 1),
    Golden("4wd", "Narrow-Gauge Railway", 1),
    Golden("gbc", "Great Ball Contraption", 1),
    Golden("areoplane", "Paper Aeroplane Launcher", 1),
    Golden("tree", "Treehouse"),
    Golden("office", "Détective's Office", 3),
    Golden("art deco", "Art-Deco Cinema", 1),
    Golden("castle spaceship", None, 0),
    Golden("xylophone", None, 0),
    Golden("?!…", None, 0),
    Golden('"baker street" or -x', None, 0),
    Golden("windmill", "Wooden Windmill 2219"),
    Golden("frozen windmil", "Frozen Windmill 2215"),
    Golden("harbor", "Wooden Harbour 2229"),
    Golden("roof comes off", "Hidden Market 2238"),
]

IMAGES = [
    Golden("castel", "Castle at dawn", 2),
    Golden("street night", "Baker Street by night", 1),
    Golden("2x4", "Studs, 2 x 4, from above", 1),
    Golden("etagere", "Étagère", 1),
    Golden("exposure", "Baker Street by night", 1),
    Golden("dragon", None, 0),
]

ALBUMS = [
    Golden("castles", "Castles and Knights", 2),
    Golden("castle", "Castles and Knights", 2),
    Golden("trains winter", "Trains of Winter", 1),
    Golden("2 by 4", "Sorting 2 × 4", 1),
    Golden("2024", None, 0),
]

WISHLIST = [
    Golden("jazz", "Jazz Club", 2),
    Golden("jazzz club", "Jazz Club", 1),
    Golden("jaz", None, 0),
    Golden("modular", "Jazz Club", 1),
    Golden("castle", "Rivendell", 1),
    Golden("10294", "Titanic 10294", 1),
    Golden("10293", None, 0),
    Golden("1x2x5", "Bag of 1 x 2 x 5", 1),
]
