"""Places of stages for unit tests: nobody is asked anything there."""

from __future__ import annotations

from mocshelf_infra.stages import stage
from mocshelf_tools.cloud.place import Place


def aws(name: str = "dev") -> Place:
    return Place(stage(name), {"AWS_REGION": "eu-central-1"})


def embedded(name: str = "local") -> Place:
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"}
    return Place(stage(name), {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", **keys})
