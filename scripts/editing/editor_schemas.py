"""What editors need: the schemas in draft-07 with help to show, and which file has which.

`make editor` writes them from `schema/`, which stays the one source. Editors know draft-07 best:
there nothing beside a `$ref` counts, so a reference stands in an `allOf`. An editor reads `true`
as a truth value where the register reads the text, so a list of words with `true` in it allows both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from cpl_registry.records.documents import DEVICES, FOLDERS, SINGLE_FILES, Kind

ROOT = Path(__file__).parents[2]
FOLDER = "schema/editor"
SETTINGS = ".vscode/settings.json"
_TRUTHS = {"true": True, "false": False}
_INNER = ("properties", "patternProperties", "definitions")


def editor_files() -> dict[str, str]:
    """The text of each file that is made, by its path."""
    made = {f"{FOLDER}/{kind}.schema.json": _text(_editor_schema(kind)) for kind in Kind}
    return {**made, SETTINGS: _text(_settings())}


def _editor_schema(kind: Kind) -> dict[str, Any]:
    name = f"{kind}.schema.json"
    source = json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))
    schema = _converted(source)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{FOLDER}/{name}",
        "$comment": f"Made by `make editor` from schema/{name}: change that one.",
        **{word: value for word, value in schema.items() if word not in {"$schema", "$id"}},
    }


def _converted(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a schema as draft-07 with help."""
    made: dict[str, Any] = {}
    for word, value in part.items():
        name = "definitions" if word == "$defs" else word
        if name in {"x-hint", "x-plain"}:
            continue
        if name == "$ref":
            made["allOf"] = [{"$ref": value.replace("#/$defs/", "#/definitions/")}]
        elif name in _INNER:
            made[name] = {key: _converted(inner) for key, inner in value.items()}
        elif name in {"oneOf", "anyOf", "allOf"}:
            made[name] = [_converted(inner) for inner in value]
        elif isinstance(value, dict):
            made[name] = _converted(value)
        else:
            made[name] = value
    return _with_help(_with_truths(made), part.get("x-hint", ""))


def _with_truths(made: dict[str, Any]) -> dict[str, Any]:
    words = made.get("enum", [made["const"]] if "const" in made else [])
    truths = [_TRUTHS[word] for word in words if word in _TRUTHS]
    if not truths:
        return made
    rest = {word: value for word, value in made.items() if word not in {"const", "enum", "type"}}
    return {**rest, "enum": [*words, *truths]}


def _with_help(made: dict[str, Any], hint: str) -> dict[str, Any]:
    """The description as an editor shows it, and the hint where a value has not its form."""
    if not hint:
        return made
    if "description" in made:
        made["markdownDescription"] = f"{made['description']}\n\n{hint}"
    if "pattern" in made:
        made["patternErrorMessage"] = hint
    return made


def _settings() -> dict[str, Any]:
    places: dict[Kind, list[str]] = {Kind.ENTRY: [f"{DEVICES}**/*.yaml"]}
    for path, kind in SINGLE_FILES.items():
        places.setdefault(kind, []).append(path)
    for folder, kind in FOLDERS.items():
        places.setdefault(kind, []).append(f"{folder}*.yaml")
    return {
        "yaml.schemas": {
            f"./{FOLDER}/{kind}.schema.json": places[kind] for kind in Kind if kind in places
        },
        "yaml.schemaStore.enable": False,
        "yaml.format.enable": False,
        "yaml.completion": True,
        "yaml.hover": True,
        "files.eol": "\n",
        "files.insertFinalNewline": True,
        "[yaml]": {
            "editor.insertSpaces": True,
            "editor.tabSize": 2,
            "editor.autoIndent": "advanced",
        },
    }


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def main() -> None:
    """Writes the files, and says which were stale."""
    for path, text in editor_files().items():
        place = ROOT / path
        if not place.is_file() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="")
            click.echo(f"written {path}")


if __name__ == "__main__":
    main()
