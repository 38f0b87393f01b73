"""The whole OpenAPI document, the same bytes for the same code."""

from __future__ import annotations

import importlib
import inspect
import json
from importlib.metadata import version

from mocshelf_tools.openapi import answers, problems
from mocshelf_tools.openapi.operations import changes, operation
from mocshelf_tools.openapi.schemas import Json, Shapes
from mocshelf_tools.openapi.table import Described, described
from mocshelf_tools.openapi.words import ABOUT, HEADERS, REQUEST_HEADERS, TITLE, TOKEN


def document() -> Json:
    """The document of the routes as they are now."""
    routes = described()
    shapes = _shapes(routes)
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, shapes)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": TITLE,
            "version": version("mocshelf-api"),
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "Where this document came from"}],
        "security": [{"token": []}],
        "tags": _tags(routes),
        "paths": paths,
        "components": {
            "securitySchemes": {"token": TOKEN},
            "parameters": {
                name: {"name": name, "in": "header", "required": False, **spec}
                for name, spec in REQUEST_HEADERS.items()
            },
            "headers": HEADERS,
            "responses": problems.responses(),
            "schemas": {**problems.schemas(), **shapes.components},
        },
    }


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _shapes(routes: list[Described]) -> Shapes:
    taken = dict.fromkeys(route.route.wants.body for route in routes if route.route.wants.body)
    given = dict.fromkeys(
        outcome.shape for route in routes for outcome in answers.outcomes(route.route) if outcome.shape is not None
    )
    return Shapes(taken, given, [body for route in routes if (body := changes(route))])


def _tags(routes: list[Described]) -> list[Json]:
    """One for each feature, with what its package says of itself."""
    features = {route.feature: route.tag for route in routes}
    return [
        {"name": tag, "description": inspect.getdoc(importlib.import_module(f"mocshelf.{feature}"))}
        for feature, tag in features.items()
    ]
