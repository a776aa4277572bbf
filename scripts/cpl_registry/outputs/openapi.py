"""The description of the API (OpenAPI 3.1), made from the schemas that its answers are held to.

A schema's own description names the file that it is for, so that there is no second list of what
there is: `api/v1/devices/<entry id>.json: one device.`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cpl_registry.outputs.api_envelope import FOLDER
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.data_columns import DEMONSTRATION, NOT_OFFICIAL, TITLE
from cpl_registry.state.publication import PublishedState

PATH = f"{FOLDER}/openapi.json"
_PLACE = re.compile(r"<([a-z ]+)>")
_EXAMPLES = {
    "entry_id": "esme-f0a1-0005-02-03-38040404",
    "slug": "albion-metering",
    "model": "esme-f0a1-0005",
}


def description(state: PublishedState, schemas: Mapping[str, Mapping[str, Any]]) -> Artefact:
    """`api/v1/openapi.json` from the published schemas by name; those of other files are left out."""
    of_api = {
        name: schema
        for name, schema in sorted(schemas.items())
        if schema["description"].startswith("api/v1/")
    }
    told = [NOT_OFFICIAL, *([DEMONSTRATION] if state.illustrative else [])]
    data = {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": "1",
            "summary": "Static JSON files, made anew each day; nothing is computed when you ask.",
            "description": " ".join(told),
        },
        "servers": [{"url": "../..", "description": "The site, seen from this file."}],
        "paths": {
            path: {"get": _operation(name, path, words)}
            for name, schema in of_api.items()
            for path, words in [_told(schema)]
        },
        "components": {"schemas": {name: _component(one) for name, one in of_api.items()}},
    }
    return Artefact(path=PATH, content=json_bytes(data))


def _told(schema: Mapping[str, Any]) -> tuple[str, str]:
    """The path of a schema's file, its variable part in braces, and what it tells."""
    path, _, words = schema["description"].partition(": ")
    return f"/{_PLACE.sub(lambda found: f'{{{_variable(found)}}}', path)}", words


def _variable(found: re.Match[str]) -> str:
    return found.group(1).replace(" ", "_")


def _operation(name: str, path: str, words: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": words[0].upper() + words[1:],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                },
            },
            "404": {"description": "There is no such file."},
        },
    }
    variables = re.findall(r"{([a-z_]+)}", path)
    if variables:
        operation["parameters"] = [
            {
                "name": one,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                **({"example": _EXAMPLES[one]} if one in _EXAMPLES else {}),
            }
            for one in variables
        ]
    return operation


def _component(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema as a part of the description: its own name would move what references lead to."""
    return {word: value for word, value in schema.items() if word not in {"$schema", "$id"}}
